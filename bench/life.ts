import { setTimeout as sleep } from 'node:timers/promises';
import { sumOf } from '../local/usage/usage.ts';
import { inFolder } from './support/engine.ts';
import { furnishOverHttp, type House, openHouse, settled, spending, stepsOf } from './support/house.ts';
import { markdown, median, short } from './support/report.ts';

/**
 * The whole life of a request on the embedded host over HTTP: asked, approved by the green channel, apportioned, its
 * consignment opened, picked, dispatched, received, closed. Each client is a site that asks again as soon as its last
 * request is closed.
 */
export interface Sizes {
  readonly clients: readonly number[];
  readonly lives: number;
}

const USUAL: Sizes = { clients: [1, 32], lives: 6 };
const LOOK_MS = 25;

const until = async <T>(look: () => Promise<T | undefined | false>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await sleep(LOOK_MS);
  }
};

/** One life; how long it took, in milliseconds. */
const live = async (house: House, siteId: string, n: number): Promise<number> => {
  const steps = stepsOf(house);
  const began = performance.now();
  const request = await steps.ask(siteId, n);
  const consignment = await until(() => steps.gathering(siteId));
  const code = await steps.pick(consignment);
  await steps.dispatch(consignment);
  await steps.receive(siteId, code);
  await until(() => steps.isClosed(siteId, request));
  return performance.now() - began;
};

const measured = async (house: House, clients: number, lives: number): Promise<(string | number)[]> => {
  const took: number[] = [];
  let seconds = 0;
  const spent = await spending(house, async () => {
    const began = performance.now();
    await Promise.all(
      house.sites.slice(0, clients).map(async (siteId, client) => {
        for (let n = 0; n < lives; n += 1) took.push(await live(house, siteId, client + n));
      }),
    );
    seconds = (performance.now() - began) / 1_000;
    await settled(house);
  });
  const count = clients * lives;
  const { functions, transitions } = spent.used;
  // A client looks again and again whether it can go on; people do not.
  const work = sumOf(Object.entries(functions).flatMap(([name, used]) => (name.endsWith(' GET') ? [] : used)));
  return [
    clients,
    short(count / seconds),
    short(median(took)),
    short(spent.hostMs / count),
    short(spent.engineMs / count),
    short(work.invocations / count),
    short(Object.values(transitions).reduce((sum, entered) => sum + entered, 0) / count),
    short(work.writeUnits / count),
    short(work.readUnits / count),
  ];
};

export const lifeReport = async ({ clients, lives }: Sizes = USUAL): Promise<string> => {
  const rows = await inFolder(async (dataDir) => {
    const house = await openHouse(dataDir, { sites: Math.max(...clients), items: 8 });
    try {
      await furnishOverHttp(house);
      await measured(house, Math.max(...clients), 1);
      const found: (string | number)[][] = [];
      for (const count of clients) found.push(await measured(house, count, lives));
      return found;
    } finally {
      await house.host.stop();
    }
  });
  const head = [
    ...['clients', 'lives/s', 'median ms a life', 'host CPU ms a life', 'engine CPU ms a life'],
    ...['invocations', 'transitions', 'write units', 'read units'],
  ];
  return `${lives} lives a client, each of two need lines.\n\n${markdown(head, rows)}`;
};

if (import.meta.main) console.log(await lifeReport());
