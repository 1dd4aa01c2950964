import { divide } from '../../functions/allocation/divide.store.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { DEFAULT_POLICY, policyInForce, policyRow, type Tier } from '../../functions/catalogue/policy.ts';
import { type SiteKind, siteRow } from '../../functions/catalogue/site.ts';
import {
  cancelled,
  type Line,
  lineRow,
  openOf,
  openRow,
  picked,
  planned,
  plannedQuantity,
  received,
  dispatched as sent,
} from '../../functions/request/line.ts';
import { type Action, insert, replace, shift } from '../../functions/shared/actions.ts';
import { systemActor } from '../../functions/shared/actor.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { get, getAll, ofType, partition } from '../../functions/shared/table.store.ts';
import { availableAt, type Balance, balanceRow, holdDelta, issue, openBalance } from '../../functions/stock/balance.ts';
import type { Designation } from '../../functions/stock/lot.ts';
import { unfair } from './fairness.ts';

export const COUNTY = '632323';
const PLACE = 'warehouse';
const keys = keysOf(COUNTY);

interface Ask {
  readonly siteId: string;
  readonly tier: Tier;
  readonly quantity: number;
  readonly needBy?: string;
  readonly kind?: SiteKind;
  readonly countsFrom?: string;
}

/** One county's rows for one item, written as the other capabilities would write them. */
export const countyOf = (deps: Deps & { time: string }, itemId: string) => {
  let requests = 0;
  const write = (actions: readonly Action[]) =>
    commit(deps, { actor: systemActor(COUNTY), now: deps.clock.now(), actions, news: [] });
  const at = (lotId: string) => ({ county: COUNTY, itemId, lotId, placeId: PLACE });

  const self = {
    write,
    item: (of: { reserve?: number; fresh?: boolean } = {}) =>
      write([
        insert(itemRow, {
          county: COUNTY,
          id: itemId,
          version: 1,
          nameZh: '口罩',
          nameEn: 'Masks',
          category: '1',
          baseUnit: 'piece',
          units: { 盒: 1 },
          issueUnit: '盒',
          fresh: of.fresh ?? false,
          frontLineReserve: of.reserve ?? 0,
          norms: {},
          posts: [],
          active: true,
          sample: true,
        }),
      ]),

    site: (id: string, leadMinutes: number, kind: SiteKind = 'village') =>
      write([
        insert(siteRow, {
          county: COUNTY,
          id,
          version: 1,
          nameZh: id,
          nameEn: id,
          kind,
          township: 'Zequ',
          people: { post: 0, vulnerable: 0, residents: 100 },
          households: 20,
          vulnerableHouseholds: 0,
          leadMinutes,
          active: true,
          sample: true,
        }),
      ]),

    policy: (allocation: Partial<typeof DEFAULT_POLICY.allocation>) =>
      write([
        insert(policyRow, {
          ...DEFAULT_POLICY,
          county: COUNTY,
          version: 1,
          allocation: { ...DEFAULT_POLICY.allocation, ...allocation },
        }),
      ]),

    lot: (lotId: string, onHand: number, of: { useBy?: string; designation?: Designation } = {}) =>
      write([
        openBalance({
          ...at(lotId),
          status: 'available',
          onHand,
          source: 'existing',
          designation: of.designation ?? { to: 'all' },
          useBy: of.useBy,
        }),
      ]),

    /** An approved line with its pointer; returns its id. */
    need: async ({ siteId, tier, quantity, needBy, kind = 'village', countsFrom }: Ask): Promise<string> => {
      requests += 1;
      const requestId = `req_${itemId}_${String(requests).padStart(5, '0')}`;
      const line: Line = {
        county: COUNTY,
        id: `${requestId}.1`,
        requestId,
        n: 1,
        version: 1,
        status: 'open',
        itemId,
        siteId,
        siteKind: kind,
        tier,
        needBy: needBy ?? plusMinutes(deps.clock.now(), 1440),
        asked: { quantity, unit: '盒' },
        quantity,
        approved: quantity,
        countsFrom,
        holds: [],
        dispatched: 0,
        received: 0,
        rationale: 0,
        division: 0,
      };
      await write([insert(lineRow, line), insert(openRow, openOf(line))]);
      return line.id;
    },

    line: async (id: string): Promise<Line> => {
      const line = await get(deps, lineRow, keys.requestLine(id.slice(0, -2), 1));
      if (line === undefined) throw new Error(`No line ${id}`);
      return line;
    },
    lines: async () =>
      getAll(
        deps,
        lineRow,
        (await self.pointers()).map(({ requestId, n }) => keys.requestLine(requestId, n)),
      ),
    /** Planned for all lines of a tier together. */
    promised: async (tier: Tier) =>
      (await self.lines()).reduce((sum, line) => sum + (line.tier === tier ? plannedQuantity(line) : 0), 0),
    held: async (id: string) =>
      Object.fromEntries(planned(await self.line(id)).map(({ lotId, quantity }) => [lotId, quantity])),
    rows: () => partition(deps, keys.item(itemId).PK),
    pointers: async () => ofType(openRow, await self.rows()),
    balance: (lotId: string) => get(deps, balanceRow, availableAt(at(lotId))),

    pick: async (id: string, consignmentId: string) => {
      const line = await self.line(id);
      await write([
        replace(lineRow, picked(line, consignmentId, PLACE, new Set(line.holds.map(({ lotId }) => lotId)))),
      ]);
    },
    dispatch: async (id: string, consignmentId: string) => {
      const line = await self.line(id);
      const leaving = line.holds.filter((hold) => hold.consignmentId === consignmentId);
      await write([
        replace(lineRow, sent(line, consignmentId)),
        ...leaving.map(({ lotId, quantity }) => issue(at(lotId), quantity)),
      ]);
    },
    receive: async (id: string, good: number) => {
      const line = await self.line(id);
      await write([replace(lineRow, received(line, line.dispatched, good, 1))]);
    },
    cancel: async (id: string) => {
      const line = await self.line(id);
      await write([
        replace(lineRow, cancelled(line)),
        ...planned(line).map(({ lotId, quantity }) => holdDelta(at(lotId), -quantity)),
      ]);
    },
    adjust: (lotId: string, by: number) => write([shift(availableAt(at(lotId)), { onHand: by, free: by })]),
    divide: () => divide(deps, COUNTY, itemId),

    /** What must hold at every commit: on hand = held + free, and what the lines hold of a lot is what it calls held. */
    sound: async (): Promise<string[]> => unsound(ofType(balanceRow, await self.rows()), await self.lines()),

    /** Wherever the rows as they are are not fair, were nothing left to divide. */
    unsettled: async (): Promise<string[]> => {
      const rows = await self.rows();
      const lines = await self.lines();
      const sites = await getAll(
        deps,
        siteRow,
        lines.map(({ siteId }) => keys.site(siteId)),
      );
      const [item] = ofType(itemRow, rows);
      if (item === undefined) throw new Error(`No item ${itemId}`);
      const policy = policyInForce(COUNTY, await get(deps, policyRow, keys.policy()));
      const [balances, opens] = [ofType(balanceRow, rows), ofType(openRow, rows)];
      return unfair({ item, policy, balances, opens, lines, sites }, deps.clock.now());
    },
  };
  return self;
};

export const unsound = (balances: readonly Balance[], lines: readonly Line[]): string[] => {
  const held = new Map<string, number>();
  for (const { lotId, quantity } of lines.flatMap(({ holds }) => holds))
    held.set(lotId, (held.get(lotId) ?? 0) + quantity);
  return balances.flatMap((row) =>
    row.onHand === row.held + row.free && row.held >= 0 && row.free >= 0 && row.held === (held.get(row.lotId) ?? 0)
      ? []
      : [`${row.lotId}: on hand ${row.onHand}, held ${row.held}, free ${row.free}; lines hold ${held.get(row.lotId)}`],
  );
};
