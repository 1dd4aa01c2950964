import { z } from 'zod';
import { noCounts, sumOf } from '../local/usage/usage.ts';
import { inFolder } from './support/engine.ts';
import { fillHistory } from './support/history.ts';
import {
  furnishOverHttp,
  type House,
  openHouse,
  type Spent,
  settled,
  spending,
  stepsOf,
  useOf,
} from './support/house.ts';
import { markdown, median, short } from './support/report.ts';

/**
 * What each stage of a request costs with few and with many requests stored. Every site asks at once, then everything
 * is picked, and so on; a stage's cost holds all that follows from it, up to quiet. What is stored are closed requests
 * beyond the look-back.
 */
export interface Sizes {
  readonly stored: readonly [number, number];
  readonly sites: number;
  readonly items: number;
  readonly rounds: number;
}

const USUAL: Sizes = { stored: [1_000, 100_000], sites: 32, items: 8, rounds: 3 };

const each = <T>(house: House, work: (siteId: string, n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(house.sites.map(work));

/** One request of every site, stage by stage. */
const round = async (house: House): Promise<Map<string, Spent>> => {
  const steps = stepsOf(house);
  const stages = new Map<string, Spent>();
  const stage = async <T>(name: string, work: (siteId: string, n: number) => Promise<T>): Promise<T[]> => {
    let done: T[] = [];
    const spent = await spending(house, async () => {
      done = await each(house, work);
      await settled(house);
    });
    stages.set(name, spent);
    return done;
  };
  const requests = await stage('ask, to the consignment', steps.ask);
  const consignments = await each(house, async (siteId) => {
    const id = await steps.gathering(siteId);
    if (id === undefined) throw new Error(`Nothing gathers for ${siteId}`);
    return id;
  });
  const codes = await stage('pick', (_, n) => steps.pick(consignments[n] ?? ''));
  await stage('dispatch', (_, n) => steps.dispatch(consignments[n] ?? ''));
  await stage('receive, to the close', (siteId, n) => steps.receive(siteId, codes[n] ?? ''));
  const closed = await each(house, (siteId, n) => steps.isClosed(siteId, requests[n] ?? ''));
  if (closed.includes(false)) throw new Error('Not every request was closed');
  await look(house, requests[0] ?? '', stages);
  return stages;
};

const anything = z.unknown();

/** What people look at, as often as there are sites. */
const look = async (house: House, requestId: string, stages: Map<string, Spent>): Promise<void> => {
  const { auditor } = house.people;
  const pages = {
    'list requests by status': '/staff/requests?status=closed',
    'list requests of a site': `/staff/requests?siteId=${house.sites[0]}`,
    'view a request': `/staff/requests/${requestId}`,
    'view an item’s stock': `/staff/stock/${house.items[0]}`,
  };
  for (const [name, path] of Object.entries(pages))
    stages.set(name, await spending(house, () => each(house, () => auditor.get(path, anything))));
};

interface Cost {
  readonly cpuMs: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

const SWEEP = 'workflow/sweep';

/** A request's part of what a stage took; of looks, one look's. */
const costOf = ({ hostMs, engineMs, used }: Spent, requests: number): Cost => {
  const work = Object.entries(used.functions).flatMap(([name, counts]) => (name === SWEEP ? [] : counts));
  const { readUnits, writeUnits } = sumOf(work);
  return {
    cpuMs: (hostMs + engineMs) / requests,
    readUnits: readUnits / requests,
    writeUnits: writeUnits / requests,
  };
};

const medianCost = (costs: readonly Cost[]): Cost => ({
  cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
  readUnits: median(costs.map(({ readUnits }) => readUnits)),
  writeUnits: median(costs.map(({ writeUnits }) => writeUnits)),
});

/** One sweep of a county that has nothing to catch up with. Its time is the host's. */
const sweepOf = async (house: House): Promise<Cost> => {
  await settled(house);
  const { invocations, readUnits, writeUnits, milliseconds } = (await useOf(house)).functions[SWEEP] ?? {
    ...noCounts(),
    invocations: 1,
  };
  return {
    cpuMs: milliseconds / invocations,
    readUnits: readUnits / invocations,
    writeUnits: writeUnits / invocations,
  };
};

const withStored = async (dataDir: string, stored: number, size: Sizes) => {
  const inHouse = async <T>(work: (house: House) => Promise<T>): Promise<T> => {
    const house = await openHouse(dataDir, size);
    try {
      return await work(house);
    } finally {
      await house.host.stop();
    }
  };
  const items = await inHouse(async (house) => {
    await furnishOverHttp(house);
    await round(house);
    return house.items;
  });
  const rows = fillHistory(dataDir, { requests: size.sites, items }, stored);
  const found = await inHouse(async (house) => {
    // The first sweep and the first round tidy up what history left.
    await settled(house);
    await round(house);
    const rounds: Map<string, Spent>[] = [];
    while (rounds.length < size.rounds) rounds.push(await round(house));
    return rounds;
  });
  const costs = new Map<string, Cost>();
  for (const stage of found[0]?.keys() ?? []) {
    const spent = found.flatMap((stages) => stages.get(stage) ?? []);
    costs.set(stage, medianCost(spent.map((one) => costOf(one, size.sites))));
  }
  // A host begins with a sweep.
  costs.set('one sweep', await inHouse(sweepOf));
  return { stored, rows, costs };
};

const growth = (few: number, many: number): string => (few < 0.5 && many < 0.5 ? '' : `${short(many / few)} ×`);

export const stagesReport = async (sizes: Sizes = USUAL): Promise<string> => {
  const measure = (stored: number) => inFolder((dataDir) => withStored(dataDir, stored, sizes));
  const [few, many] = [await measure(sizes.stored[0]), await measure(sizes.stored[1])];
  const rows = [...few.costs].map(([stage, before]) => {
    const after = many.costs.get(stage) ?? before;
    return [
      stage,
      growth(before.readUnits, after.readUnits),
      growth(before.writeUnits, after.writeUnits),
      growth(before.cpuMs, after.cpuMs),
      ...[before, after].flatMap(({ readUnits, writeUnits, cpuMs }) => [readUnits, writeUnits, cpuMs].map(short)),
    ];
  });
  const at = (of: { readonly stored: number }) => `${of.stored.toLocaleString('en')} stored`;
  const head = [
    ...['stage', 'reads grow', 'writes grow', 'CPU grows'],
    ...[few, many].flatMap((of) => [`read units, ${at(of)}`, 'write units', 'CPU ms']),
  ];
  return [
    `${sizes.sites} requests at a time, two need lines each, medians of ${sizes.rounds} rounds, a request's part of each;`,
    `${few.rows.toLocaleString('en')} rows of history beside ${many.rows.toLocaleString('en')}.`,
    `Of the sweep, CPU is the time it took.\n\n${markdown(head, rows)}`,
  ].join(' ');
};

if (import.meta.main) console.log(await stagesReport());
