import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import type { SiteKind } from '../catalogue/site.ts';
import { type Action, shift } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { fen, positiveFen, yuan } from '../shared/money.ts';
import { fault, Problem } from '../shared/problem.ts';
import { slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { paperText } from '../stock/goods-received.ts';
import { designationBody, isMeantFor } from '../stock/lot.ts';

/** What may be said of a fund: kept by headquarters, one row a fund. What it has is counted apart. */
export const fundBody = z.strictObject({
  nameZh: text(60),
  nameEn: text(80),
  /** The epidemic special fund, party dues set aside, gifts of money, or another (FACTS: the county). */
  kind: z.enum(['special', 'party-dues', 'gifts', 'other']),
  /** What it may buy; neither named: anything. */
  mayBuy: z
    .strictObject({
      /** Of GB/T 38565, and all below them. */
      categories: z
        .array(z.string().regex(/^[123]\d{0,6}$/))
        .max(20)
        .default([]),
      itemIds: z.array(slug).max(100).default([]),
    })
    .default({ categories: [], itemIds: [] }),
  /** For whom what it buys is meant: a gift of money with a wish; everybody else's is for all. */
  serves: designationBody.default({ to: 'all' }),
  active: z.boolean().default(true),
  sample: z.boolean().default(false),
});
export type FundBody = z.infer<typeof fundBody>;

const fund = fundBody.extend({
  county: z.string(),
  id: slug,
  version: z.int(),
  /** How many credits it has had. */
  credits: z.int().default(0),
  /** The gift of money that it keeps apart, where it was opened for one. */
  giftId: z.string().optional(),
});
export type Fund = z.infer<typeof fund>;

export const fundRow = defineRow({
  type: 'fund',
  v: 1,
  // What is asked of words when they are sent may grow stricter; rows stay readable.
  schema: z.object({ ...fund.shape, nameZh: z.string(), nameEn: z.string() }),
  keys: (row) => ({ ...keysOf(row.county).fund(row.id), GSI1PK: keysOf(row.county).queue('funds'), GSI1SK: row.id }),
});

/**
 * What a fund has: budget = encumbered + spent + available, all stored, because a condition cannot subtract. The cursor
 * says from which credit the next fen is spent, and how much of that is spent already: first in, first out.
 */
export const fundBalanceRow = defineRow({
  type: 'fund-balance',
  v: 1,
  schema: z.object({
    county: z.string(),
    fundId: z.string(),
    budgetFen: fen,
    encumberedFen: fen,
    spentFen: fen,
    availableFen: fen,
    cursorCredit: z.int().min(1),
    cursorUsedFen: fen,
  }),
  keys: (row) => keysOf(row.county).fundBalance(row.fundId),
});
export type FundBalance = ReturnType<typeof fundBalanceRow.parse>;
type Of = Pick<FundBalance, 'county' | 'fundId'>;

/** What a fund has been given, and where that is: in fen, and budget = encumbered + spent + available. */
export const fundFigures = z.object({ budgetFen: fen, encumberedFen: fen, spentFen: fen, availableFen: fen });

/** A fund as staff see it. */
export const fundView = z.object({ ...fund.shape, figures: fundFigures });
export type FundView = z.infer<typeof fundView>;

/** A fund and what it has left, as whoever buys looks at it. */
export interface Purse {
  readonly fund: Fund;
  readonly availableFen: number;
}

/** Nothing yet: of a fund that has just been added. */
export const openFund = (of: Of): FundBalance => ({
  ...{ county: of.county, fundId: of.fundId, budgetFen: 0, encumberedFen: 0, spentFen: 0, availableFen: 0 },
  ...{ cursorCredit: 1, cursorUsedFen: 0 },
});

/** Money that comes into a fund, as whoever books it reads the document. */
export const creditBody = z.strictObject({
  amountFen: positiveFen,
  /** The number of the paper that it came on, such as an order of the treasury or a bank's voucher: booked once. */
  document: paperText,
  giftId: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'the id of a gift')
    .optional(),
});
export type CreditBody = z.infer<typeof creditBody>;

/** Money that came into a fund on one document. */
export const credit = z.object({
  county: z.string(),
  fundId: z.string(),
  n: z.int().min(1),
  amountFen: positiveFen,
  document: z.string(),
  /** Whose gift it was, where it was one: a party's id. */
  giftId: z.string().optional(),
  at: z.string(),
  by: z.string(),
});
export const creditRow = defineRow({
  type: 'fund-credit',
  v: 1,
  schema: credit,
  keys: (row) => keysOf(row.county).fundCredit(row.fundId, row.n),
});
export type Credit = z.infer<typeof credit>;

/** What happened to a fund's money; never changed. */
export const fundEntry = z.object({
  county: z.string(),
  id: z.string(),
  fundId: z.string(),
  kind: z.enum(['credited', 'encumbered', 'released', 'spent']),
  amountFen: positiveFen,
  /** Of what was credited: the number of its document. */
  document: z.string().optional(),
  /** Of the rest: the purchase and its order. */
  purchaseId: z.string().optional(),
  order: z.int().optional(),
  /** Of what was spent: the credits that it draws on, first in first out. */
  credits: z.array(z.object({ n: z.int(), amountFen: positiveFen })).optional(),
  /** Of what was spent: the lots that it paid for, and what it paid that no lot is behind. */
  lots: z.array(z.object({ lotId: z.string(), amountFen: fen })).optional(),
  other: z.object({ amountFen: positiveFen, zh: z.string(), en: z.string() }).optional(),
  at: z.string(),
  by: z.string(),
});
export const fundEntryRow = defineRow({
  type: 'fund-entry',
  v: 1,
  schema: fundEntry,
  keys: (row) => {
    const keys = keysOf(row.county);
    return {
      ...keys.fundEntry(row.fundId, row.id),
      // What a purchase cost, for its file.
      ...(row.purchaseId !== undefined && { GSI2PK: keys.party(row.purchaseId), GSI2SK: `ENTRY#${row.id}` }),
    };
  },
});
export type FundEntry = z.infer<typeof fundEntry>;

