import type { z } from 'zod';
import { CannotStart } from '../cannot-start.ts';
import { allows, type Statement } from '../functions/iam.ts';
import { tableArn } from './identity.ts';
import { known } from './known.ts';
import { RUN, type RunType, WITHOUT_EFFECT } from './resources.ts';
import { type Resource, readResources } from './template.ts';

type Properties<T extends RunType> = z.output<(typeof RUN)[T]>;

export interface TableSpec extends Properties<'AWS::DynamoDB::Table'> {
  readonly TableName: string;
}

export interface FunctionSpec {
  readonly arn: string;
  readonly name: string;
  /** The handler's file, from the root of the repository. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly statements: readonly Statement[];
}

export interface RouteSpec {
  /** An HTTP method, or `ANY`. */
  readonly method: string;
  readonly path: string;
  readonly functionArn: string;
}

/** One reader of the table's stream. */
interface ConsumerSpec {
  readonly id: string;
  readonly functionArn: string;
  /** Of its event source mapping. */
  readonly properties: Properties<'AWS::Lambda::EventSourceMapping'>;
}

/** What runs again and again. */
interface ScheduleSpec {
  readonly functionArn: string;
  readonly everyMinutes: number;
}

/** What the synthesised template says is to run, with every name resolved. */
export interface Deployment {
  readonly table: TableSpec;
  readonly functions: readonly FunctionSpec[];
  /** Definitions as JSON text, by ARN. */
  readonly machines: Readonly<Record<string, string>>;
  readonly consumers: readonly ConsumerSpec[];
  readonly schedules: readonly ScheduleSpec[];
  readonly routes: readonly RouteSpec[];
}

interface Found<T extends RunType> {
  readonly id: string;
  readonly arn: string;
  readonly metadata: Resource['metadata'];
  readonly properties: Properties<T>;
}
type All = <T extends RunType>(type: T) => Found<T>[];

/**
 * Reads a synthesised assembly as this host runs it.
 *
 * @throws CannotStart naming the first resource, property, intrinsic or missing right that it cannot run as the cloud
 * would.
 */
export const readDeployment = (folder: string): Deployment => {
  const all = resourcesIn(folder);
  // Nothing is taken from these two, but what they say must be known.
  all('AWS::ApiGatewayV2::Api');
  all('AWS::ApiGatewayV2::Stage');
  const table = tableOf(all);
  const functions = functionsOf(all);
  return {
    table,
    functions,
    machines: machinesOf(all, functions),
    consumers: consumersOf(all, functions, table),
    schedules: schedulesOf(all, functions),
    routes: routesOf(all, functions),
  };
};

const resourcesIn = (folder: string): All => {
  const resources = readResources(folder, (id, type) => {
    if (type in RUN) return true;
    if (type in WITHOUT_EFFECT) return false;
    throw new CannotStart(`${id} is of type ${type}, which this host does not know.`);
  });
  const read = new Map<RunType, Found<RunType>[]>();
  return <T extends RunType>(type: T) => {
    const found =
      read.get(type) ??
      resources
        .filter((resource) => resource.type === type)
        .map((resource) => ({
          ...resource,
          properties: known(RUN[type], resource.properties, `${resource.id} (${type})`) as Properties<T>,
        }));
    read.set(type, found);
    return found as Found<T>[];
  };
};

const tableOf = (all: All): TableSpec => {
  const [table, ...more] = all('AWS::DynamoDB::Table');
  if (table === undefined || more.length > 0) throw new CannotStart('The deployment must have exactly one table.');
  return { ...table.properties, TableName: table.properties.TableName ?? table.id };
};

/** All statements of a role, written in it or attached to it. */
const statementsOf = (all: All, roleArn: string): Statement[] => {
  const role = all('AWS::IAM::Role').find(({ arn }) => arn === roleArn);
  if (role === undefined) throw new CannotStart(`No role has the ARN ${roleArn}.`);
  const name = role.properties.RoleName ?? role.id;
  const attached = all('AWS::IAM::Policy').filter(({ properties }) => properties.Roles.includes(name));
  return [...role.properties.Policies, ...attached.map(({ properties }) => properties)].flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
};

/** The services act by roles too: a right that one lacks would stop the deployed system, so it stops this boot. */
const mustAllow = (by: string, statements: readonly Statement[], action: string, resource: string): void => {
  if (!allows(statements, { action, resource }))
    throw new CannotStart(`The role of ${by} does not allow ${action} on ${resource}.`);
};

const functionsOf = (all: All): FunctionSpec[] =>
  all('AWS::Lambda::Function').map(({ id, arn, metadata, properties }) => {
    const entry = metadata['green-channel:entry'];
    if (typeof entry !== 'string') throw new CannotStart(`${id} does not say in its metadata which file it runs.`);
    return {
      arn,
      name: properties.FunctionName ?? id,
      entry,
      environment: properties.Environment.Variables,
      timeoutSeconds: properties.Timeout,
      memoryMegabytes: properties.MemorySize,
      statements: statementsOf(all, properties.Role),
    };
  });

/** The function that another resource refers to, by name or ARN. */
const called = (functions: readonly FunctionSpec[], reference: string, by: string): FunctionSpec => {
  const found = functions.find(({ arn, name }) => arn === reference || name === reference);
  if (found === undefined) throw new CannotStart(`${by} calls ${reference}, which is no function of this deployment.`);
  return found;
};

const machinesOf = (all: All, functions: readonly FunctionSpec[]): Record<string, string> =>
  Object.fromEntries(
    all('AWS::StepFunctions::StateMachine').map(({ id, arn, properties: { DefinitionString, RoleArn } }) => {
      const statements = statementsOf(all, RoleArn);
      for (const step of functions.filter((one) => DefinitionString.includes(`"${one.arn}"`)))
        mustAllow(id, statements, 'lambda:InvokeFunction', step.arn);
      return [arn, DefinitionString];
    }),
  );

const consumersOf = (all: All, functions: readonly FunctionSpec[], table: TableSpec): ConsumerSpec[] =>
  all('AWS::Lambda::EventSourceMapping').map(({ id, properties }) => {
    const stream = `${tableArn(table.TableName)}/stream/latest`;
    if (properties.EventSourceArn !== stream) throw new CannotStart(`${id} does not read the stream of the table.`);
    const reader = called(functions, properties.FunctionName, id);
    for (const action of ['DescribeStream', 'GetShardIterator', 'GetRecords'])
      mustAllow(reader.name, reader.statements, `dynamodb:${action}`, stream);
    return { id, functionArn: reader.arn, properties: { ...properties, FunctionName: reader.arn } };
  });

const schedulesOf = (all: All, functions: readonly FunctionSpec[]): ScheduleSpec[] =>
  all('AWS::Events::Rule').flatMap(({ id, properties }) =>
    properties.Targets.map(({ Arn }) => ({
      functionArn: called(functions, Arn, id).arn,
      everyMinutes: Number.parseInt(properties.ScheduleExpression.slice('rate('.length), 10),
    })),
  );

const routesOf = (all: All, functions: readonly FunctionSpec[]): RouteSpec[] => {
  const integrations = all('AWS::ApiGatewayV2::Integration');
  return all('AWS::ApiGatewayV2::Route').map(({ id, properties }) => {
    const integration = integrations.find((one) => properties.Target === `integrations/${one.id}`);
    if (integration === undefined) throw new CannotStart(`${id} leads to ${properties.Target}, which does not exist.`);
    const [method = '', path = ''] = properties.RouteKey.split(' ');
    return { method, path, functionArn: called(functions, integration.properties.IntegrationUri, id).arn };
  });
};
