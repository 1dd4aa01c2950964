import { join } from 'node:path';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { Actor } from '../functions/shared/actor.ts';
import { clockFrom } from '../functions/shared/clock.ts';
import type { Log } from '../functions/shared/log.ts';
import { readDeployment } from './deployment.ts';
import { type Engine, startEngine } from './engine.ts';
import { awsFor } from './facade.ts';
import { type FaultSettings, type Faults, faultsFrom, noFaults } from './faults.ts';
import { claimFolder } from './folder.ts';
import { type Functions, loadFunctions } from './functions.ts';
import { listen } from './http.ts';
import { openIssuer } from './issuer.ts';
import { type Journal, openJournal } from './journal.ts';
import { workflows } from './machines.ts';
import { subscription } from './mapping.ts';
import { schedule } from './schedule.ts';
import { openStream } from './stream.ts';
import { HOST_URL, synthesised } from './synth.ts';
import { openTable, tableClients } from './table.ts';

export interface HostOptions {
  /** Everything the host keeps: table, journal, keys. */
  readonly dataDir: string;
  /** Address and port to listen on; port 0 takes any that is free. */
  readonly host: string;
  readonly port: number;
  readonly log: Log;
  /** A DynamoDB endpoint to use instead of the embedded engine. */
  readonly endpoint?: string | undefined;
  /** A rehearsal's clock: `"<ISO start> <speed>"`. */
  readonly rehearsal?: string | undefined;
  readonly faults?: FaultSettings | undefined;
  /** The folder of a synthesised assembly; without one, that of this repository. */
  readonly assembly?: string | undefined;
  /** What must be there before anybody else is let in; it calls the API by a door of its own. */
  readonly prepare?: ((door: Pick<Host, 'url' | 'tokenOf'>) => Promise<void>) | undefined;
}

export type TokenOf = (actor: Actor) => Promise<string>;

/** The whole system in this process. */
export interface Host {
  readonly url: string;
  /** Signs anybody in: this is a machine of one's own. */
  readonly tokenOf: TokenOf;
  /** Resolves when the stream is read to its end and all that followed from it is done. */
  drained(): Promise<void>;
  /** Ends the engine as a crash would; it comes back by itself. For tests. */
  killEngine(): void;
  stop(): Promise<void>;
}

/**
 * Boots what the template describes, in the order in which the parts need each other, and stops it in the opposite.
 *
 * @throws CannotStart with one sentence for the person who started it. Whatever was started by then is stopped.
 */
export const startHost = async (options: HostOptions): Promise<Host> => {
  const running = new AsyncDisposableStack();
  try {
    const host = await boot(options, running);
    return { ...host, stop: () => running.disposeAsync() };
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
};

const boot = async (options: HostOptions, running: AsyncDisposableStack): Promise<Omit<Host, 'stop'>> => {
  const { dataDir, log } = options;
  running.defer(claimFolder(dataDir).release);
  const door = await listen(options.host, options.port, log);
  running.defer(door.close);
  const deployment = readDeployment(options.assembly ?? (await synthesised(dataDir)));

  let engine: Engine | undefined;
  const faults = faultsOf(options, () => engine);
  if (options.endpoint === undefined) {
    engine = await startEngine(dataDir, log, faults);
    running.defer(engine.stop);
  }
  const clients = tableClients(options.endpoint ?? engine?.endpoint ?? '');
  running.defer(clients.close);
  const streamArn = await openTable(clients.dynamo, deployment.table);

  const journal = openJournal(join(dataDir, 'journal.db'));
  running.defer(journal.close);
  const env = options.rehearsal === undefined ? {} : { REHEARSAL_CLOCK: options.rehearsal };
  const time = { clock: clockFrom(env), speed: Number(options.rehearsal?.split(' ')[1] ?? 1) };

  // Functions call machines, and machines call functions: the machines are told of them once they are there.
  const loaded = Promise.withResolvers<Functions>();
  const machines = workflows({
    ...time,
    journal,
    log,
    machines: Object.fromEntries(Object.entries(deployment.machines).map(([arn, text]) => [arn, JSON.parse(text)])),
    invoke: async (arn, payload) => (await loaded.promise).invoke(arn, payload),
  });
  let written = (): void => {};
  const functions = await loadFunctions(
    deployment.functions,
    ({ environment }) => ({
      ...Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, value.replaceAll(HOST_URL, door.url)]),
      ),
      ...env,
    }),
    (spec) =>
      awsFor(spec, {
        dynamo: clients.dynamo,
        workflows: { ...machines, machineOf: (token) => machineOf(journal, token) },
        faults,
        onWrite: () => written(),
      }),
  );
  loaded.resolve(functions);
  running.defer(functions.settled);
  running.defer(machines.stop);

  const issuer = await openIssuer(dataDir, door.url);
  door.publish(issuer.documents);
  await machines.resumeAll();
  const stream = await openStream({
    client: clients.streams,
    streamArn,
    subscriptions: deployment.consumers.map(({ id, functionArn, properties }) =>
      subscription(id, properties, (event: DynamoDBStreamEvent) => functions.invoke(functionArn, event)),
    ),
    journal,
    log,
    speed: time.speed,
    failures: join(dataDir, 'failures'),
    faults,
  });
  running.defer(stream.stop);
  written = stream.nudge;
  const everyMinute = (expression: string, run: () => Promise<unknown>) =>
    running.defer(schedule({ expression, speed: time.speed, run, log }).stop);
  for (const { expression, functionArn } of deployment.schedules)
    everyMinute(expression, () => functions.invoke(functionArn, {}));
  everyMinute('rate(1 minute)', async () => {
    const passed = stream.passed();
    if (passed !== undefined) await engine?.prune(deployment.table.TableName, passed);
  });
  // Asked again first of all when the host stops: nothing new comes in while the rest ends.
  running.defer(door.close);

  if (options.prepare !== undefined) {
    const side = await listen('127.0.0.1', 0, log);
    running.defer(side.close);
    side.open(deployment.routes, functions.invoke);
    await options.prepare({ url: side.url, tokenOf: issuer.token });
    await side.close();
  }
  door.open(
    deployment.routes,
    functions.invoke,
    deployment.consumers.map(({ functionArn }) => functionArn),
  );
  return { url: door.url, tokenOf: issuer.token, drained: stream.drained, killEngine: () => engine?.kill() };
};

const faultsOf = ({ faults }: HostOptions, engine: () => Engine | undefined): Faults =>
  faults === undefined
    ? noFaults
    : faultsFrom(faults, (victim) => {
        if (victim !== 'host') engine()?.kill();
        if (victim !== 'engine') process.kill(process.pid, 'SIGKILL');
      });

const machineOf = (journal: Journal, token: string): string | undefined => {
  const wait = journal.wait(token);
  return wait && journal.execution(wait.execution)?.machine;
};