/** Whether what a fund buys may be for a site; none: for everybody. */
export const mayServe = (
  { serves }: Pick<Fund, 'serves'>,
  site: { readonly siteId: string; readonly siteKind: SiteKind } | undefined,
): boolean => (site === undefined ? serves.to === 'all' : isMeantFor({ designation: serves }, site));

/** Whether a fund may buy an item: what it names, or anything where it names nothing. */
export const mayBuy = ({ mayBuy: named }: Pick<Fund, 'mayBuy'>, item: Pick<Item, 'id' | 'category'>): boolean =>
  (named.categories.length === 0 && named.itemIds.length === 0) ||
  named.itemIds.includes(item.id) ||
  named.categories.some((category) => item.category.startsWith(category));

const keyOf = ({ county, fundId }: Of) => keysOf(county).fundBalance(fundId);

/** Money comes in: there is more to be set aside. */
export const topUp = (of: Of, amountFen: number): Action =>
  shift(keyOf(of), { budgetFen: amountFen, availableFen: amountFen });

/**
 * Money is set aside for an order. Guarded by what is available, so that however many ask at once, nothing is promised
 * twice.
 *
 * The action is refused with Problem 409 `fund-exhausted` and the figures, or 404 where there is no such fund.
 */
export const encumber = (of: Of, amountFen: number): Action =>
  shift(keyOf(of), { encumberedFen: amountFen, availableFen: -amountFen }, (was) =>
    was === undefined
      ? new Problem(404, 'unknown-fund', {
          zh: `没有编号为“${of.fundId}”的资金。`,
          en: `There is no fund ${of.fundId}.`,
        })
      : exhausted(of.fundId, fundBalanceRow.parse(was).availableFen, amountFen),
  );

/** @throws nothing: says what a fund lacks. */
export const exhausted = (fundId: string, availableFen: number, amountFen: number): Problem => {
  const [has, needs, lacks] = [yuan(availableFen), yuan(amountFen), yuan(amountFen - availableFen)];
  return new Problem(
    409,
    'fund-exhausted',
    {
      zh: `资金 ${fundId} 可用 ${has}，需要 ${needs}，还差 ${lacks}。`,
      en: `${fundId} has ${has} available, and ${needs} are needed: ${lacks} too few.`,
    },
    [fault('fundId', { zh: `可用 ${has}，需要 ${needs}。`, en: `${has} available, ${needs} needed.` })],
  );
};

/** What was set aside and is not needed is available again. */
export const release = (of: Of, amountFen: number): Action =>
  shift(keyOf(of), { encumberedFen: -amountFen, availableFen: amountFen });

/** Where in its credits a fund stands. */
export type Cursor = Pick<FundBalance, 'cursorCredit' | 'cursorUsedFen'>;

/**
 * The credits that so many fen are spent from, first in first out, and where the cursor stands then. A donated yuan can
 * so be followed to what it bought.
 *
 * @param credits those from the cursor's on, in order. Where they do not suffice, `lackingFen` says by how much.
 */
export const drawnFrom = (
  cursor: Cursor,
  credits: readonly Pick<Credit, 'n' | 'amountFen'>[],
  amountFen: number,
): {
  readonly split: readonly { readonly n: number; readonly amountFen: number }[];
  readonly cursor: Cursor;
  readonly lackingFen: number;
} => {
  const split: { n: number; amountFen: number }[] = [];
  let { cursorCredit, cursorUsedFen } = cursor;
  let left = amountFen;
  for (const credit of credits) {
    if (left === 0) break;
    if (credit.n !== cursorCredit) continue;
    const taken = Math.min(left, credit.amountFen - cursorUsedFen);
    if (taken > 0) split.push({ n: credit.n, amountFen: taken });
    left -= taken;
    cursorUsedFen += taken;
    if (cursorUsedFen === credit.amountFen) [cursorCredit, cursorUsedFen] = [cursorCredit + 1, 0];
  }
  return { split, cursor: { cursorCredit, cursorUsedFen }, lackingFen: left };
};

/**
 * What was set aside is spent, and what is not needed of it is available again: one action, because a transaction may
 * touch a row only once. `takenFen` of it is set aside by the same action. Refused as stale where another spent, or took
 * what was available, meanwhile.
 */
export const spend = (
  of: Of & Cursor,
  {
    spentFen,
    releasedFen,
    takenFen = 0,
  }: { readonly spentFen: number; readonly releasedFen: number; readonly takenFen?: number },
  next: Cursor,
): Action => {
  const deltas = { encumberedFen: takenFen - spentFen - releasedFen, spentFen, availableFen: releasedFen - takenFen };
  const moved = shift(keyOf(of), deltas, undefined, { ...next });
  return {
    ...moved,
    condition: `${moved.condition} AND #cursorCredit = :wasCredit AND #cursorUsedFen = :wasUsed`,
    values: { ...moved.values, ':wasCredit': of.cursorCredit, ':wasUsed': of.cursorUsedFen },
  };
};
