import { CannotStart } from '../cannot-start.ts';
import { type Faults, faultsFrom, noFaults } from '../faults/faults.ts';
import type { HostOptions } from '../options.ts';
import type { TableSpec } from '../template/deployment.ts';
import { type Engine, startEngine } from './engine.ts';
import { endpointClients, engineClients, openTable, type TableClients } from './table.ts';

/** The table, wherever it is. */
export interface Store extends Pick<TableClients, 'dynamo' | 'streams'> {
  readonly streamArn: string;
  readonly faults: Faults;
  /** Lets go of stream records up to this one, where that is ours to do. */
  prune(passed: string): Promise<void>;
  killEngine(): void;
}

/** The first thing that is asked of an endpoint: whatever goes wrong there is about the endpoint. */
const notThere = (endpoint: string, error: unknown): Error => {
  if (error instanceof CannotStart) return error;
  // A refused connection to several addresses has an empty message of its own.
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return new CannotStart(
    `No DynamoDB answers at ${endpoint} (${message.trim().split('\n')[0] || name}): start it, or unset AWS_ENDPOINT_URL_DYNAMODB.`,
  );
};

/**
 * Starts the engine, unless there is an endpoint already, and opens the table there.
 *
 * @throws CannotStart when the endpoint is no address, or nothing there is a DynamoDB.
 */
export const openStore = async (
  { dataDir, endpoint, log, faults: settings }: HostOptions,
  spec: TableSpec,
  running: AsyncDisposableStack,
): Promise<Store> => {
  let engine: Engine | undefined;
  const faults =
    settings === undefined
      ? noFaults
      : faultsFrom(settings, (victim) => {
          if (victim !== 'host') engine?.kill();
          if (victim !== 'engine') process.kill(process.pid, 'SIGKILL');
        });
  if (endpoint === undefined) {
    engine = await startEngine(dataDir, log, faults);
    running.defer(engine.stop);
  }
  const clients = engine === undefined ? endpointClients(endpoint ?? '') : engineClients(engine.endpoint);
  running.defer(clients.close);
  return {
    dynamo: clients.dynamo,
    streams: clients.streams,
    streamArn: await openTable(clients.dynamo, spec).catch((error: unknown) => {
      throw endpoint === undefined ? error : notThere(endpoint, error);
    }),
    faults,
    prune: async (passed) => engine?.prune(spec.TableName, passed),
    killEngine: () => engine?.kill(),
  };
};
