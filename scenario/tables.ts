import Table from 'cli-table3';
import type { FundAccount } from '../functions/funds/reconciliation.ts';
import type { PurchaseSummary } from '../functions/purchase/view.ts';
import { compare } from '../functions/shared/order.ts';
import { buckets, imbalance } from '../functions/stock/movement.ts';
import type { ItemAccount } from '../functions/stock/reconciliation.ts';
import type { QueueCount } from '../functions/workflow/queues.ts';
import type { Bill, Item } from './bill.ts';
import { type LeadTimes, late, leadTimes, type RequestEnd, type Service, serviceOf, shortItems } from './figures.ts';
import type { GiftEnd } from './tracing.ts';
import { SAMPLE_SITES } from './zeku/sites.ts';

/** A table of figures: names to the left, numbers to the right. */
const table = (title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const drawn = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: ['bold'], border: [] },
    // No rule between rows: there are many.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  drawn.push(...rows.map((row) => [...row]));
  return `\n${title}\n${drawn.toString()}`;
};

const percent = (share: number | undefined): string => (share === undefined ? '–' : `${Math.round(share * 100)} %`);

/** Minutes as people say them: `45 min`, `3 h 05`, `2 d 4 h`. */
export const duration = (minutes: number | undefined): string => {
  if (minutes === undefined) return '–';
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  if (whole < 48 * 60) return `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, '0')}`;
  return `${Math.floor(whole / 1_440)} d ${Math.floor((whole % 1_440) / 60)} h`;
};

const TOWNSHIPS = [...new Set(SAMPLE_SITES.map(({ township }) => township))];
const TIERS = [1, 2, 3] as const;
const TIER_NAMES = { 1: '1 front line', 2: '2 vulnerable', 3: '3 residents' } as const;

const SERVICE_HEAD = ['requests', 'refused', 'cancelled', 'lines', 'in full', 'in part', 'not at all', 'fill'];
const serviceCells = (of: Service) => [
  of.requests,
  of.refused,
  of.cancelled,
  of.lines,
  of.inFull,
  of.inPart,
  of.notAtAll,
  percent(of.fill),
];

const byTier = (requests: readonly RequestEnd[]) =>
  TIERS.map((tier) => ({ tier, requests: requests.filter((request) => request.tier === tier) }));

const leadCells = ({ number, median, p90 }: LeadTimes) => [number, duration(median), duration(p90)];

/** Every lot with what its movements add up to; empty columns are left out. */
const lotTable = (accounts: readonly ItemAccount[]): string => {
  const used = buckets.filter((bucket) => accounts.some(({ lots }) => lots.some((lot) => lot[bucket] !== 0)));
  const rows = accounts.flatMap(({ itemId, lots }) =>
    lots.map((lot) => [
      `${itemId} …${lot.lotId.slice(-6)}`,
      lot.source ?? '?',
      ...used.map((bucket) => lot[bucket]),
      imbalance(lot),
    ]),
  );
  return table('Every lot from its movements, in base units', ['lot', 'source', ...used, 'difference'], rows);
};

/** Wherever two books disagree; nothing, when every unit can be followed. */
const differenceTable = (accounts: readonly ItemAccount[]): string[] => {
  const rows = accounts.flatMap(({ itemId, differences }) =>
    differences.map(({ identity, expected, actual, ...where }) => [
      itemId,
      identity,
      Object.values(where).join(' '),
      expected,
      actual,
    ]),
  );
  return rows.length === 0
    ? []
    : [table('DOES NOT BALANCE', ['item', 'identity', 'where', 'expected', 'actual'], rows)];
};

/** What still waits for somebody, queue by queue. */
export const queueTable = (queues: readonly QueueCount[]): string =>
  table(
    'What still waits',
    ['queue', 'count', 'overdue'],
    queues.map(({ name, count, overdue }) => [name, count, overdue]),
  );

/** What was bought, by how it ended, and where the money is. */
export const buyingTables = (purchases: readonly PurchaseSummary[], funds: readonly FundAccount[]): string =>
  [
    table(
      'What was bought, in base units',
      ['item', 'for', 'sought', 'accepted', 'fund', 'ended'],
      purchases
        .toSorted((a, b) => compare(a.item.id, b.item.id))
        .map(({ item, need, quantity, accepted, fundId, status }) => [
          ...[item.id, need === undefined ? 'the pool' : 'need', quantity, accepted, fundId, status],
        ]),
    ),
    table(
      'Every fund, in fen',
      ['fund', 'budget', 'encumbered', 'spent', 'available', 'differences'],
      funds.map(({ fundId, figures: { budgetFen, encumberedFen, spentFen, availableFen }, differences }) => [
        ...[fundId, budgetFen, encumberedFen, spentFen, availableFen, differences.length],
      ]),
    ),
  ].join('\n\n');

