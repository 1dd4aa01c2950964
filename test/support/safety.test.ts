import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { holdByHand } from '../../functions/allocation/hand-hold.store.ts';
import { consignmentOf, openConsignment } from '../../functions/delivery/consignment.store.ts';
import { dispatch } from '../../functions/delivery/dispatch.store.ts';
import { linesOf } from '../../functions/delivery/lines.store.ts';
import { startPicking } from '../../functions/delivery/picking.store.ts';
import { receiveAtSite } from '../../functions/delivery/receipt.store.ts';
import { creditFund, putFund } from '../../functions/funds/fund.store.ts';
import { fundBody } from '../../functions/funds/fund.ts';
import { cancelRequest, submitRequest } from '../../functions/request/request.store.ts';
import { adjustStock } from '../../functions/stock/adjustment.store.ts';
import { adjustmentBody } from '../../functions/stock/adjustment.ts';
import { receiveStock, viewGoodsReceived } from '../../functions/stock/goods-received.store.ts';
import { goodsReceivedBody } from '../../functions/stock/goods-received.ts';
import { busyCounty, COUNTY, who } from '../races/busy-county.ts';
import { Books } from './books.ts';
import { commitsOf, logReader, type Raw, typeOf, type Written, writtenIn } from './log.ts';
import { useMachines } from './machines.ts';
import { anew } from './need.ts';
import { unsafe } from './safety.ts';
import { useTable } from './table.ts';

const table = useTable({ stream: true });
const machines = useMachines();
let log: readonly Written[] = [];
/** Keys of the rows of each transaction, as they were sent. */
const sent: string[][] = [];

/** What a county does in a day in which nothing goes wrong, from goods booked in to goods received. */
beforeAll(async () => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.useFakeTimers({ toFake: ['Date'] });
  const dynamo = Object.assign(Object.create(table.dynamo), {
    send: async (command: TransactWriteCommand) => {
      const reply = await table.dynamo.send(command);
      if (command instanceof TransactWriteCommand) sent.push(keysIn(command));
      return reply;
    },
  });
  const { deps, rest } = await busyCounty({ ...table, dynamo }, machines, {});
  const storekeeper = who('storekeeper');
  const lots = [
    { itemId: 'masks', quantity: 60, unit: 'piece', useBy: '2022-05-14' },
    { itemId: 'masks', quantity: 50, unit: 'piece', designation: { to: 'sites', siteIds: ['gate'] } },
  ];
  const paper = goodsReceivedBody.parse({ source: 'existing', placeId: 'warehouse', document: 'P-1', lines: lots });
  const note = await viewGoodsReceived(deps, COUNTY, await receiveStock(deps, storekeeper, anew(), paper));
  const ask = (siteId: string, recipients: 'post' | 'residents', quantity: number) =>
    submitRequest(deps, who('clerk'), anew(), {
      ...{ siteId, recipients, needBy: '2022-05-13T01:00:00.000Z', reason: '值守补充', confirmed: true },
      lines: [{ itemId: 'masks', quantity, unit: '件' }],
    });
  const village = await ask('near-village', 'residents', 8);
  await rest();
  // The wave from which it counts.
  vi.setSystemTime('2022-05-12T01:30:00.000Z');
  await rest();
  await ask('gate', 'post', 15);
  await rest();
  const { id } = await openConsignment(deps, storekeeper, { fromId: 'warehouse', toId: 'gate' }, anew());
  await startPicking(deps, storekeeper, anew(), id);
  await dispatch(deps, storekeeper, anew(), id, { carrier: '样例运输队', vehicle: '样例车1' });
  const { code = '' } = await consignmentOf(deps, COUNTY, id);
  const reasons = { damaged: 'wet', extra: 'over-packed' } as const;
  const found = (await linesOf(deps, COUNTY, id)).map(({ n, quantity }) => {
    return { n, good: quantity - 5, damaged: 5, missing: 0, extra: 1, reasons };
  });
  await receiveAtSite(deps, who('point', 'gate'), anew(), code, { lines: found });
  await rest();
  const less = {
    itemId: 'masks',
    lotId: note.lines[0]?.lotId,
    placeId: 'warehouse',
    change: -7,
    unit: 'piece',
    reason: 'lost',
    note: '盘点',
  };
  await adjustStock(deps, storekeeper, anew(), adjustmentBody.parse(less));
  const [open] = note.lines;
  const byHand = { lotId: open?.lotId ?? '', placeId: 'warehouse', quantity: 2, unit: '件', reason: '现场调度' };
  await holdByHand(deps, who('approver'), anew(), { id: village, n: 1 }, { ...byHand, takeFrom: false });
  await rest();
  await putFund(
    deps,
    who('headquarters'),
    'dues',
    fundBody.parse({ nameZh: '党费', nameEn: 'Dues', kind: 'party-dues' }),
  );
  await creditFund(deps, who('finance'), anew(), 'dues', { amountFen: 500, document: 'F-1' });
  await cancelRequest(deps, who('clerk'), anew(), village, { reason: '已从邻近点位调剂' });
  await rest();
  log = (await (await logReader(table, table.endpoint))()).map(writtenIn);
});
afterAll(() => vi.useRealTimers());

