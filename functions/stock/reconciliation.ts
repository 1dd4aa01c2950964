import { z } from 'zod';
import type { Consignment, ConsignmentLine } from '../delivery/consignment.ts';
import { type Shortfall, unaccounted } from '../delivery/shortfall.ts';
import { type Line, lineIdOf, picking, short } from '../request/line.ts';
import { quantity } from '../shared/quantity.ts';
import { compared, totals } from '../shared/reconciling.ts';
import type { Balance } from './balance.ts';
import { type Lot, source } from './lot.ts';
import { type Bucket, buckets, imbalance, type Movement, summed } from './movement.ts';

/** What must be equal, by name. The first of each is what the books say, the second what was added up. */
const identity = z.enum([
  /** Every row can be read: what stands in one that cannot is in none of the sums. */
  'readable',
  /** Per lot: opening + received + found + adjusted up = on hand + in transit + … + adjusted down. */
  'lot-equation',
  /** No bucket of a lot's movements is below nothing. */
  'negative',
  /** Every balance, movement and hold is of a lot that there is. */
  'lot-known',
  /** Per lot, place and status: balances = movements; without the status where an old movement does not say it. */
  'on-hand',
  /** Per balance: free = on hand − held. */
  'free',
  /** Per balance: held = holds on need lines. */
  'held',
  /** Per lot: in transit by movements = dispatched and not yet received, on consignments. */
  'in-transit',
  /** Per lot: unaccounted for by movements = still open in shortfalls. */
  'unaccounted',
  /** Per consignment in picking and lot: its line = its holds on need lines. */
  'in-picking',
  /** Per need line: on the way = its shares of consignments on the way. */
  'on-the-way',
  /** Per need line: approved = planned + by hand + picking + on the way + received + short, none below nothing. */
  'line',
]);

const difference = z.object({
  identity,
  lotId: z.string().optional(),
  placeId: z.string().optional(),
  status: z.string().optional(),
  consignmentId: z.string().optional(),
  lineId: z.string().optional(),
  /** Key of a row, where it is about the row itself. */
  row: z.string().optional(),
  expected: z.int(),
  actual: z.int(),
});
type Difference = z.infer<typeof difference>;

/** A lot's account, from its movements, in base units; what is held and free of it, from its balances. */
const lotAccount = z.object({
  lotId: z.string(),
  source: source.optional(),
  useBy: z.string().optional(),
  ...(Object.fromEntries(buckets.map((bucket) => [bucket, z.int()])) as Record<Bucket, z.ZodInt>),
  held: quantity,
  free: quantity,
});

export const itemAccount = z.object({
  itemId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  baseUnit: z.string(),
  balanced: z.boolean(),
  lots: z.array(lotAccount),
  differences: z.array(difference),
});
export type ItemAccount = z.infer<typeof itemAccount>;

/** A consignment that has goods in hand: in picking or on the way. */
export interface Underway {
  readonly consignment: Consignment;
  readonly lines: readonly ConsignmentLine[];
}

/** What of an item open shortfalls still look for. */
export const missingOf = (shortfalls: readonly Shortfall[], itemId: string): Books['missing'] =>
  shortfalls
    .filter(({ status }) => status === 'open')
    .flatMap(({ lines }) => lines)
    .filter((line) => line.itemId === itemId)
    .map((line) => ({ lotId: line.lotId, quantity: unaccounted(line) }));

/** Everything of one item that must agree. */
export interface Books {
  readonly lots: readonly Lot[];
  readonly balances: readonly Balance[];
  readonly movements: readonly Movement[];
  /** Need lines that hold goods or wait for some. */
  readonly lines: readonly Line[];
  readonly underway: readonly Underway[];
  /** What nobody has accounted for yet. */
  readonly missing: readonly { readonly lotId: string; readonly quantity: number }[];
  /** Keys of rows that could not be read. */
  readonly unreadable: readonly string[];
}

type Where = Omit<Difference, 'identity' | 'expected' | 'actual'>;

const shelfOf = (lotId?: string, placeId?: string, status?: string): Where => ({ lotId, placeId, status });

const onHandFaults = ({ balances, movements }: Books): Difference[] => {
  const unsaid = new Set(
    movements.flatMap(({ lotId, placeId, effects: { onHand = 0 }, shelves }) =>
      shelves === undefined && onHand !== 0 ? [`${lotId} ${placeId}`] : [],
    ),
  );
  const shelf = (lotId: string, placeId: string, status: string): string =>
    unsaid.has(`${lotId} ${placeId}`) ? `${lotId} ${placeId}` : `${lotId} ${placeId} ${status}`;
  const touched = movements.flatMap(({ lotId, placeId, effects, shelves }) =>
    Object.entries(shelves ?? { '': effects.onHand ?? 0 }).map(
      ([status, change]) => [shelf(lotId, placeId, status), change] as const,
    ),
  );
  return compared(
    'on-hand',
    totals(touched, (one) => one),
    totals(balances, ({ lotId, placeId, status, onHand }) => [shelf(lotId, placeId, status), onHand]),
    shelfOf,
  );
};

