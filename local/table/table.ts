import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, type DynamoDBStreamsClientConfig } from '@aws-sdk/client-dynamodb-streams';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { CannotStart } from '../cannot-start.ts';
import type { TableSpec } from '../template/deployment.ts';

/** The table's endpoint, and one client of each kind for the whole process. */
export interface TableClients {
  readonly dynamo: DynamoDBDocumentClient;
  readonly streams: DynamoDBStreamsClient;
  close(): void;
}

/** An engine that was killed is back in a fraction of a second; a call waits for it through these attempts. */
const MAX_ATTEMPTS = 8;

/** The engine looks for a signature and does not check it. To make a real one takes a quarter of a call. */
const unchecked: DynamoDBClientConfig['signer'] = {
  sign: async (request) => {
    request.headers['authorization'] =
      'AWS4-HMAC-SHA256 Credential=local/20220517/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0';
    request.headers['x-amz-date'] = '20220517T000000Z';
    return request;
  },
};

/** Engines for one machine take any key, but ask for one. */
const anyKey = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Clients of the embedded engine. */
export const engineClients = (endpoint: string): TableClients =>
  clientsFor({ endpoint, region: 'local', credentials: anyKey, signer: unchecked });

/**
 * Clients of an endpoint that somebody else runs, with the region and keys of the environment if it has any.
 *
 * @throws CannotStart when it is no address.
 */
export const endpointClients = (endpoint: string): TableClients => {
  const url = URL.parse(endpoint);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new CannotStart(
      `AWS_ENDPOINT_URL_DYNAMODB is "${endpoint}", which is no address: give one such as http://127.0.0.1:8000.`,
    );
  const { AWS_REGION, AWS_ACCESS_KEY_ID } = process.env;
  return clientsFor({ endpoint, region: AWS_REGION ?? 'local', ...(AWS_ACCESS_KEY_ID ? {} : { credentials: anyKey }) });
};

const clientsFor = (config: DynamoDBClientConfig & DynamoDBStreamsClientConfig): TableClients => {
  const client = new DynamoDBClient({ ...config, maxAttempts: MAX_ATTEMPTS });
  const streams = new DynamoDBStreamsClient({ ...config, maxAttempts: MAX_ATTEMPTS });
  // It makes every request and reply fit to be logged, and there is no logger.
  for (const each of [client, streams]) each.middlewareStack.remove('loggerMiddleware');
  const dynamo = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    dynamo,
    streams,
    close: () => {
      dynamo.destroy();
      streams.destroy();
    },
  };
};

/**
 * Makes the table as the template has it, unless it is there.
 *
 * @returns the ARN of its stream.
 * @throws CannotStart when the table there has other keys or indexes: its rows could not be found.
 */
export const openTable = async (dynamo: DynamoDBDocumentClient, spec: TableSpec): Promise<string> => {
  const found = (await describe(dynamo, spec.TableName)) ?? (await create(dynamo, spec));
  if (shapeOf(found) !== shapeOf(spec))
    throw new CannotStart(
      `The table ${spec.TableName} has other keys or indexes than the template: set DATA_DIR to an empty folder.`,
    );
  if (found.LatestStreamArn === undefined) throw new CannotStart(`The table ${spec.TableName} has no stream.`);
  return found.LatestStreamArn;
};

const describe = async (dynamo: DynamoDBDocumentClient, TableName: string): Promise<TableDescription | undefined> => {
  try {
    return (await dynamo.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const create = async (dynamo: DynamoDBDocumentClient, spec: TableSpec): Promise<TableDescription> => {
  const { TableName, AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes, StreamSpecification } = spec;
  const { TableDescription: made } = await dynamo.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions,
      KeySchema,
      BillingMode,
      ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
      StreamSpecification: { StreamEnabled: true, ...StreamSpecification },
    }),
  );
  if (spec.TimeToLiveSpecification !== undefined)
    await dynamo.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: spec.TimeToLiveSpecification }),
    );
  if (made === undefined) throw new Error(`The engine does not say what it made of ${TableName}`);
  return made;
};

interface Shape {
  readonly KeySchema?: { AttributeName: string | undefined; KeyType: string | undefined }[] | undefined;
  readonly GlobalSecondaryIndexes?: readonly (Shape & { IndexName?: string | undefined })[] | undefined;
}

const keysOf = ({ KeySchema = [] }: Shape): string =>
  KeySchema.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join();

const shapeOf = (table: Shape): string =>
  [
    keysOf(table),
    ...(table.GlobalSecondaryIndexes ?? []).map((index) => `${index.IndexName} ${keysOf(index)}`).sort(),
  ].join('; ');