const keysIn = ({ input }: TransactWriteCommand): string[] =>
  (input.TransactItems ?? []).flatMap(({ Put, Update, Delete }) => {
    const key = Put?.Item ?? Update?.Key ?? Delete?.Key;
    return key === undefined ? [] : [`${key['PK']} ${key['SK']}`];
  });

const wrongWith = (doctored: readonly Written[]): string => unsafe(commitsOf(doctored), new Books()).join('\n');

it('the log falls into the transactions that were sent', () => {
  expect(commitsOf(log).map((commit) => commit.map(({ key }) => key))).toEqual(sent);
});

it('a day in which nothing goes wrong is safe', () => {
  expect(wrongWith(log)).toBe('');
});

type Which = (written: Written, before: readonly Written[]) => boolean;
const of =
  (type: string, holds: (row: Raw) => boolean = () => true): Which =>
  (written) =>
    typeOf(written) === type && written.is !== undefined && holds(written.is);

const find = (which: Which): number => {
  const at = log.findIndex((written, i) => which(written, log.slice(0, i)));
  if (at < 0) throw new Error('There is no such record in the log');
  return at;
};

/** The log as if a row had been so from some record on. */
const since = (which: Which, change: (row: Raw) => Raw): Written[] => {
  const at = find(which);
  const key = log[at]?.key;
  return log.map((written, i) => {
    if (written.key !== key || i < at) return written;
    const { was, is, ...rest } = written;
    return { ...rest, ...(was && { was: i === at ? was : change(was) }), ...(is && { is: change(is) }) };
  });
};
const without = (which: Which): Written[] => log.toSpliced(find(which), 1);
/** The row is written once more when all is done, or taken away. */
const atLast = (which: Which, is?: (row: Raw) => Raw): Written[] => {
  const { key, is: was = {} } = log[find(which)] ?? {};
  const last = log.findLast((written) => written.key === key)?.is ?? was;
  return [...log, { sequence: 'last', key: key ?? '', was: last, ...(is && { is: is(last) }) }];
};
/** The record comes so many records later. */
const later = (which: Which, by: number): Written[] => {
  const at = find(which);
  const [moved] = log.slice(at, at + 1);
  return moved === undefined ? [] : log.toSpliced(at, 1).toSpliced(at + by, 0, moved);
};

const more = (name: string, by: number) => (row: Raw) => ({ ...row, [name]: Number(row[name]) + by });
const holdsOf = (row: Raw) => row['holds'] as { lotId: string; quantity: number; consignmentId?: string }[];
const promised = of('line', (row) => holdsOf(row).length > 0);
const holding = (change: (hold: { lotId: string; quantity: number }) => object) => (row: Raw) => ({
  ...row,
  holds: holdsOf(row).map(change),
});
const same = (row: Raw) => row;
const paid = ({ budgetFen }: Raw): boolean => budgetFen !== 0;
const held = of('balance', (row) => row['held'] !== 0);
const divided = (type: string, n: number) => of(type, ({ division }) => division === n);

