import { join } from 'node:path';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { clockFrom } from '../functions/shared/clock.ts';
import type { Env } from '../functions/shared/deps.ts';
import { CannotStart } from './cannot-start.ts';
import type { Transactions } from './figures.ts';
import { awsFor } from './functions/facade.ts';
import { type Functions, loadFunctions } from './functions/functions.ts';
import type { HostOptions } from './options.ts';
import { subscription } from './stream/mapping.ts';
import { openStream, type Stream } from './stream/stream.ts';
import type { Store } from './table/store.ts';
import type { Deployment, FunctionSpec } from './template/deployment.ts';
import { HOST_URL } from './template/synth.ts';
import type { Meter } from './usage/meter.ts';
import { type Journal, openJournal } from './workflows/journal.ts';
import { workflows } from './workflows/machines.ts';
import { schedule } from './workflows/schedule.ts';
import type { Time } from './workflows/timers.ts';

/** What is not done every minute is not worth more of a fast rehearsal than a turn every ten seconds. */
const FASTEST_RARE = 60;
/** Pruning is not worth more of a fast rehearsal than a turn every two seconds. */
const FASTEST_PRUNING = 30;

/** Everything that acts on the table. */
export interface Services {
  readonly functions: Functions;
  readonly stream: Stream;
  readonly transactions: Readonly<Transactions>;
}

/** What services are started with: `url` is where the host can be reached, by its own functions too. */
export interface Premises extends Pick<HostOptions, 'dataDir' | 'log' | 'rehearsal' | 'webhook'> {
  readonly url: string;
  readonly deployment: Deployment;
  readonly store: Store;
  readonly meter: Meter;
}

/**
 * Starts functions, machines, stream consumers and schedules as the deployment has them.
 *
 * @throws CannotStart for what the deployment lacks or this host does not know.
 */
export const startServices = async (premises: Premises, running: AsyncDisposableStack): Promise<Services> => {
  const { dataDir, rehearsal } = premises;
  const journal = openJournal(join(dataDir, 'journal.db'));
  running.defer(journal.close);
  const clock = rehearsal === undefined ? {} : { REHEARSAL_CLOCK: rehearsal };
  const time: Time = { clock: clockFrom(clock), speed: Number(rehearsal?.split(' ')[1] ?? 1) };
  const written = { tell: () => {} };
  const transactions: Transactions = { committed: 0, refused: 0 };
  const functions = await startFunctions(premises, { journal, time, clock, written, transactions }, running);
  const stream = await startConsumers(premises, { journal, time, functions }, running);
  written.tell = stream.nudge;
  startSchedules(premises, { time, functions, stream }, running);
  return { functions, stream, transactions };
};

interface Workshop {
  readonly journal: Journal;
  readonly time: Time;
  /** What a rehearsal adds to every function's environment. */
  readonly clock: Env;
  /** Told of every transaction: the stream then looks at once. */
  readonly written: { tell: () => void };
  readonly transactions: Transactions;
}

/** Functions call machines, and machines call functions: the machines are told of them once they are there. */
const startFunctions = async (
  { deployment, store, log, url, meter, webhook }: Premises,
  { journal, time, clock, written, transactions }: Workshop,
  running: AsyncDisposableStack,
): Promise<Functions> => {
  const loaded = Promise.withResolvers<Functions>();
  const machines = workflows({
    ...time,
    journal,
    log,
    onTransition: meter.transition,
    machines: Object.fromEntries(Object.entries(deployment.machines).map(([arn, text]) => [arn, JSON.parse(text)])),
    invoke: async (arn, payload) => (await loaded.promise).invoke(arn, payload),
  });
  mustHave(deployment, machines.functions);
  const machineOf = (token: string): string | undefined => {
    const wait = journal.wait(token);
    return wait && journal.execution(wait.execution)?.machine;
  };
  const receiving = webhook === undefined ? {} : { WEBHOOK_URL: webhook.url, WEBHOOK_SECRET: webhook.secret };
  const functions = await loadFunctions(
    deployment.functions,
    (spec) => ({ ...environmentAt(url, spec), ...clock, ...receiving }),
    (spec) =>
      awsFor(spec, {
        dynamo: store.dynamo,
        workflows: { ...machines, machineOf },
        faults: store.faults,
        meter,
        onWrite: (isCommitted) => {
          transactions[isCommitted ? 'committed' : 'refused'] += 1;
          if (isCommitted) written.tell();
        },
      }),
    meter,
  );
  loaded.resolve(functions);
  running.defer(functions.settled);
  running.defer(machines.stop);
  await machines.resumeAll();
  return functions;
};

/** A step without its function would fail only when a request gets there, which may be days after the boot. */
const mustHave = ({ functions }: Deployment, called: ReadonlySet<string>): void => {
  const missing = [...called].filter((arn) => !functions.some((one) => one.arn === arn));
  if (missing.length > 0)
    throw new CannotStart(`A machine calls ${missing.join(' and ')}, which this deployment does not have.`);
};

/** The template was made before the host knew where it would listen. */
const environmentAt = (url: string, { environment }: FunctionSpec): Env =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value.replaceAll(HOST_URL, url)]));

const startConsumers = async (
  { deployment, store, dataDir, log }: Premises,
  { journal, time, functions }: Pick<Workshop, 'journal' | 'time'> & Pick<Services, 'functions'>,
  running: AsyncDisposableStack,
): Promise<Stream> => {
  const stream = await openStream({
    client: store.streams,
    streamArn: store.streamArn,
    subscriptions: deployment.consumers.map(({ id, functionArn, properties }) =>
      subscription(id, properties, (event: DynamoDBStreamEvent) => functions.invoke(functionArn, event)),
    ),
    journal,
    log,
    speed: time.speed,
    failures: join(dataDir, 'failures'),
    faults: store.faults,
  });
  running.defer(stream.stop);
  return stream;
};

const startSchedules = (
  { deployment, store, log }: Premises,
  { time, functions, stream }: Pick<Workshop, 'time'> & Pick<Services, 'functions' | 'stream'>,
  running: AsyncDisposableStack,
): void => {
  for (const { functionArn, everyMinutes } of deployment.schedules) {
    const speed = everyMinutes === 1 ? time.speed : Math.min(time.speed, FASTEST_RARE);
    running.defer(schedule({ speed, everyMinutes, log, run: () => functions.invoke(functionArn, {}) }).stop);
  }
  const prune = async (): Promise<void> => {
    const passed = stream.passed();
    if (passed !== undefined) await store.prune(passed);
  };
  const speed = Math.min(time.speed, FASTEST_PRUNING);
  running.defer(schedule({ speed, log, run: prune }).stop);
};
