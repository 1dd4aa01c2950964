import { headRow } from '../../functions/allocation/head.ts';
import { itemBody, itemRow } from '../../functions/catalogue/item.ts';
import type { Tier } from '../../functions/catalogue/policy.ts';
import { type SiteKind, siteBody, siteRow } from '../../functions/catalogue/site.ts';
import {
  cancelled,
  type Line,
  lineIdOf,
  lineRow,
  openOf,
  openRow,
  planned,
  replanned,
} from '../../functions/request/line.ts';
import { type Request, requestRow } from '../../functions/request/request.ts';
import { type Action, insert, replace, shift } from '../../functions/shared/actions.ts';
import { type Actor, systemActor } from '../../functions/shared/actor.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import type { Once } from '../../functions/shared/once.ts';
import type { RowType } from '../../functions/shared/row.ts';
import { get, ofType, partition } from '../../functions/shared/table.store.ts';
import { availableAt, type Balance, balanceRow, holdDelta } from '../../functions/stock/balance.ts';
import { lotRow } from '../../functions/stock/lot.ts';
import { imbalance, movementRow, record, summed } from '../../functions/stock/movement.ts';

export const COUNTY = '632323';
export const keys = keysOf(COUNTY);
export const storekeeper: Actor = { sub: 'storekeeper-1', county: COUNTY, roles: ['storekeeper'] };
export const pointOf = (siteId: string): Actor => ({
  sub: `point-${siteId}`,
  county: COUNTY,
  roles: ['point'],
  siteId,
});

let keysSent = 0;
/** A command's identity, new each time. */
export const anew = (): Once => {
  keysSent += 1;
  return { subject: 'test', route: 'POST /test', key: `key-${keysSent}`, bodyHash: 'h' };
};

export interface Need {
  readonly requestId: string;
  readonly n?: number;
  readonly siteId: string;
  readonly itemId?: string;
  readonly tier?: Tier;
  readonly needBy?: string;
  readonly approved: number;
  /** Planned already: lot to quantity. */
  readonly planned?: Readonly<Record<string, number>>;
}

