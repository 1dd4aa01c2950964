import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { type ConsignmentLine, consignmentLineRow, consignmentRow } from '../../functions/delivery/consignment.ts';
import { dispatched, lineRow, openRow } from '../../functions/request/line.ts';
import { insert, replace } from '../../functions/shared/actions.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { type Key, keysOf } from '../../functions/shared/keys.ts';
import { MAX_QUANTITY } from '../../functions/shared/quantity.ts';
import { get, ofType, partition } from '../../functions/shared/table.store.ts';
import { issue } from '../../functions/stock/balance.ts';
import { imbalance, movementRow, record, summed } from '../../functions/stock/movement.ts';
import { begun } from '../../functions/workflow/timeline.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { runs } from '../support/random.ts';
import { useTable } from '../support/table.ts';
import { actor, addItem, COUNTY, openCounty, promise } from './county.ts';

const deps = useTable();
const app = staffApp(deps, testVerify);
const storekeeper = callerOf(app, { roles: ['storekeeper'] });
const auditor = callerOf(app, { roles: ['auditor'] });
const keys = keysOf(COUNTY);

beforeAll(() => openCounty(deps));

let papers = 0;
const receive = async (itemId: string, quantity: number, rest: object = {}): Promise<string> => {
  papers += 1;
  const { body } = await storekeeper.post('/staff/stock-receipts', {
    source: 'allocated',
    placeId: 'warehouse',
    document: `P-${papers}`,
    lines: [{ itemId, quantity, unit: 'piece', ...rest }],
  });
  return body.lines[0].lotId;
};

/** An item with one lot of 1000: 200 planned, 150 in picking, 100 on the way. */
const busy = async () => {
  papers += 1;
  const itemId = `busy-${papers}`;
  await addItem(deps, itemId);
  const lotId = await receive(itemId, 1000);
  const place = { county: COUNTY, itemId, lotId, placeId: 'warehouse' };
  const hold = (quantity: number) => ({ lotId, placeId: 'warehouse', quantity });
  const consign = async (name: string, status: 'picking' | 'dispatched', quantity: number) => {
    const requestId = `${name}-${itemId}`;
    const id = `con-${name}-${itemId}`;
    const line = await promise(deps, requestId, { itemId, tier: 1, holds: [hold(quantity)] });
    const inHand = { ...line, holds: [{ ...hold(quantity), consignmentId: id }] };
    const conLine: ConsignmentLine = {
      county: COUNTY,
      consignmentId: id,
      n: 1,
      version: 1,
      itemId,
      lotId,
      placeId: 'warehouse',
      quantity,
      shares: [{ requestId, n: 1, quantity }],
    };
    const now = deps.clock.now();
    await commit(deps, {
      actor,
      now,
      actions: [
        insert(consignmentRow, {
          ...begun(now, now),
          county: COUNTY,
          id,
          version: 1,
          status,
          fromId: 'warehouse',
          toId: 'hospital',
          tier: 1,
          at: now,
          openedBy: 'li',
          lines: 1,
          reminders: 0,
        }),
        insert(consignmentLineRow, conLine),
        replace(lineRow, status === 'picking' ? inHand : dispatched(inHand, id)),
        ...(status === 'picking'
          ? []
          : [
              issue(place, quantity),
              record({
                county: COUNTY,
                id: deps.ids.next('mov'),
                lotId,
                itemId,
                kind: 'dispatched',
                placeId: 'warehouse',
                effects: { onHand: -quantity, inTransit: quantity },
                document: id,
                at: now,
                by: 'li',
              }),
            ]),
      ],
      news: [],
    });
    return {
      consignment: keys.consignment(id),
      consignmentLine: keys.consignmentLine(id, 1),
      line: keys.requestLine(requestId, 1),
    };
  };
  const planned = await promise(deps, `planned-${itemId}`, { itemId, tier: 3, holds: [hold(200)] });
  return {
    itemId,
    lotId,
    balance: keys.balance(itemId, lotId, 'warehouse', 'available'),
    planned: lineRow.keyOf(planned),
    pointer: keys.open(itemId, 3, planned.needBy, planned.id),
    picking: await consign('picking', 'picking', 150),
    road: await consign('road', 'dispatched', 100),
    account: async () => (await auditor.get(`/staff/reconciliation?itemId=${itemId}`)).body,
  };
};
type Busy = Awaited<ReturnType<typeof busy>>;

