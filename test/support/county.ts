import { z } from 'zod';
import { DEFAULT_POLICY, type PolicyBody, policy } from '../../functions/catalogue/policy.ts';
import type { SiteKind } from '../../functions/catalogue/site.ts';
import {
  type ConsignmentView,
  consignmentSummary,
  consignmentView,
  waybillView,
} from '../../functions/delivery/view.ts';
import { type RequestView, requestView } from '../../functions/request/view.ts';
import { itemAccount } from '../../functions/stock/reconciliation.ts';
import type { Client } from '../../scenario/client.ts';
import type { OwnHost } from '../../scenario/own-host.ts';
import { type People, peopleOf } from '../../scenario/people.ts';
import { health } from '../../scenario/time.ts';
import { eventually } from './eventually.ts';

const WAREHOUSE = 'warehouse';
export const CHECKPOINT = 'checkpoint';
export const VILLAGE = 'village';
export const OTHER_VILLAGE = 'other-village';

/** Where goods are asked for. */
export const ASKING = [CHECKPOINT, VILLAGE, OTHER_VILLAGE] as const;

const SITES: readonly { readonly id: string; readonly kind: SiteKind }[] = [
  { id: WAREHOUSE, kind: 'warehouse' },
  { id: CHECKPOINT, kind: 'checkpoint' },
  { id: VILLAGE, kind: 'village' },
  { id: OTHER_VILLAGE, kind: 'village' },
];

const norm = { quantity: 5_000, days: 1 };
const mask = {
  nameZh: '口罩',
  nameEn: 'Mask',
  category: '2',
  baseUnit: 'piece',
  units: { 盒: 50 },
  issueUnit: '盒',
  // Ample: whatever a flow asks for is within it, so that the green channel need not ask anybody.
  norms: { tier1: norm, tier2: norm, tier3: norm },
};

interface Ask {
  readonly siteId: string;
  /** Boxes of 50. */
  readonly boxes: number;
  readonly itemId?: string;
  readonly recipients?: 'post' | 'vulnerable' | 'residents';
  /** A member of staff who enters it; none: the site asks itself. */
  readonly by?: Client;
  /** Somebody else than the site's own people, through the point's door. */
  readonly asking?: Client;
  /** Said again although it is odd. */
  readonly confirmed?: boolean;
}

/** A county of one warehouse, one checkpoint and two villages: everything a flow needs, and nobody else in it. */
export interface SmallCounty {
  readonly county: string;
  readonly people: People;
  now(): Promise<string>;
  /** Puts an item into the catalogue, by default a mask in boxes of 50 without price or reserve. */
  item(id: string, changes?: Record<string, unknown>): Promise<void>;
  /** Puts a policy in force: the defaults without waves, so that everybody is served at once, with these changes. */
  policy(changes?: {
    approval?: Partial<PolicyBody['approval']>;
    delivery?: Partial<PolicyBody['delivery']>;
    waveMinutes?: number;
  }): Promise<void>;
  stock(itemId: string, boxes: number): Promise<void>;
  ask(ask: Ask): Promise<RequestView>;
  request(id: string): Promise<RequestView>;
  /** The request, once it is so. */
  requestWhen(what: string, id: string, holds: (request: RequestView) => boolean): Promise<RequestView>;
  /** The consignment that gathers goods for the site, as soon as there is one. */
  gathering(siteId: string): Promise<string>;
  /** The storekeeper opens one ahead of its wave. */
  open(siteId: string): Promise<string>;
  pick(id: string): Promise<ConsignmentView>;
  dispatch(id: string): Promise<ConsignmentView>;
  /** The site confirms: all good, except what is said of the first line. */
  receive(siteId: string, code: string, first?: { damaged?: number; missing?: number; extra?: number }): Promise<void>;
  /** Every book of every item agrees. */
  balanced(): Promise<boolean>;
}

let counties = 990_000;

