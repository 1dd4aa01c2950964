import { z } from 'zod';
import { type Tier, tier } from '../catalogue/policy.ts';
import { countyDay } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import type { Said } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { adjustmentReason } from '../stock/adjustment.ts';
import { type Source, source } from '../stock/lot.ts';
import { type Movement, RETURNED_TO_DONOR } from '../stock/movement.ts';

/** Why a figure is another than was thought before: coded, because what people wrote may name somebody. */
const correctionCode = z.enum([
  ...['receipt-corrected', 'found-later', 'found-in-stock', 'miscounted', 'entry-error', RETURNED_TO_DONOR, 'other'],
] as const);
type CorrectionCode = z.infer<typeof correctionCode>;

export const CORRECTIONS: Readonly<Record<CorrectionCode, Said>> = {
  'receipt-corrected': { zh: '更正签收', en: 'a receipt was corrected' },
  'found-later': { zh: '签收后查明在点位', en: 'goods that were missing were at the site after all' },
  'found-in-stock': { zh: '盘点多出', en: 'goods turned up in the warehouse' },
  miscounted: { zh: '盘点更正', en: 'the stock was counted again' },
  'entry-error': { zh: '录入更正', en: 'the books had been entered wrongly' },
  [RETURNED_TO_DONOR]: { zh: '退还捐赠人', en: 'goods were given back to their donor' },
  other: { zh: '其他更正', en: 'another correction' },
};

/** Base units; below nothing where a correction took back what an earlier day had. */
const cell = z.object({
  /** Received into the pool, or given out in good order. */
  figure: z.enum(['received', 'given']),
  source,
  /** Of what was given: whose need it served; none: nobody knows any more. */
  tier: tier.optional(),
  siteId: z.string().optional(),
  quantity: z.int(),
});
type Cell = z.infer<typeof cell>;
/** The township that the site lay in when its figure was first made public: it stays with the figure. */
const placed = { township: z.string().optional() };
const correction = cell.extend({ code: correctionCode });
type Correction = z.infer<typeof correction>;

/** What movements of one item on one day come to: all that is said of it, and what of that is corrections. */
export interface DayFigures {
  readonly cells: readonly Cell[];
  readonly corrections: readonly Correction[];
}

/**
 * What is made public (公示) of one item on one day of the county's calendar, from its movements alone. `verifiedAt`: as of
 * when it agreed with them last. A closed one never changes.
 */
export const publishedDayRow = defineRow({
  type: 'published-day',
  v: 1,
  schema: z.object({
    ...{ county: z.string(), day: z.string(), itemId: z.string(), version: z.int() },
    closed: z.boolean(),
    verifiedAt: z.string(),
    cells: z.array(cell.extend(placed)),
    corrections: z.array(correction.extend(placed)),
  }),
  keys: (row) => keysOf(row.county).publishedDay(row.day, row.itemId),
});
export type PublishedDay = ReturnType<typeof publishedDayRow.parse>;

/** How far the days of an item are closed, and what is short and too much of it now, in base units. */
export const publishedItemRow = defineRow({
  type: 'published-item',
  v: 1,
  schema: z.object({
    ...{ county: z.string(), itemId: z.string(), version: z.int() },
    /** Every day up to this one is closed, or has nothing; none: no day is. */
    closedThrough: z.string().optional(),
    short: z.int(),
    surplus: z.int(),
    at: z.string(),
  }),
  keys: (row) => keysOf(row.county).publishedItem(row.itemId),
});
export type PublishedItem = ReturnType<typeof publishedItemRow.parse>;

const ADJUSTED: Readonly<Record<string, CorrectionCode | undefined>> = {
  miscounted: 'miscounted',
  'entry-error': 'entry-error',
  found: 'found-in-stock',
  other: 'other',
};

type Moved = Pick<Movement, 'kind' | 'effects' | 'reason' | 'served' | 'placeId' | 'toId'>;

/** Goods that spoil on the shelf were received nevertheless. */
const isSpoilt = ({ reason }: Moved): boolean => reason === adjustmentReason.enum.expired;
const isGivenBack = ({ kind, reason }: Moved): boolean => kind === 'disposed' && reason === RETURNED_TO_DONOR;

const codeOf = (of: Moved): CorrectionCode | undefined => {
  const { kind, reason = '', effects } = of;
  if (kind === 'corrected') return 'receipt-corrected';
  if (kind === 'adjusted') return ADJUSTED[reason] ?? 'other';
  if (isGivenBack(of)) return RETURNED_TO_DONOR;
  return kind === 'found' && (effects.unaccounted ?? 0) < 0 ? 'found-later' : undefined;
};

const receivedBy = (of: Moved): number => {
  const { opening = 0, received = 0, found = 0, adjustedUp = 0, adjustedDown = 0, disposed = 0 } = of.effects;
  const taken = (isSpoilt(of) ? 0 : adjustedDown) + (isGivenBack(of) ? disposed : 0);
  return opening + received + found + adjustedUp - taken;
};