const add = (key: Key, name: string, delta: number) =>
  deps.dynamo.send(
    new UpdateCommand({
      TableName: deps.table,
      Key: { ...key },
      UpdateExpression: 'ADD #n :d',
      ExpressionAttributeNames: { '#n': name },
      ExpressionAttributeValues: { ':d': delta },
    }),
  );
const drop = (key: Key) => deps.dynamo.send(new DeleteCommand({ TableName: deps.table, Key: { ...key } }));

describe('the reconciliation', () => {
  it('follows every unit of a lot that is planned, picked and carried', async () => {
    const { account, lotId } = await busy();
    expect(await account()).toMatchObject({
      balanced: true,
      rows: [
        {
          balanced: true,
          differences: [],
          lots: [{ lotId, received: 1000, onHand: 900, inTransit: 100, held: 350, free: 550, delivered: 0 }],
        },
      ],
    });
  });

  const damage: [string, (b: Busy) => Promise<unknown>, string[]][] = [
    ['goods appear on a shelf', (b) => add(b.balance, 'onHand', 5), ['on-hand', 'free']],
    ['goods are free that are not there', (b) => add(b.balance, 'free', 1), ['free']],
    [
      'a shelf is held for nobody',
      (b) => Promise.all([add(b.balance, 'held', 10), add(b.balance, 'free', -10)]),
      ['held'],
    ],
    ['a planned line is lost', (b) => drop(b.planned), ['held']],
    ['a line on the way is lost', (b) => drop(b.road.line), ['on-the-way']],
    ['a line loses count of what is on the way', (b) => add(b.road.line, 'dispatched', -1), ['on-the-way']],
    ['a consignment forgets a unit', (b) => add(b.road.consignmentLine, 'quantity', -1), ['in-transit']],
    ['a picked consignment forgets a unit', (b) => add(b.picking.consignmentLine, 'quantity', -1), ['in-picking']],
    ['a consignment on the way is lost', (b) => drop(b.road.consignment), ['in-transit', 'on-the-way']],
    ['a line has more than was approved', (b) => add(b.planned, 'approved', -1), ['line']],
    ['a lot is lost', (b) => drop(keys.lot(b.lotId)), ['lot-known']],
    [
      'a movement is lost',
      async (b) => {
        const moves = ofType(movementRow, await partition(deps, keys.lot(b.lotId).PK, 'MOVE#'));
        return moves[0] && drop(movementRow.keyOf(moves[0]));
      },
      ['negative', 'on-hand'],
    ],
    [
      'a movement invents goods',
      (b) =>
        deps.dynamo.send(
          new PutCommand({
            TableName: deps.table,
            Item: movementRow.store({
              county: COUNTY,
              id: deps.ids.next('mov'),
              lotId: b.lotId,
              itemId: b.itemId,
              kind: 'found',
              placeId: 'warehouse',
              effects: { found: 3, delivered: 2 },
              document: 'con',
              at: deps.clock.now(),
              by: 'li',
            }),
          }),
        ),
      ['lot-equation'],
    ],
  ];
  it.each(damage)('sees it when %s', async (_what, harm, identities) => {
    const one = await busy();
    await harm(one);
    const { balanced, rows } = await one.account();
    expect(balanced).toBe(false);
    const found = rows[0].differences.map(({ identity }: { identity: string }) => identity);
    expect([...new Set(found)].toSorted()).toEqual(identities.toSorted());
  });

  it('finds a line with goods that nobody points to any more', async () => {
    const one = await busy();
    await drop(one.pointer);
    expect((await one.account()).balanced).toBe(true);
    await Promise.all([add(one.balance, 'held', -200), add(one.balance, 'free', 200)]);
    expect((await one.account()).rows[0].differences).toMatchObject([{ identity: 'held', expected: 350, actual: 150 }]);
    expect(await get(deps, openRow, one.pointer)).toBeUndefined();
  });

  it('names a row that cannot be read, with the item whose it is, and nobody else’s account suffers', async () => {
    const [one, other, lost] = [await busy(), await busy(), await busy()];
    await add(one.planned, 'approved', MAX_QUANTITY);
    const row = `${one.planned.PK} ${one.planned.SK}`;
    const { differences } = (await one.account()).rows[0];
    expect(differences).toMatchObject([
      { identity: 'readable', row },
      { identity: 'held', expected: 150, actual: 350 },
    ]);
    expect((await other.account()).balanced).toBe(true);

    const item = keys.item(lost.itemId);
    await add(item, 'frontLineReserve', -1);
    const unread = { itemId: lost.itemId, balanced: false, differences: [{ row: `${item.PK} ${item.SK}` }] };
    expect((await lost.account()).rows).toMatchObject([unread]);
    const { status, body } = await auditor.get('/staff/reconciliation?limit=200');
    expect(status).toBe(200);
    const accounts = new Map(body.rows.map((account: { itemId: string }) => [account.itemId, account]));
    expect(accounts.get(lost.itemId)).toMatchObject(unread);
    expect(accounts.get(other.itemId)).toMatchObject({ balanced: true });
    await add(item, 'frontLineReserve', 1);
  });

  it('goes through all items page by page, and refuses an unknown one', async () => {
    const ids: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body } = await auditor.get(`/staff/reconciliation?limit=8${cursor && `&cursor=${cursor}`}`);
      ids.push(...body.rows.map(({ itemId }: { itemId: string }) => itemId));
      expect(body.balanced).toBe(body.rows.every(({ balanced }: { balanced: boolean }) => balanced));
      cursor = body.cursor;
    }
    expect(ids).toContain('mask');
    expect(ids).toEqual([...new Set(ids)].toSorted());
    expect((await auditor.get('/staff/reconciliation?itemId=no-such')).status).toBe(404);
    expect((await callerOf(app, { roles: ['point'] }).get('/staff/reconciliation')).status).toBe(403);
  });
});

