import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pointApp } from '../../functions/api/point.handler.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { consignmentRow } from '../../functions/delivery/consignment.ts';
import type { Order } from '../../functions/purchase/order.ts';
import { requestRow } from '../../functions/request/request.ts';
import { KINDS, kinds } from '../../functions/workflow/kinds.ts';
import {
  byPressing,
  QUEUES,
  type QueueName,
  standing,
  worklistsOf,
  workQueue,
} from '../../functions/workflow/queues.ts';
import { stepAt } from '../../functions/workflow/steps.ts';
import { cameIn, orderOf, partOf, purchaseOf } from '../purchase/orders.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { aConsignment, aRequest, checkpoint, NOW, put } from '../support/need.ts';
import { runs } from '../support/random.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const logged: string[] = [];
const deps = Object.assign(table, {
  log: { info: () => {}, warn: () => {}, error: (code: string) => logged.push(code) },
});
const [LATER, SOON, PAST] = ['2022-05-12T09:00:00.000Z', '2022-05-12T01:30:00.000Z', '2022-05-12T00:30:00.000Z'];
const FAILURE = { error: 'TypeError', cause: 'no', at: NOW };

let counties = 640_000;
let county = '';
beforeEach(async () => {
  counties += 1;
  county = String(counties);
  await put(deps, siteRow, checkpoint({ county }));
});
const staff = () => callerOf(staffApp(deps, testVerify), { roles: ['storekeeper'], county });
const consignment = (id: string, change: Parameters<typeof aConsignment>[0]) =>
  put(deps, consignmentRow, aConsignment({ county, id, dueAt: LATER, ...change }));
const request = (id: string, change: Parameters<typeof aRequest>[0]) =>
  put(deps, requestRow, aRequest({ county, id, dueAt: LATER, ...change }));
const read = async (path: string) => {
  const { status, body } = await staff().get(`/staff/queues${path}`);
  expect([status, body.title]).toEqual([200, undefined]);
  return body;
};
const idsIn = async (path: string): Promise<string[]> => (await read(path)).rows.map(({ id }: { id: string }) => id);