/** What was delivered, tier by tier; what no need is known of, under none. */
const givenBy = ({ effects, served = {} }: Moved): (readonly [Tier | undefined, number])[] => {
  const parts = ([1, 2, 3] as const).map((of) => [of, served[`tier${of}`] ?? 0] as const);
  const known = parts.reduce((sum, [, part]) => sum + part, 0);
  return [...parts, [undefined, (effects.delivered ?? 0) - known]];
};

const cellsOf = (of: Moved, from: Source): Cell[] => {
  const siteId = of.toId ?? of.placeId;
  return [
    { figure: 'received' as const, source: from, quantity: receivedBy(of) },
    ...givenBy(of).map(([served, amount]) => ({
      ...{ figure: 'given' as const, source: from, siteId, quantity: amount },
      ...(served !== undefined && { tier: served }),
    })),
  ].filter((one) => one.quantity !== 0);
};

const keyOf = ({ figure, source: from, tier: of, siteId }: Omit<Cell, 'quantity'>): string =>
  [figure, from, of ?? '-', siteId ?? '-'].join(' ');

/** Rows of the same key added up, in the order of their keys; what comes to nothing stays: it was something. */
export const addedUp = <T extends { readonly quantity: number }>(rows: readonly T[], key: (row: T) => string): T[] =>
  [...Map.groupBy(rows, key)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...more]]) =>
      first === undefined
        ? []
        : [{ ...first, quantity: more.reduce((sum, one) => sum + one.quantity, first.quantity) }],
    );

const correctionKey = (of: Correction): string => `${keyOf(of)} ${of.code} ${Math.sign(of.quantity)}`;

/** What these movements come to, each with the source of its lot. Pure: the same movements, the same figures. */
export const figuresOf = (movements: readonly { readonly movement: Moved; readonly source: Source }[]): DayFigures => {
  const all = movements.flatMap(({ movement, source: from }) => {
    const code = codeOf(movement);
    return cellsOf(movement, from).map((one) => ({ one, code }));
  });
  return {
    cells: addedUp(
      all.map(({ one }) => one),
      keyOf,
    ),
    corrections: addedUp(
      all.flatMap(({ one, code }) => (code === undefined ? [] : [{ ...one, code }])),
      correctionKey,
    ),
  };
};

const byKey = (rows: readonly Cell[]): Map<string, number> =>
  new Map(addedUp(rows, keyOf).map((row) => [keyOf(row), row.quantity]));

/** The figures that would fall below what was made public while no listed correction takes as much away. */
const fallen = (was: DayFigures, is: DayFigures): string[] => {
  const [before, after] = [byKey(was.cells), byKey(is.cells)];
  const [corrected, correctedNow] = [byKey(was.corrections), byKey(is.corrections)];
  return [...before].flatMap(([key, amount]) => {
    const change = (after.get(key) ?? 0) - amount;
    const explained = (correctedNow.get(key) ?? 0) - (corrected.get(key) ?? 0);
    return change < 0 && change < explained ? [key] : [];
  });
};

/** All that differs, up or down. */
const differing = (was: DayFigures, is: DayFigures): string[] => {
  const said = ({ cells, corrections }: DayFigures) =>
    new Map([
      ...cells.map((row) => [keyOf(row), row.quantity] as const),
      ...corrections.map((row) => [correctionKey(row), row.quantity] as const),
    ]);
  const [before, after] = [said(was), said(is)];
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
};

/** What becomes of a day: a row that is written, or the figures for which it is held; neither, where nothing is to do. */
interface Verdict {
  readonly row?: PublishedDay;
  readonly held?: readonly string[];
}

interface Judging {
  readonly day: Pick<PublishedDay, 'county' | 'day' | 'itemId'>;
  /** The day is over, and whatever was recorded on it is there. */
  readonly over: boolean;
  readonly townshipOf: (siteId: string) => string | undefined;
  /** As of when the movements were read. */
  readonly asOf: string;
}

/**
 * Holds a day's movements against what was made public of it. A closed day is verified again once a day and never
 * changes; one that runs may rise, and fall only by corrections that stand beside it. Whatever else was found is held:
 * what was verified last stays, with its time.
 */
export const judged = (
  was: PublishedDay | undefined,
  is: DayFigures,
  { day, over, townshipOf, asOf }: Judging,
): Verdict => {
  if (was === undefined && is.cells.length === 0) return {};
  // Somebody has read later than this and has said so.
  if (was !== undefined && was.verifiedAt > asOf) return {};
  if (was?.closed === true) {
    const held = differing(was, is);
    if (held.length > 0) return { held };
    return countyDay(was.verifiedAt) < countyDay(asOf) ? { row: { ...was, verifiedAt: asOf } } : {};
  }
  const held = fallen(was ?? { cells: [], corrections: [] }, is);
  if (held.length > 0) return { held };
  const townships = new Map(was?.cells.map(({ siteId, township }) => [siteId, township]));
  const at = <T extends Cell>(one: T) =>
    one.siteId === undefined ? one : { ...one, township: townships.get(one.siteId) ?? townshipOf(one.siteId) };
  return {
    row: {
      ...{ ...day, version: was?.version ?? 0, closed: over, verifiedAt: asOf },
      ...{ cells: is.cells.map(at), corrections: is.corrections.map(at) },
    },
  };
};