/** Where gifts are, in base units of their goods and in fen; and wherever that is not what the books say. */
export const giftTable = (gifts: readonly GiftEnd[], gaps: readonly string[]): string => {
  const rows = gifts.map(({ name, status, trace: { lines, money } }) => {
    const portions = lines.flatMap(({ lots }) => lots.flatMap((lot) => lot.portions));
    const at = (...places: readonly string[]) =>
      portions.filter(({ where }) => places.includes(where)).reduce((sum, { quantity }) => sum + quantity, 0);
    const sites = new Set(portions.flatMap(({ site }) => site?.id ?? []));
    return [
      ...[name, status, at('held'), at('in-transit', 'looked-for'), at('delivered'), sites.size],
      ...[at('damaged', 'lost', 'disposed', 'returned'), money?.receivedFen ?? '', money?.spentFen ?? ''],
    ];
  });
  const head = ['gift', 'ended', 'held', 'on the way', 'delivered', 'sites', 'gone', 'fen', 'spent'];
  return [table('Where gifts are', head, rows), ...gaps.map((gap) => `NOT TRACED: ${gap}`)].join('\n');
};

/** What a rehearsal ends with, as text for a terminal. */
export const reportOf = (requests: readonly RequestEnd[], accounts: readonly ItemAccount[], now: string): string => {
  const tiers = byTier(requests);
  const townships = TOWNSHIPS.map(
    (township) => [township, requests.filter((request) => request.township === township)] as const,
  );
  return [
    table(
      'Met and short by tier',
      ['tier', ...SERVICE_HEAD],
      [
        ...tiers.map((of) => [TIER_NAMES[of.tier], ...serviceCells(serviceOf(of.requests))]),
        ['all', ...serviceCells(serviceOf(requests))],
      ],
    ),
    table(
      'Met and short by township',
      ['township', ...SERVICE_HEAD],
      townships.map(([township, of]) => [township, ...serviceCells(serviceOf(of))]),
    ),
    table(
      'Lead times from the ask',
      ['tier', 'decided', 'median', 'p90', 'closed', 'median', 'p90'],
      tiers.map((of) => [
        TIER_NAMES[of.tier],
        ...leadCells(leadTimes(of.requests, ({ decidedAt }) => decidedAt)),
        ...leadCells(leadTimes(of.requests, ({ status, closedAt }) => (status === 'closed' ? closedAt : undefined))),
      ]),
    ),
    table(
      'Deadlines missed',
      ['tier', 'need-by missed', 'reminders sent'],
      tiers.map((of) => [
        TIER_NAMES[of.tier],
        late(of.requests, now),
        of.requests.reduce((sum, { remindedTimes }) => sum + remindedTimes, 0),
      ]),
    ),
    table(
      'Still short, in base units',
      ['item', 'lines', 'approved', 'short'],
      shortItems(requests).map(({ itemId, lines, approved, short }) => [itemId, lines, approved, short]),
    ),
    lotTable(accounts),
    ...differenceTable(accounts),
  ].join('\n');
};

const whole = (number: number): string => (number === 0 ? '' : Math.round(number).toLocaleString('en'));
const billCells = (item: Item) => [
  item.what,
  whole(item.httpRequests),
  whole(item.transitions),
  whole(item.writeUnits),
  whole(item.readUnits),
  whole(item.invocations),
  whole(item.gigabyteSeconds),
  item.usd.toFixed(4),
];

/** What the rehearsal would have cost on AWS, as text for a terminal. */
export const billTables = ({ requests, looks, month }: Bill): string => {
  const head = ['http requests', 'transitions', 'write units', 'read units', 'invocations', 'GB-seconds', 'USD'];
  return [
    table('What this would cost on AWS per 1,000 requests', ['caused by', ...head], requests.map(billCells)),
    table('Beside it, per 1,000 requests', ['caused by', ...head], [billCells(looks)]),
    table('Standing, per 30 days', ['caused by', ...head], [billCells(month)]),
  ].join('\n');
};