describe('any sequence of receipts and adjustments', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('receive' as const), quantity: fc.integer({ min: 1, max: 500 }) }),
    fc.record({ kind: fc.constant('plan' as const), lot: fc.nat(9), quantity: fc.integer({ min: 1, max: 300 }) }),
    fc.record({
      kind: fc.constant('adjust' as const),
      lot: fc.nat(9),
      change: fc.integer({ min: -300, max: 300 }).filter((change) => change !== 0),
      status: fc.constantFrom('available', 'quarantined'),
    }),
    // Divides the item, and takes away what is exhausted.
    fc.constant({ kind: 'sweep' as const }),
  );

  it('adds up, lot by lot', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        papers += 1;
        const itemId = `any-${papers}`;
        await addItem(deps, itemId);
        const lots = [await receive(itemId, 400)];
        let counted = 400;
        for (const [n, one] of steps.entries()) {
          if (one.kind === 'receive') {
            lots.push(await receive(itemId, one.quantity));
            counted += one.quantity;
            continue;
          }
          if (one.kind === 'sweep') {
            await divide(deps, COUNTY, itemId);
            continue;
          }
          const lotId = lots[one.lot % lots.length] ?? '';
          const at = { lotId, placeId: 'warehouse' };
          if (one.kind === 'plan') {
            const holds = [{ ...at, quantity: one.quantity }];
            await promise(deps, `${itemId}-${n}`, { itemId, tier: 3, holds }).catch(() => undefined);
            continue;
          }
          const { change, status } = one;
          const body = { itemId, ...at, change, unit: 'piece', status, reason: 'miscounted', note: '盘点' };
          const reply = await storekeeper.post('/staff/adjustments', body);
          expect([201, 409]).toContain(reply.status);
          if (reply.status === 201) counted += change;
        }
        const { body } = await auditor.get(`/staff/reconciliation?itemId=${itemId}`);
        expect(body.rows[0].differences).toEqual([]);
        const { item, balances } = (await auditor.get(`/staff/stock/${itemId}`)).body;
        expect(item.onHand + item.quarantined).toBe(counted);
        expect(item.onHand).toBe(item.held + item.free);
        for (const { held, free, onHand } of balances)
          expect({ held, free: free >= 0, onHand }).toEqual({ held, free: true, onHand: held + free });
      }),
      { numRuns: runs(25) },
    );
  });

  it('is made of movements that each balance', () => {
    const effects = fc.record({ opening: fc.nat(), received: fc.nat(), found: fc.nat(), adjustedUp: fc.nat() });
    fc.assert(
      fc.property(fc.array(effects), (all) => {
        const moves = all.map((one) => ({ effects: { ...one, onHand: imbalance(one) } }));
        expect(imbalance(summed(moves))).toBe(0);
      }),
      { numRuns: runs(100) },
    );
    const bad = {
      county: COUNTY,
      id: 'm',
      lotId: 'l',
      itemId: 'i',
      kind: 'found',
      placeId: 'p',
      document: 'd',
      at: '',
      by: '',
    } as const;
    expect(() => record({ ...bad, effects: { found: 1 } })).toThrow('does not balance');
  });
});
