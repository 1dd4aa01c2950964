import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';

/** Enough to begin with; a county in which more is wrong at once has one cause for it. */
const MAX_NAMED = 50;

const since = z.object({ itemId: z.string(), since: z.string() });
type Since = z.infer<typeof since>;
const fundSince = z.object({ fundId: z.string(), since: z.string() });
type FundSince = z.infer<typeof fundSince>;

/** What the last sweep of a county found that it could not do. */
export const sweepRow = defineRow({
  type: 'sweep-figures',
  v: 1,
  schema: z.object({
    county: z.string(),
    version: z.int(),
    at: z.string(),
    /** Chores that failed. */
    failures: z.int(),
    /** Items that could not be divided, and the first of the sweeps in a row that could not. */
    unsettled: z.array(since),
  }),
  keys: (row) => keysOf(row.county).sweepFigures(),
});

/** How far the round through all items has come that adds up every lot. */
export const roundRow = defineRow({
  type: 'reconciliation-round',
  v: 1,
  schema: z.object({
    county: z.string(),
    version: z.int(),
    at: z.string(),
    /** Where the round goes on; none: at its start. */
    cursor: z.string().optional(),
    /** Items of this round so far, and of the whole round before. */
    seen: z.int(),
    items: z.int(),
    /** When every item had been looked at last. */
    completedAt: z.string().optional(),
    outOfBalance: z.array(since),
    /** As of the end of the last round: there are few funds, and they are looked at together. */
    fundsOutOfBalance: z.array(fundSince).default([]),
    /** Items whose movements disagree with what was made public of them. */
    noticeHeld: z.array(since).default([]),
  }),
  keys: (row) => keysOf(row.county).reconciliationRound(),
});
export type Round = ReturnType<typeof roundRow.parse>;

/** What something is wrong with now; whatever was wrong before is so since then. */
const oldestFirst = (wrong: readonly string[], before: ReadonlyMap<string, string>, now: string) =>
  wrong
    .map((id) => ({ id, since: before.get(id) ?? now }))
    .toSorted((a, b) => (a.since < b.since ? -1 : Number(a.since > b.since)))
    .slice(0, MAX_NAMED);

/** The items that something is wrong with now, and since when. */
export const sinceOf = (wrong: readonly string[], before: readonly Since[], now: string): Since[] =>
  oldestFirst(wrong, new Map(before.map((one) => [one.itemId, one.since])), now).map(({ id: itemId, since: at }) => ({
    itemId,
    since: at,
  }));

/** The funds that something is wrong with now, and since when. */
const fundsSince = (wrong: readonly string[], before: readonly FundSince[], now: string): FundSince[] =>
  oldestFirst(wrong, new Map(before.map((one) => [one.fundId, one.since])), now).map(({ id: fundId, since: at }) => ({
    fundId,
    since: at,
  }));

/** Six runs an hour come by all items, and a small county in fewer. */
const RUNS_A_ROUND = 6;
const LEAST_ITEMS = 50;
export const pageOfRound = (round: Pick<Round, 'items'> | undefined): number =>
  Math.min(200, Math.max(LEAST_ITEMS, Math.ceil((round?.items ?? 0) / RUNS_A_ROUND)));

interface RoundPage {
  readonly items: readonly string[];
  readonly out: readonly string[];
  readonly held: readonly string[];
  readonly cursor?: string | undefined;
  readonly fundsOut: readonly string[];
}

/**
 * The round after one more page: `out` of these `items` do not balance, of `held` the public notice is held, and with
 * the last page, of the funds `fundsOut` do not balance.
 */
export const advancedRound = (round: Round, page: RoundPage, now: string): Round => {
  const looked = new Set(page.items);
  const out = new Set(page.out);
  const still = (were: readonly Since[], are: readonly string[]): Since[] => {
    const elsewhere = were.filter(({ itemId }) => !looked.has(itemId)).map(({ itemId }) => itemId);
    return sinceOf([...elsewhere, ...are], were, now);
  };
  const { cursor: _, ...rest } = round;
  const seen = round.seen + page.items.length;
  return {
    ...rest,
    at: now,
    outOfBalance: still(round.outOfBalance, page.out),
    // Of one whose books disagree nothing is made public anew: what was held stays so until they agree.
    noticeHeld: still(round.noticeHeld, [
      ...page.held,
      ...round.noticeHeld.flatMap(({ itemId }) => (out.has(itemId) ? itemId : [])),
    ]),
    ...(page.cursor === undefined
      ? {
          ...{ seen: 0, items: seen, completedAt: now },
          fundsOutOfBalance: fundsSince(page.fundsOut, round.fundsOutOfBalance, now),
        }
      : { seen, cursor: page.cursor }),
  };
};

/** Whole seconds since the oldest of these instants; 0: there is none. */
export const ageSeconds = (instants: readonly string[], now: string): number =>
  Math.max(0, ...instants.map((at) => Math.floor((Date.parse(now) - Date.parse(at)) / 1000)));

const waiting = z.object({
  kind: z.string(),
  count: z.int(),
  /** Since when the first of them. */
  oldest: z.string().optional(),
});

/** How the system itself does in a county, as far as the table knows. */
export const operations = z
  .object({
    now: z.string(),
    /** None: there has been no sweep yet. */
    sweep: z.object({ at: z.string(), failures: z.int() }).optional(),
    /** Items that the last sweep could not divide. */
    unsettled: z.array(since),
    /** Executions that are yet to be started, and machines that are yet to be told. */
    unsent: z.array(waiting.extend({ mark: z.enum(['start', 'resume']) })),
    /** Rows whose execution gave up, for a person to retry. */
    failed: z.array(waiting),
    /** Rows that are still at a status whose deadline has passed. */
    overdue: z.array(waiting.extend({ status: z.string() })),
    reconciliation: z
      .object({
        at: z.string(),
        completedAt: z.string().optional(),
        outOfBalance: z.array(since),
        fundsOutOfBalance: z.array(fundSince),
        noticeHeld: z.array(since),
      })
      .optional(),
    /** Of an embedded host only, which adds it: how far consumers are behind, what was set aside, sizes of files. */
    host: z.looseObject({}).optional(),
  })
  .meta({ id: 'Operations' });
export type Operations = z.infer<typeof operations>;
