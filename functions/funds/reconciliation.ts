import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Purchase } from '../purchase/purchase.ts';
import { fen } from '../shared/money.ts';
import { compare } from '../shared/order.ts';
import { compared, totals } from '../shared/reconciling.ts';
import { type Credit, drawnFrom, type Fund, type FundBalance, type FundEntry, fundFigures } from './fund.ts';

/** What must be equal, by name: in fen, or counted. */
const identity = z.enum([
  /** Every row can be read: what stands in one that cannot is in none of the sums. */
  'readable',
  /** The fund has figures. */
  'figures-known',
  /** Budget = encumbered + spent + available. */
  'figures',
  /** Budget = all credits. */
  'budget',
  /** The fund counts as many credits as there are. */
  'credits',
  /** Per document: its credit = what was entered as credited. */
  'credited',
  /** Encumbered = encumbered − released − spent of all entries. */
  'encumbered',
  /** Spent = what was entered as spent. */
  'spent',
  /** Per order: what it holds set aside = encumbered − released − spent of its entries. */
  'order-encumbered',
  /** Per order: what it cost so far = what was entered as spent for it. */
  'order-spent',
  /** Per entry: what was spent = what it paid for, lots and other. */
  'paid-for',
  /** Per entry: what was spent = the credits that it draws on. */
  'drawn',
  /** Per entry: it draws on the oldest money that was left, for which the first credit that it names stands. */
  'first-in-first-out',
  /** The cursor stands where what was spent ends among the credits. */
  'cursor',
]);

const difference = z.object({
  identity,
  document: z.string().optional(),
  purchaseId: z.string().optional(),
  order: z.int().optional(),
  entryId: z.string().optional(),
  /** Key of a row, where it is about the row itself. */
  row: z.string().optional(),
  expected: z.int(),
  actual: z.int(),
});
type Difference = z.infer<typeof difference>;

/** What a fund was given and what became of it, from its rows, in fen. */
export const fundAccount = z.object({
  fundId: z.string(),
  nameZh: z.string(),
  nameEn: z.string(),
  balanced: z.boolean(),
  figures: fundFigures,
  /** In the order in which they are spent. */
  credits: z.array(z.object({ n: z.int(), document: z.string(), amountFen: fen, spentFen: fen })),
  differences: z.array(difference),
});
export type FundAccount = z.infer<typeof fundAccount>;

/** Everything of one fund that must agree. */
export interface FundBooks {
  readonly balance: FundBalance | undefined;
  readonly credits: readonly Credit[];
  readonly entries: readonly FundEntry[];
  /** Every purchase that it pays for. */
  readonly purchases: readonly Pick<Purchase, 'id' | 'orders'>[];
  /** Keys of rows that could not be read. */
  readonly unreadable: readonly string[];
}

const NOTHING = { budgetFen: 0, encumberedFen: 0, spentFen: 0, availableFen: 0, cursorCredit: 1, cursorUsedFen: 0 };

const sum = (of: readonly { readonly amountFen: number }[]): number =>
  of.reduce((total, { amountFen }) => total + amountFen, 0);

const spends = (entries: readonly FundEntry[]): FundEntry[] => entries.filter(({ kind }) => kind === 'spent');

/** What an entry does to what is set aside. */
const SETS_ASIDE = { credited: 0, encumbered: 1, released: -1, spent: -1 } as const satisfies Record<
  FundEntry['kind'],
  number
>;
const aside = ({ kind, amountFen }: FundEntry): number => SETS_ASIDE[kind] * amountFen;

/** A difference where two sums of the whole fund, or of one of its entries, are not the same. */
const unless = (name: Difference['identity'], expected: number, actual: number, where: Partial<Difference> = {}) =>
  expected === actual ? [] : [{ identity: name, ...where, expected, actual }];

const figureFaults = ({ balance, credits, entries }: FundBooks): Difference[] => {
  const { budgetFen, encumberedFen, spentFen, availableFen } = balance ?? NOTHING;
  return [
    ...unless('figures-known', 1, balance === undefined ? 0 : 1),
    ...unless('figures', budgetFen, encumberedFen + spentFen + availableFen),
    ...unless('budget', sum(credits), budgetFen),
    ...compared(
      'credited',
      totals(credits, ({ document, amountFen }) => [document, amountFen]),
      totals(
        entries.filter(({ kind }) => kind === 'credited'),
        ({ document = '', amountFen }) => [document, amountFen],
      ),
      (...words) => ({ document: words.join(' ') }),
    ),
    ...unless(
      'encumbered',
      entries.reduce((total, entry) => total + aside(entry), 0),
      encumberedFen,
    ),
    ...unless('spent', sum(spends(entries)), spentFen),
  ];
};

