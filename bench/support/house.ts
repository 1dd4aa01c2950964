import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { consignmentSummary, consignmentView, waybillView } from '../../functions/delivery/view.ts';
import { requestView } from '../../functions/request/view.ts';
import { type Usage, usage, usedSince } from '../../local/usage/usage.ts';
import { clientFor } from '../../scenario/client.ts';
import { type OwnHost, spawnHost } from '../../scenario/own-host.ts';
import { type People, peopleOf } from '../../scenario/people.ts';
import { checkpoint, mask, names, WAREHOUSE } from './county.ts';
import { cpuOf, enginePid } from './cpu.ts';

/** Boxes: as many as any measurement asks for, and few enough to be gone after the first of them. */
const AMPLE_BOXES = 1_000_000;
const FEW_BOXES = 5;

/** A host in a process of its own that counts, and a county of checkpoints on it. */
export interface House {
  readonly host: OwnHost;
  readonly people: People;
  readonly sites: readonly string[];
  readonly items: readonly string[];
}

export const openHouse = async (
  dataDir: string,
  { sites, items }: { readonly sites: number; readonly items: number },
): Promise<House> => {
  const host = await spawnHost({ dataDir, env: { SAMPLE_COUNTY: 'no', COUNT_USAGE: 'yes', REHEARSAL_CLOCK: '' } });
  const people = peopleOf(host.url, host.tokenOf, { patienceMs: 60_000 });
  return { host, people, sites: names('site', sites), items: names('item', items) };
};

const anything = z.unknown();

/** The county's catalogue, and of each item a lot that will soon be used up and one that never will. */
export const furnishOverHttp = async ({ people, sites, items }: House): Promise<void> => {
  const { headquarters, storekeeper } = people;
  await headquarters.put(`/staff/sites/${WAREHOUSE}`, { ...checkpoint(WAREHOUSE), kind: 'warehouse' }, anything);
  for (const id of sites) await headquarters.put(`/staff/sites/${id}`, checkpoint(id), anything);
  const lot = (itemId: string, quantity: number, days: number) => ({
    ...{ itemId, quantity, unit: '盒' },
    useBy: new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
  });
  for (const id of items) {
    await headquarters.put(`/staff/items/${id}`, mask, anything);
    const note = { source: 'existing', placeId: WAREHOUSE, document: `paper-${id}` };
    const lines = [lot(id, FEW_BOXES, 90), lot(id, AMPLE_BOXES, 180)];
    await storekeeper.post('/staff/stock-receipts', { ...note, lines }, anything);
  }
};

/** Two different items, as the n-th asker wants them. */
const wanted = (items: readonly string[], n: number) =>
  [0, 1].map((k) => ({ itemId: items[(2 * n + k) % items.length] ?? '', quantity: 2, unit: '盒' }));

const consignments = z.object({ rows: z.array(consignmentSummary) });

/** What people do with one request, each step as one command. */
export const stepsOf = ({ people, items }: House) => ({
  ask: async (siteId: string, n: number): Promise<string> => {
    const needBy = new Date(Date.now() + 86_400_000).toISOString();
    const body = { siteId, recipients: 'post', needBy, reason: '值守补充', lines: wanted(items, n) };
    return (await people.point(siteId).post('/point/requests', body, requestView)).id;
  },
  /** The consignment that gathers for a site; none yet while nothing is promised. */
  gathering: async (siteId: string): Promise<string | undefined> => {
    const path = `/staff/consignments?status=planned&siteId=${siteId}`;
    return (await people.storekeeper.get(path, consignments)).rows[0]?.id;
  },
  pick: async (id: string): Promise<string> =>
    (await people.storekeeper.post(`/staff/consignments/${id}/picking`, undefined, consignmentView)).code ?? '',
  dispatch: async (id: string): Promise<void> => {
    const van = { carrier: '样例运输队', vehicle: '样例车1' };
    await people.storekeeper.post(`/staff/consignments/${id}/dispatch`, van, consignmentView);
  },
  receive: async (siteId: string, code: string): Promise<void> => {
    const point = people.point(siteId);
    const { lines } = await point.get(`/point/waybills/${code}`, waybillView);
    const good = lines.map(({ n, quantity }) => ({ n, good: quantity }));
    await point.post(`/point/waybills/${code}/receipt`, { lines: good }, waybillView);
  },
  isClosed: async (siteId: string, id: string): Promise<boolean> =>
    (await people.point(siteId).get(`/point/requests/${id}`, requestView)).status === 'closed',
});

/** What a while of work took: CPU of the host and of its engine, and what the cloud would bill. */
export interface Spent {
  readonly hostMs: number;
  readonly engineMs: number;
  readonly used: Usage;
}

export const useOf = ({ host }: House): Promise<Usage> => clientFor({ baseUrl: host.url }).get('/usage', usage);

export const spending = async (house: House, work: () => Promise<unknown>): Promise<Spent> => {
  const { child, dataDir } = house.host;
  const look = async () => ({
    used: await useOf(house),
    hostMs: cpuOf(child.pid ?? 0),
    engineMs: cpuOf(enginePid(dataDir)),
  });
  const before = await look();
  await work();
  const after = await look();
  return {
    hostMs: after.hostMs - before.hostMs,
    engineMs: after.engineMs - before.engineMs,
    used: usedSince(before.used, after.used),
  };
};

const LOOKS = 5;
const LOOK_MS = 100;

/** Returns when the host has done all that followed: for half a second no function has begun or ended. */
export const settled = async (house: House): Promise<void> => {
  let before = '';
  for (let same = 0; same < LOOKS; await sleep(LOOK_MS)) {
    const { functions, underWay } = await useOf(house);
    // The sweep comes each minute whatever happens.
    const now = JSON.stringify({ ...functions, 'workflow/sweep': 0 });
    same = now === before && underWay === 0 ? same + 1 : 0;
    before = now;
  }
};