describe('the table of queues', () => {
  const queues = Object.keys(QUEUES) as QueueName[];

  it('knows a step for every place where somebody is waited for', () => {
    for (const kind of KINDS) for (const status of kinds[kind].waiting) expect(stepAt(kind, status)).toBeDefined();
  });

  it('leads to calls that there are', async () => {
    const paths = z.record(z.string(), z.record(z.string(), z.unknown()));
    const documents = await Promise.all(
      [['staff', staffApp(deps, testVerify)] as const, ['point', pointApp(deps, testVerify)] as const].map(
        async ([name, app]) =>
          z.object({ paths }).parse(await (await app.request(`/${name}/openapi.json`)).json()).paths,
      ),
    );
    const calls: z.infer<typeof paths> = Object.assign({}, ...documents);
    for (const kind of KINDS)
      for (const status of kinds[kind].waiting) {
        const { method, path } = stepAt(kind, status) ?? { method: 'GET', path: '' };
        expect(calls[path]?.[method.toLowerCase()], path).toBeDefined();
        expect(calls[`/staff/${kind}s/{id}/retry`]?.['post']).toBeDefined();
      }
  });

  it('finds every row in the queue of its status, whatever duty it has at the moment', () => {
    const row = aConsignment({ status: 'picking' });
    for (const change of [{}, { start: NOW }, { resume: { token: 't', round: 1, since: NOW } }, { failure: FAILURE }]) {
      const stored = consignmentRow.store({ ...row, ...change });
      const worklist = String(stored['GSI1PK']).split('#').at(-1);
      expect(worklistsOf(workQueue('to-dispatch'))).toContain(worklist);
      expect(standing(workQueue('to-dispatch'), 'consignment', { ...row, ...change }, NOW)?.id).toBe(row.id);
    }
  });

  it('shows a row in overdue if and only if it has missed a deadline, and in failed if it gave up', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('planned' as const, 'picking' as const, 'dispatched' as const, 'received' as const),
        fc.constantFrom(PAST, NOW, SOON),
        fc.nat(2),
        fc.boolean(),
        (status, dueAt, reminders, failed) => {
          const row = aConsignment({ status, dueAt, reminders, ...(failed && { failure: FAILURE }) });
          const inQueues = queues.filter((name) => standing(workQueue(name), 'consignment', row, NOW) !== undefined);
          const late = status !== 'received' && (reminders > 0 || dueAt <= NOW);
          expect([inQueues.includes('overdue'), inQueues.includes('failed')]).toEqual([late, failed]);
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('shows finance, and headquarters of a held bill, what they can do now, and nothing that waits for goods or papers', () => {
    const nextFor = (status: 'sourcing' | 'ordered' | 'delivered', ...orders: Order[]) =>
      standing(workQueue('to-settle'), 'purchase', purchaseOf({ status, orders }), NOW)?.next;
    const came = (n: number, of: Partial<Order> = {}) => ({ ...cameIn(orderOf(), 500), n, ...of });
    const bill = { number: '1', amountFen: 48_000, issuedOn: '2022-05-12', by: 'finance', at: NOW };
    const paid = { document: '1', amountFen: 48_000, paidOn: '2022-05-12', by: 'finance', at: NOW };
    const held = came(1, { invoice: { ...bill, status: 'held' } });
    const due = came(2, { invoice: { ...bill, status: 'matched' } });

    expect(nextFor('ordered', partOf(orderOf(), [100]).order)).toBeUndefined();
    expect(nextFor('delivered', { ...due, payment: paid })).toBeUndefined();
    expect(nextFor('delivered', cameIn(orderOf(), 0))).toBeUndefined();
    expect(nextFor('sourcing', came(1))).toMatchObject({
      ...{ zh: '财务：录入第 1 号订单的发票', path: '/staff/purchases/pur_1/orders/1/invoice' },
    });
    expect(nextFor('ordered', held, due)).toMatchObject({
      ...{ zh: '财务：支付第 2 号订单', path: '/staff/purchases/pur_1/orders/2/payment' },
    });
    expect(nextFor('delivered', held)).toMatchObject({
      ...{ zh: '指挥部：裁定第 1 号订单不符的发票', path: '/staff/purchases/pur_1/orders/1/invoice/resolution' },
    });
  });

  it('shows a storekeeper goods that a supplier has confirmed, and no others', () => {
    const isAwaited = (...of: Partial<Order>[]) => {
      const orders = of.map((one, i) => orderOf({ ...one, n: i + 1 }));
      return standing(workQueue('to-accept'), 'purchase', purchaseOf({ orders }), NOW) !== undefined;
    };
    expect([isAwaited({ status: 'placed' }), isAwaited({ status: 'placed' }, {})]).toEqual([false, true]);
    expect(isAwaited({ status: 'closed', encumberedFen: 0 })).toBe(false);
  });

  it('puts no row before another that is overdue while it is not, or of a higher tier', () => {
    const rows = [1, 2, 3].flatMap((tier) =>
      [PAST, SOON, LATER].flatMap(
        (dueAt) =>
          standing(workQueue('to-pick'), 'consignment', aConsignment({ tier: tier as 1 | 2 | 3, dueAt }), NOW) ?? [],
      ),
    );
    const sorted = rows.toSorted(byPressing).map(({ overdue, tier, dueAt }) => `${overdue} ${tier} ${dueAt}`);
    expect(sorted.slice(0, 5)).toEqual([
      `true 1 ${PAST}`,
      `true 2 ${PAST}`,
      `true 3 ${PAST}`,
      `false 1 ${SOON}`,
      `false 1 ${LATER}`,
    ]);
  });
});

describe('a work queue', () => {
  it('says of each row what it is, how pressing, and what to do next', async () => {
    await consignment('con_way', { status: 'dispatched', code: '7K2MQ9XT', dueAt: PAST, reminders: 1 });
    expect(await read('/to-receive')).toEqual({
      more: false,
      rows: [
        {
          ...{ kind: 'consignment', id: 'con_way', status: 'dispatched', tier: 1, dueAt: PAST },
          ...{ overdue: true, reminders: 1 },
          site: { id: 'checkpoint-1', nameZh: '县界卡点', nameEn: 'county-border checkpoint' },
          next: {
            zh: '催点位凭运单码签收，或代录签收单',
            en: 'Have the site confirm by the code of the waybill, or enter its signed paper',
            method: 'POST',
            path: '/staff/consignments/con_way/receipt',
          },
        },
      ],
    });
  });

  it('to approve holds what a person decides, by level, and nothing that is the green channel’s turn', async () => {
    await request('req_new', {});
    await request('req_group', { level: 'supply-group' });
    await request('req_head', { level: 'headquarters', dueAt: SOON });
    await request('req_done', { status: 'approved' });
    expect(await idsIn('/to-approve')).toEqual(['req_head', 'req_group']);
    expect(await idsIn('/to-approve?level=supply-group')).toEqual(['req_group']);
    expect((await read('/to-approve')).rows[0].next.path).toBe('/staff/requests/req_head/decision');
  });

  it('of what failed says how to let it go on, whatever its status', async () => {
    await consignment('con_broken', { status: 'received', failure: FAILURE });
    await request('req_broken', { failure: FAILURE });
    await request('req_well', {});
    const { rows } = await read('/failed');
    expect(rows.map(({ next }: { next: { path: string } }) => next.path)).toEqual([
      '/staff/consignments/con_broken/retry',
      '/staff/requests/req_broken/retry',
    ]);
  });

  it('is read page by page without a row twice or none, what was reminded of coming first', async () => {
    for (let n = 0; n < 7; n += 1)
      await consignment(`con_${n}`, {
        ...{ tier: ((n % 3) + 1) as 1 | 2 | 3, reminders: n % 2, dueAt: n < 3 ? SOON : LATER },
        ...(n === 4 && { resume: { token: 't', round: 1, since: NOW } }),
      });
    await consignment('con_gone', { status: 'cancelled' });
    const whole = await idsIn('/to-pick');
    expect(whole).toEqual(['con_3', 'con_1', 'con_5', 'con_0', 'con_6', 'con_4', 'con_2']);
    const paged: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await read(`/to-pick?limit=2${cursor}`);
      paged.push(...page.rows.map(({ id }: { id: string }) => id));
      if (page.cursor === undefined) break;
      cursor = `&cursor=${page.cursor}`;
    }
    expect(paged).toEqual(whole);
  });

  it('is counted with what of it is overdue, in both languages', async () => {
    await consignment('con_a', { dueAt: PAST });
    await consignment('con_b', {});
    await request('req_a', { status: 'approved', reminders: 2 });
    const counts = (await read('')).rows;
    const byName = new Map(counts.map((row: { name: string }) => [row.name, row]));
    expect(byName.get('to-pick')).toMatchObject({ zh: '待拣货', count: 2, overdue: 1, more: false });
    expect(byName.get('overdue')).toMatchObject({ count: 2, overdue: 2 });
    expect(byName.get('failed')).toMatchObject({ count: 0, overdue: 0 });
  });

  it('leaves out a row that cannot be read, and says so in the log', async () => {
    await consignment('con_fine', {});
    const broken = { ...consignmentRow.store(aConsignment({ county, id: 'con_odd', dueAt: LATER })), tier: 9 };
    await put(
      deps,
      { type: 'consignment', traced: false, parse: () => broken, store: () => broken, keyOf: () => broken },
      broken,
    );
    logged.length = 0;
    expect(await idsIn('/to-pick')).toEqual(['con_fine']);
    expect(logged).toEqual(['ROW-UNREADABLE']);
  });

  it('takes only its own names, cursors and parameters, and only from staff', async () => {
    for (const path of ['/unheard-of', '/to-pick?level=village', '/to-pick?status=picking'])
      expect((await staff().get(`/staff/queues${path}`)).status, path).toBe(422);
    expect((await staff().get('/staff/queues/to-pick?cursor=eA')).body.title).toBe('bad-cursor');
    const point = callerOf(staffApp(deps, testVerify), { roles: ['point'], county, siteId: 'checkpoint-1' });
    expect((await point.get('/staff/queues/to-pick')).status).toBe(403);
    expect((await point.get('/staff/queues')).status).toBe(403);
  });
});

describe('more rows than are looked at', () => {
  it('are not passed over in silence', async () => {
    for (let n = 0; n < 520; n += 40)
      await Promise.all(Array.from({ length: 40 }, (_, i) => consignment(`con_${String(n + i).padStart(3, '0')}`, {})));
    const { rows, more } = await read('/to-pick?limit=3');
    expect([rows.length, more]).toEqual([3, true]);
    const counts = (await read('')).rows;
    expect(counts.find(({ name }: { name: string }) => name === 'to-pick')).toMatchObject({ count: 200, more: true });
  });
});
