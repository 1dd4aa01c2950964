import { afterRestore, mustBeWhole } from './backup/restore.ts';
import { CannotStart } from './cannot-start.ts';
import { hostFigures } from './figures.ts';
import { claimFolder } from './folder.ts';
import { listen } from './http/http.ts';
import { openIssuer, type TokenOf } from './http/issuer.ts';
import type { HostOptions } from './options.ts';
import { recoverWhole } from './recovery.ts';
import { startServices } from './services.ts';
import { openStore } from './table/store.ts';
import { type Deployment, readDeployment } from './template/deployment.ts';
import { synthesised } from './template/synth.ts';
import { noMeter, openMeter } from './usage/meter.ts';
import { mustBeSound, mustBeSoundOnce } from './workflows/sound.ts';

const RECOVERY = 'functions/workflow/recover.handler.ts';

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

/** What an assembly from elsewhere says of its machines is checked at every boot: its files may change under us. */
const deploymentOf = async ({ assembly, dataDir }: HostOptions): Promise<Deployment> => {
  const folder = assembly ?? (await synthesised(dataDir));
  const deployment = readDeployment(folder);
  if (assembly === undefined) mustBeSoundOnce(folder, deployment.machines);
  else mustBeSound(deployment.machines);
  return deployment;
};

const boot = async (options: HostOptions, running: AsyncDisposableStack): Promise<Omit<Host, 'stop'>> => {
  const { dataDir, log } = options;
  running.defer(claimFolder(dataDir).release);
  mustBeWhole(dataDir);
  const door = await listen(options.host, options.port, log);
  running.defer(door.close);
  const issuer = await openIssuer(dataDir, door.url);
  const meter = options.counting === true ? openMeter() : undefined;
  // What was used is asked when the document is: it is written as JSON then.
  door.publish({ ...issuer.documents, ...(meter && { '/usage': { toJSON: meter.used } }) });
  const deployment = await deploymentOf(options);
  const store = await openStore(options, deployment.table, running);
  const { functions, stream, transactions } = await startServices(
    { ...options, url: door.url, deployment, store, meter: meter ?? noMeter },
    running,
  );
  const recovery = deployment.functions.find(({ entry }) => entry === RECOVERY)?.arn;
  await afterRestore(dataDir, async () => {
    if (recovery === undefined) throw new CannotStart(`The table was restored, and nothing runs ${RECOVERY}.`);
    log.info('RECOVERED', { ...(await recoverWhole((event) => functions.invoke(recovery, event))) });
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
  door.open(deployment.routes, functions.invoke, {
    forOperators: [...deployment.consumers.map(({ functionArn }) => functionArn), recovery ?? []].flat(),
    additions: { '/staff/operations': () => ({ host: hostFigures(dataDir, stream.lag(), transactions) }) },
  });
  return { url: door.url, tokenOf: issuer.token, drained: stream.drained, killEngine: store.killEngine };
};