const orderFaults = ({ entries, purchases }: FundBooks): Difference[] => {
  const orders = purchases.flatMap(({ id, orders: all }) => all.map((one) => ({ ...one, key: `${id} ${one.n}` })));
  const entered = entries
    .filter(({ kind }) => kind !== 'credited')
    .map((entry) => ({ entry, key: `${entry.purchaseId} ${entry.order}` }));
  const where = (purchaseId = '', n = '') => ({ purchaseId, order: Number(n) });
  return [
    ...compared(
      'order-encumbered',
      totals(entered, ({ entry, key }) => [key, aside(entry)]),
      totals(orders, ({ key, encumberedFen }) => [key, encumberedFen]),
      where,
    ),
    ...compared(
      'order-spent',
      totals(entered, ({ entry, key }) => [key, entry.kind === 'spent' ? entry.amountFen : 0]),
      totals(orders, ({ key, spentFen }) => [key, spentFen]),
      where,
    ),
  ];
};

const entryFaults = ({ entries }: FundBooks): Difference[] =>
  spends(entries).flatMap(({ id: entryId, amountFen, lots = [], other, credits = [] }) => [
    ...unless('paid-for', amountFen, sum(lots) + (other?.amountFen ?? 0), { entryId }),
    ...unless('drawn', amountFen, sum(credits), { entryId }),
  ]);

const firstOf = ({ credits = [] }: FundEntry): number => credits[0]?.n ?? 0;
const lastOf = ({ credits = [] }: FundEntry): number => credits.at(-1)?.n ?? 0;

/**
 * What was spent, in the order in which it lies in the credits, spent again. Not by the numbers of entries, which are of
 * several clocks: where there is any order in which all was first in first out, it is this one. The first that is not
 * is named; of what comes after it nothing can be said.
 */
const orderOfDraws = ({ credits, entries }: FundBooks): Difference[] => {
  const lying = spends(entries).toSorted(
    (a, b) => compare(firstOf(a), firstOf(b)) || compare(lastOf(a), lastOf(b)) || compare(a.id, b.id),
  );
  let at = { cursorCredit: 1, cursorUsedFen: 0 };
  for (const entry of lying) {
    const left = credits.filter(({ n }) => n >= at.cursorCredit);
    const { split, cursor, lackingFen } = drawnFrom(at, left, entry.amountFen);
    if (lackingFen > 0 || !isDeepStrictEqual(split, entry.credits ?? []))
      return [
        {
          identity: 'first-in-first-out',
          entryId: entry.id,
          expected: split[0]?.n ?? 0,
          actual: firstOf(entry),
        },
      ];
    at = cursor;
  }
  return [];
};

const cursorFaults = ({ balance, credits }: FundBooks): Difference[] => {
  const { spentFen, cursorCredit, cursorUsedFen } = balance ?? NOTHING;
  return unless('cursor', spentFen, sum(credits.filter(({ n }) => n < cursorCredit)) + cursorUsedFen);
};

const unreadFaults = (unreadable: readonly string[]): Difference[] =>
  unreadable.flatMap((row) => unless('readable', 1, 0, { row }));

const bare = ({ budgetFen, encumberedFen, spentFen, availableFen }: z.infer<typeof fundFigures>) => ({
  ...{ budgetFen, encumberedFen, spentFen, availableFen },
});

/** A fund of which nothing can be said but that its own row cannot be read. */
export const unreadFund = (fundId: string, row: string): FundAccount => ({
  ...{ fundId, nameZh: fundId, nameEn: fundId, balanced: false, figures: bare(NOTHING), credits: [] },
  differences: unreadFaults([row]),
});

/** The fund's money, credit by credit, and wherever its books disagree. Nothing there: every fen can be followed. */
export const fundReconciled = (
  fund: Pick<Fund, 'id' | 'nameZh' | 'nameEn' | 'credits'>,
  books: FundBooks,
): FundAccount => {
  const drawn = totals(
    books.entries.flatMap(({ credits = [] }) => credits),
    ({ n, amountFen }) => [String(n), amountFen],
  );
  const differences = [
    ...unreadFaults(books.unreadable),
    ...figureFaults(books),
    ...unless('credits', books.credits.length, fund.credits),
    ...orderFaults(books),
    ...entryFaults(books),
    ...orderOfDraws(books),
    ...cursorFaults(books),
  ];
  return {
    ...{ fundId: fund.id, nameZh: fund.nameZh, nameEn: fund.nameEn, balanced: differences.length === 0 },
    figures: bare(books.balance ?? NOTHING),
    credits: books.credits.map(({ n, document, amountFen }) => ({
      ...{ n, document, amountFen },
      spentFen: drawn.get(String(n)) ?? 0,
    })),
    differences,
  };
};