/** `withinMs`: how long, in real time, what is waited for may take. */
export const smallCounty = async (
  { url, tokenOf }: Pick<OwnHost, 'url' | 'tokenOf'>,
  withinMs?: number,
): Promise<SmallCounty> => {
  counties += 1;
  const county = String(counties);
  const people = peopleOf(url, tokenOf, { county, patienceMs: withinMs });
  const { storekeeper, headquarters, auditor } = people;
  const now = async () => (await auditor.get('/health', health)).now;
  const hence = async (hours: number) => new Date(Date.parse(await now()) + hours * 3_600_000).toISOString();
  for (const { id, kind } of SITES)
    await headquarters.put(
      `/staff/sites/${id}`,
      {
        ...{ nameZh: id, nameEn: id, kind, township: '样例乡', leadMinutes: 30 },
        people: { post: 20, vulnerable: 100, residents: 600 },
      },
      z.unknown(),
    );
  const putPolicy: SmallCounty['policy'] = async ({ approval, delivery, waveMinutes = 0 } = {}) => {
    const { version } = await headquarters.get('/staff/policy', policy);
    const body = {
      ...DEFAULT_POLICY,
      approval: { ...DEFAULT_POLICY.approval, ...approval },
      allocation: { ...DEFAULT_POLICY.allocation, waveMinutes },
      delivery: { ...DEFAULT_POLICY.delivery, ...delivery },
    };
    await headquarters.put('/staff/policy', body, policy, `"${version}"`);
  };
  await putPolicy();
  let papers = 0;
  const request = (id: string) => auditor.get(`/staff/requests/${id}`, requestView);
  const act = (id: string, step: string, body?: unknown) =>
    storekeeper.post(`/staff/consignments/${id}/${step}`, body, consignmentView);
  return {
    county,
    people,
    now,
    request,
    item: async (id, changes = {}) => {
      await headquarters.put(`/staff/items/${id}`, { ...mask, ...changes }, z.unknown());
    },
    policy: putPolicy,
    stock: async (itemId, boxes) => {
      papers += 1;
      const lines = [{ itemId, quantity: boxes, unit: '盒' }];
      const note = { source: 'existing', placeId: WAREHOUSE, document: `PAPER-${papers}`, lines };
      await storekeeper.post('/staff/stock-receipts', note, z.unknown());
    },
    ask: async ({
      siteId,
      boxes,
      itemId = 'mask',
      recipients = 'post',
      by,
      confirmed,
      asking = people.point(siteId),
    }) => {
      const lines = [{ itemId, quantity: boxes, unit: '盒' }];
      const body = {
        siteId,
        recipients,
        needBy: await hence(24),
        reason: '值守补充',
        lines,
        ...(confirmed && { confirmed }),
      };
      return by === undefined
        ? asking.post('/point/requests', body, requestView)
        : by.post('/staff/requests', body, requestView);
    },
    requestWhen: (what, id, holds) => eventually(what, () => request(id), holds, withinMs),
    gathering: async (siteId) => {
      const [found] = await eventually(
        `a consignment gathers for ${siteId}`,
        async () =>
          (await auditor.all('/staff/consignments?status=planned', consignmentSummary)).filter(
            ({ to }) => to.id === siteId,
          ),
        (rows) => rows.length > 0,
        withinMs,
      );
      return found?.id ?? '';
    },
    open: async (siteId) =>
      (await storekeeper.post('/staff/consignments', { fromId: WAREHOUSE, toId: siteId }, consignmentView)).id,
    pick: (id) => act(id, 'picking'),
    dispatch: (id) => act(id, 'dispatch', { carrier: '样例运输队', vehicle: '样例车1' }),
    receive: async (siteId, code, first = {}) => {
      const point = people.point(siteId);
      const { lines } = await point.get(`/point/waybills/${code}`, waybillView);
      const { damaged = 0, missing = 0, extra = 0 } = first;
      const counted = lines.map(({ n, quantity }, i) =>
        i > 0 || damaged + missing + extra === 0
          ? { n, good: quantity }
          : {
              ...{ n, good: quantity - damaged - missing, damaged, missing, extra },
              reasons: {
                ...(damaged > 0 && { damaged: 'wet' }),
                ...(missing > 0 && { missing: 'lost-on-the-way' }),
                ...(extra > 0 && { extra: 'over-packed' }),
              },
            },
      );
      await point.post(`/point/waybills/${code}/receipt`, { lines: counted }, z.unknown());
    },
    balanced: async () =>
      (await auditor.all('/staff/reconciliation', itemAccount)).every((account) => account.balanced),
  };
};
