import { SendTaskFailureCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, DynamoDBStreamEvent } from 'aws-lambda';
import { type Aws, type Env, required } from '../../functions/shared/deps.ts';

/**
 * The function of the host's own tests, for every trigger: over HTTP it writes a row; the stream's record of that row
 * starts an execution; the execution's step marks the row.
 */
export const create = (env: Env, { dynamo, workflows }: Aws) => {
  const TableName = required(env, 'TABLE_NAME');
  const read = async (PK: string) =>
    (await dynamo.send(new GetCommand({ TableName, Key: { PK, SK: 'META' }, ConsistentRead: true }))).Item;
  const write = (Item: Record<string, unknown>) =>
    dynamo.send(new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item } }] }));

  const overHttp = async ({ pathParameters, requestContext }: APIGatewayProxyEventV2) => {
    const PK = pathParameters?.['proxy'] ?? '';
    const { method } = requestContext.http;
    if (method === 'DELETE') await dynamo.send(new PutCommand({ TableName: 'another', Item: { PK, SK: 'META' } }));
    if (method === 'PATCH') await workflows.send(new SendTaskFailureCommand({ taskToken: PK }));
    if (method === 'PUT') await write({ PK, SK: 'META', state: 'written' });
    return { statusCode: 200, body: JSON.stringify((await read(PK)) ?? null) };
  };
  const fromStream = async ({ Records }: DynamoDBStreamEvent) => {
    for (const { dynamodb } of Records) {
      const name = dynamodb?.Keys?.['PK']?.S ?? '';
      const stateMachineArn = required(env, 'MACHINE');
      await workflows.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ name }) }));
    }
    return { batchItemFailures: [] };
  };
  const inMachine = async ({ name }: { readonly name: string }) => {
    await write({ PK: name, SK: 'META', state: 'marked' });
    return { name };
  };

  return (event: APIGatewayProxyEventV2 | DynamoDBStreamEvent | { readonly name: string }) =>
    'Records' in event
      ? fromStream(event)
      : 'requestContext' in event
        ? overHttp(event)
        : 'name' in event
          ? inMachine(event)
          : null;
};