const shelfFaults = ({ balances, lines }: Books): Difference[] => [
  ...balances.flatMap(({ lotId, placeId, status, onHand, held, free }) =>
    free === onHand - held
      ? []
      : [{ identity: 'free' as const, lotId, placeId, status, expected: onHand - held, actual: free }],
  ),
  ...compared(
    'held',
    totals(
      lines.flatMap(({ holds }) => holds),
      (hold) => [`${hold.lotId} ${hold.placeId} available`, hold.quantity],
    ),
    totals(balances, ({ lotId, placeId, status, held }) => [`${lotId} ${placeId} ${status}`, held]),
    shelfOf,
  ),
];

const lotFaults = ({ lots, balances, movements, lines }: Books): Difference[] => {
  const known = new Set(lots.map(({ id }) => id));
  const named = [...balances, ...movements, ...lines.flatMap(({ holds }) => holds)].map(({ lotId }) => lotId);
  return [
    ...[...new Set(named)].flatMap((lotId) =>
      known.has(lotId) ? [] : [{ identity: 'lot-known' as const, lotId, expected: 1, actual: 0 }],
    ),
    ...[...Map.groupBy(movements, ({ lotId }) => lotId)].flatMap(([lotId, all]) => {
      const sums = summed(all);
      const owed = imbalance(sums);
      return [
        ...(owed === 0 ? [] : [{ identity: 'lot-equation' as const, lotId, expected: 0, actual: owed }]),
        ...buckets.flatMap((bucket) =>
          sums[bucket] >= 0 ? [] : [{ identity: 'negative' as const, lotId, expected: 0, actual: sums[bucket] }],
        ),
      ];
    }),
  ];
};

const roadFaults = ({ movements, lines, underway }: Books): Difference[] => {
  const linesOf = (status: Consignment['status']) =>
    underway.filter(({ consignment }) => consignment.status === status).flatMap((one) => one.lines);
  const dispatched = linesOf('dispatched');
  return [
    ...compared(
      'in-transit',
      totals(dispatched, (line) => [line.lotId, line.quantity]),
      totals(movements, ({ lotId, effects }) => [lotId, effects.inTransit ?? 0]),
      (lotId) => ({ lotId }),
    ),
    ...compared(
      'in-picking',
      totals(linesOf('picking'), (line) => [`${line.consignmentId} ${line.lotId}`, line.quantity]),
      totals(lines.flatMap(picking), (hold) => [`${hold.consignmentId} ${hold.lotId}`, hold.quantity]),
      (consignmentId, lotId) => ({ consignmentId, lotId }),
    ),
    ...compared(
      'on-the-way',
      totals(
        dispatched.flatMap(({ shares }) => shares),
        (share) => [lineIdOf(share), share.quantity],
      ),
      totals(lines, ({ id, dispatched: sent }) => [id, sent]),
      (lineId) => ({ lineId }),
    ),
  ];
};

const missingFaults = ({ movements, missing }: Books): Difference[] =>
  compared(
    'unaccounted',
    totals(movements, ({ lotId, effects }) => [lotId, effects.unaccounted ?? 0]),
    totals(missing, ({ lotId, quantity: amount }) => [lotId, amount]),
    (lotId) => ({ lotId }),
  );

const lineFaults = ({ lines }: Books): Difference[] =>
  lines.flatMap((line) =>
    short(line) >= 0
      ? []
      : [{ identity: 'line' as const, lineId: line.id, expected: line.approved, actual: line.approved - short(line) }],
  );

const unreadFaults = ({ unreadable }: Pick<Books, 'unreadable'>): Difference[] =>
  unreadable.map((row) => ({ identity: 'readable', row, expected: 1, actual: 0 }));

/** An item of which nothing can be said but that its own row cannot be read. */
export const unreadItem = (itemId: string, row: string): ItemAccount => ({
  ...{ itemId, nameZh: itemId, nameEn: itemId, baseUnit: '', balanced: false, lots: [] },
  differences: unreadFaults({ unreadable: [row] }),
});

/** The item's lots, and wherever its books disagree. Nothing there: every unit can be followed. */
export const reconciled = (
  item: Pick<ItemAccount, 'itemId' | 'nameZh' | 'nameEn' | 'baseUnit'>,
  books: Books,
): ItemAccount => {
  const movementsOf = Map.groupBy(books.movements, ({ lotId }) => lotId);
  const balancesOf = Map.groupBy(books.balances, ({ lotId }) => lotId);
  const differences = [
    ...unreadFaults(books),
    ...lotFaults(books),
    ...onHandFaults(books),
    ...shelfFaults(books),
    ...roadFaults(books),
    ...missingFaults(books),
    ...lineFaults(books),
  ];
  return {
    itemId: item.itemId,
    nameZh: item.nameZh,
    nameEn: item.nameEn,
    baseUnit: item.baseUnit,
    balanced: differences.length === 0,
    lots: books.lots.map(({ id, source: from, useBy }) => {
      const shelves = balancesOf.get(id) ?? [];
      return {
        lotId: id,
        source: from,
        ...(useBy !== undefined && { useBy }),
        ...summed(movementsOf.get(id) ?? []),
        held: shelves.reduce((sum, { held }) => sum + held, 0),
        free: shelves.reduce((sum, { free }) => sum + free, 0),
      };
    }),
    differences,
  };
};