/** A small county whose rows are written as other capabilities would have written them. */
export const countyOn = (deps: Deps) => {
  const write = async (...actions: readonly (Action | undefined)[]): Promise<void> => {
    const given = actions.filter((action) => action !== undefined);
    await commit(deps, { actor: systemActor(COUNTY), now: deps.clock.now(), actions: given, news: [] });
  };

  /** Stands in for the apportionment where a test has nothing to divide: the item stays as it was last divided. */
  const divide = async (_: Deps, county: string, itemId: string) => {
    const head = await get(deps, headRow, keysOf(county).head(itemId));
    return { division: head?.division ?? 0, changed: false };
  };
  const advanced = async (itemId: string): Promise<Action> => {
    const head = await get(deps, headRow, keys.head(itemId));
    const next = { county: COUNTY, itemId, division: (head?.division ?? 0) + 1 };
    return head === undefined
      ? insert(headRow, next)
      : {
          ...shift(keys.head(itemId), { division: 1 }),
          condition: 'division = :was',
          values: { ':division': 1, ':was': head.division },
        };
  };

  const lineAt = async (requestId: string, n = 1): Promise<Line> => {
    const line = await get(deps, lineRow, keys.requestLine(requestId, n));
    if (line === undefined) throw new Error(`No line ${requestId}.${n}`);
    return line;
  };
  /** Another planned quantity for a line, as one transaction of an apportionment. */
  const plan = async (requestId: string, n: number, lots: Readonly<Record<string, number>>): Promise<void> => {
    const line = await lineAt(requestId, n);
    const holds = Object.entries(lots).map(([lotId, quantity]) => ({ lotId, placeId: 'store', quantity }));
    const moved = new Map<string, number>();
    for (const hold of planned(line)) moved.set(hold.lotId, -hold.quantity);
    for (const hold of holds) moved.set(hold.lotId, (moved.get(hold.lotId) ?? 0) + hold.quantity);
    const head = await get(deps, headRow, keys.head(line.itemId));
    await write(
      await advanced(line.itemId),
      replace(lineRow, replanned(line, holds, (head?.division ?? 0) + 1)),
      ...[...moved]
        .filter(([, delta]) => delta !== 0)
        .map(([lotId, delta]) => holdDelta({ county: COUNTY, itemId: line.itemId, lotId, placeId: 'store' }, delta)),
    );
  };

  return {
    divide,
    plan,
    lineAt,
    site: (id: string, kind: SiteKind = 'village', leadMinutes = 60) =>
      write(
        insert(siteRow, {
          ...siteBody.parse({
            ...{ nameZh: `${id}村`, nameEn: id, kind, township: '甲乡', leadMinutes },
            people: { post: 1, vulnerable: 10, residents: 100 },
          }),
          ...{ county: COUNTY, id, version: 1 },
        }),
      ),
    item: (id: string, rest: object = {}) =>
      write(
        insert(itemRow, {
          ...itemBody.parse({
            ...{
              nameZh: `${id}口罩`,
              nameEn: id,
              category: '2',
              baseUnit: 'piece',
              units: { 盒: 10 },
              issueUnit: '盒',
            },
            ...rest,
          }),
          ...{ county: COUNTY, id, version: 1 },
        }),
      ),
    shelf: (lotId: string, onHand: number, rest: Partial<Balance> = {}) => {
      const at = { county: COUNTY, itemId: 'mask', lotId, placeId: 'store', ...rest };
      const of = { designation: { to: 'all' }, source: 'existing' } as const;
      const { itemId, placeId, useBy } = at;
      return write(
        insert(lotRow, {
          county: COUNTY,
          id: lotId,
          itemId,
          useBy,
          ...of,
          from: 'grn_1',
          at: deps.clock.now(),
          version: 1,
        }),
        insert(balanceRow, { ...at, ...of, status: 'available', onHand, held: 0, free: onHand, division: 0 }),
        record({
          ...{ county: COUNTY, id: deps.ids.next('mov'), lotId, itemId, kind: 'opening', placeId },
          ...{ effects: { opening: onHand, onHand }, document: 'grn_1', at: deps.clock.now(), by: 'test' },
        }),
      );
    },
    /** Approved needs of one request, planned as they say. */
    need: async (...needs: readonly [Need, ...Need[]]) => {
      const [{ requestId, siteId, tier = 3, needBy = '2022-05-13T00:00:00.000Z' }] = needs;
      const request: Request = {
        ...{ county: COUNTY, id: requestId, version: 1, status: 'approved', dueAt: needBy, attempt: 1 },
        ...{ siteId, siteKind: 'village', recipients: 'residents', tier, needBy, coverDays: 3, reason: 'test' },
        ...{
          lines: needs.length,
          estimatedFen: 0,
          odd: [],
          askedBy: 'somebody',
          at: deps.clock.now(),
          referral: [],
          reminders: 0,
        },
      };
      const lines = needs.map(
        ({ n = 1, itemId = 'mask', approved, ...of }): Line => ({
          ...{
            county: COUNTY,
            id: lineIdOf({ requestId, n }),
            requestId,
            n,
            version: 1,
            status: 'open',
            itemId,
            siteId,
          },
          ...{ siteKind: 'village', tier: of.tier ?? 3, needBy: of.needBy ?? needBy, quantity: approved, approved },
          ...{ asked: { quantity: approved, unit: 'piece' }, holds: [], dispatched: 0, received: 0 },
          ...{ rationale: 0, division: 0 },
        }),
      );
      await write(
        insert(requestRow, request),
        ...lines.flatMap((line) => [insert(lineRow, line), insert(openRow, openOf(line))]),
      );
      for (const { n = 1, planned: lots } of needs) if (lots !== undefined) await plan(requestId, n, lots);
    },
    /** Cancels a line as its request would be cancelled: its planned goods go back at once. */
    cancelLine: async (requestId: string, n = 1): Promise<void> => {
      const line = await lineAt(requestId, n);
      await write(
        replace(lineRow, cancelled(line)),
        ...planned(line).map((hold) => holdDelta({ ...line, ...hold }, -hold.quantity)),
      );
    },
    row: <T>(type: RowType<T>, row: T): Promise<T | undefined> => get(deps, type, type.keyOf(row)),
    write,
    balanceOf: (lotId: string, itemId = 'mask', placeId = 'store') =>
      get(deps, balanceRow, availableAt({ county: COUNTY, itemId, lotId, placeId })),
    /** What a lot's movements say is where; and that not a unit appeared or vanished. */
    bucketsOf: async (lotId: string) => {
      const movements = ofType(movementRow, await partition(deps, keys.lot(lotId).PK, 'MOVE#'));
      const buckets = summed(movements);
      if (imbalance(buckets) !== 0) throw new Error(`Lot ${lotId} is out of balance`);
      return Object.fromEntries(Object.entries(buckets).filter(([, quantity]) => quantity !== 0));
    },
  };
};