describe('a doctored log is found out when', () => {
  const doctored: [string, () => Written[], RegExp][] = [
    [
      'more is promised than the shelf says',
      () =>
        since(
          promised,
          holding((hold) => ({ ...hold, quantity: hold.quantity + 5 })),
        ),
      /add up: held/,
    ],
    ['a shelf is held for nobody', () => since(held, (row) => more('free', -1)(more('held', 1)(row))), /add up: held/],
    ['more is held than there is', () => since(held, (row) => more('free', -99)(more('held', 99)(row))), /cannot be/],
    ['goods are free that are held', () => since(held, more('free', 1)), /add up: free/],
    [
      'goods appear on a shelf',
      () => since(of('balance'), (row) => more('onHand', 1)(more('free', 1)(row))),
      /add up: on-hand/,
    ],
    [
      'a movement invents goods',
      () => since(of('movement'), (row) => ({ ...row, effects: more('opening', 1)(row['effects'] as Raw) })),
      /add up: lot-equation/,
    ],
    ['a movement is missing', () => without(of('movement', ({ kind }) => kind === 'dispatched')), /add up: on-hand/],
    ['a movement is written over', () => atLast(of('movement'), same), /written over/],
    [
      'money is available that nobody gave',
      () => since(of('fund-balance', paid), more('availableFen', 1)),
      /add up: figures/,
    ],
    ['money came in that nobody entered', () => without(of('fund-entry')), /add up: credited/],
    ['a credit is written over', () => atLast(of('fund-credit'), same), /written over/],
    ['an event is written over', () => atLast(of('event'), same), /written over/],
    ['an event is taken away', () => atLast(of('event')), /taken away/],
    ['a rationale is written over', () => atLast(of('rationale'), same), /written over/],
    [
      'a pointer changes',
      () =>
        atLast(
          of('open', ({ tier }) => tier === 1),
          same,
        ),
      /written over/,
    ],
    ['a line is taken away', () => atLast(promised), /was taken away/],
    [
      'a line has more than was approved',
      () =>
        since(
          of('line', ({ status }) => status === 'open'),
          more('approved', -35),
        ),
      /add up: line/,
    ],
    [
      'a line loses count of what is on the way',
      () =>
        since(
          of('line', ({ dispatched }) => dispatched !== 0),
          more('dispatched', -1),
        ),
      /add up: on-the-way/,
    ],
    ['a consignment forgets a unit', () => since(of('consignment-line'), more('quantity', -1)), /add up: in-picking/],
    [
      'goods go to whom they are not meant for',
      () => since(of('balance'), (row) => ({ ...row, designation: { to: 'sites', siteIds: ['clinic'] } })),
      /not meant for/,
    ],
    [
      'goods come to whom they are not meant for',
      () => since(of('lot'), (row) => ({ ...row, designation: { to: 'sites', siteIds: ['clinic'] } })),
      /was delivered to gate, which it is not meant for/,
    ],
    [
      'goods are opened to others without their donor',
      () =>
        atLast(of('lot'), (row) => ({
          ...more('version', 1)(row),
          designation: { to: 'siteKind', siteKind: 'village' },
        })),
      /for others now, and nobody agreed to it/,
    ],
    [
      'goods are promised that expire on the way',
      () => since(of('balance'), (row) => ({ ...row, useBy: '2022-05-11' })),
      /was promised lot_\d+, which expires/,
    ],
    [
      'goods are picked that expire on the way',
      () => since(of('consignment-line'), (row) => ({ ...row, useBy: '2022-05-11' })),
      /is picking with lot_\d+, which expires/,
    ],
    [
      'goods are promised by hand, and nobody says so',
      () =>
        since(
          of('event', ({ name }) => name === 'GoodsHeldByHand'),
          (row) => ({ ...row, name: 'Other' }),
        ),
      /by hand, and nobody says so/,
    ],
    ['goods are promised by no division', () => without(divided('head', 2)), /by no division/],
    ['a division approves more', () => since(divided('line', 2), more('approved', 5)), /beyond its plan/],
    ['a division does not move its head on', () => since(divided('head', 2), more('division', -1)), /from 1 to 1/],
    ['a shelf says another division', () => since(divided('balance', 2), more('division', 1)), /division 3 at head 2/],
    ['a line says a division to come', () => since(divided('line', 2), more('division', 1)), /division 3 at head 2/],
    [
      'two allocators interleave',
      () => since(divided('line', 2), more('division', -1)),
      /division 1 wrote .* after division 2 had begun/,
    ],
    ['half of a transaction comes with the next', () => later(divided('balance', 2), 4), /add up/],
    [
      'a row is written over unread',
      () =>
        since(
          of('request', ({ status }) => status === 'approved'),
          more('version', 1),
        ),
      /went from version/,
    ],
    ['a record is missing', () => without(of('request', ({ version }) => version === 2)), /not what the log says/],
  ];
  it.each(doctored)('%s', (_, doctor, what) => {
    expect(wrongWith(doctor())).toMatch(what);
  });
});
