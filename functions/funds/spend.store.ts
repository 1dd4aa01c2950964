import assert from 'node:assert/strict';
import { type Action, Stale } from '../shared/actions.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { get, getAll } from '../shared/table.store.ts';
import { encumbering, entered, type OfFund } from './encumbering.ts';
import {
  type Credit,
  creditRow,
  drawnFrom,
  exhausted,
  type FundBalance,
  type FundEntry,
  fundBalanceRow,
  spend,
} from './fund.ts';

/** What is spent for goods that were accepted of an order, and what of its money is not needed any more. */
export interface Spending {
  readonly spentFen: number;
  readonly releasedFen: number;
  /** What is set aside in the same step: the order had ended, and had given its money back. None: nothing. */
  readonly takenFen?: number;
  readonly purchaseId: string;
  readonly order: number;
  /** The lots that it pays for, each with its part; a lot may have cost nothing. */
  readonly lots: readonly { readonly lotId: string; readonly amountFen: number }[];
  /** What it pays that no lot is behind, such as the delivery, in both languages. */
  readonly other?: FundEntry['other'] | undefined;
  readonly by: string;
  readonly at: string;
}

/** Credits are read so many at once: a purchase draws on one or two, unless they are gifts of a few yuan. */
const AT_ONCE = 25;

/** A fund's credits from the cursor on, as many as so much is spent from. */
const creditsFrom = async (deps: Deps, balance: FundBalance, amountFen: number): Promise<Credit[]> => {
  const { county, fundId, cursorCredit, cursorUsedFen } = balance;
  const found: Credit[] = [];
  let left = cursorUsedFen + amountFen;
  for (let from = cursorCredit; left > 0; from += AT_ONCE) {
    const some = await getAll(
      deps,
      creditRow,
      Array.from({ length: AT_ONCE }, (_, i) => keysOf(county).fundCredit(fundId, from + i)),
    );
    found.push(...some);
    left -= some.reduce((sum, one) => sum + one.amountFen, 0);
    if (some.length < AT_ONCE) break;
  }
  return found;
};

/**
 * What was set aside for an order is spent, first in first out over the fund's credits, and what is not needed of it is
 * available again: the actions for it, to go into the transaction that books the goods in, and the credits it draws
 * on, for whoever follows a gift. One action on the fund's row, an entry for what is spent, one for what is released;
 * where both are 0, none.
 *
 * What it read is guarded: where another spent from the fund meanwhile, the commit is refused as `Stale`. So call it
 * within `retrying`, anew for each attempt.
 *
 * @throws Problem 404 `unknown-fund`; 409 `fund-exhausted` where less is available than is to be set aside; Stale where less is set aside than is to be spent and released; AssertionError
 * where lots and other do not come to what is spent.
 */
export const spendingOf = async (
  deps: Deps,
  of: OfFund,
  { spentFen, releasedFen, takenFen = 0, purchaseId, order, lots, other, by, at }: Spending,
): Promise<{ readonly actions: readonly Action[]; readonly credits: NonNullable<FundEntry['credits']> }> => {
  const accounted = lots.reduce((sum, { amountFen }) => sum + amountFen, other?.amountFen ?? 0);
  assert(accounted === spentFen, `${spentFen} fen are spent of ${purchaseId}, and ${accounted} are accounted for`);
  const released = { purchaseId, order, amountFen: releasedFen };
  if (spentFen === 0) return { actions: encumbering(deps.ids, of, { released: [released] }, { by, at }), credits: [] };
  const key = keysOf(of.county).fundBalance(of.fundId);
  const balance = await get(deps, fundBalanceRow, key);
  if (balance === undefined) throw notFound('fund', of.fundId);
  if (takenFen > balance.availableFen) throw exhausted(of.fundId, balance.availableFen, takenFen);
  // Somebody has just spent or released what the order's row still held when the caller read it.
  if (balance.encumberedFen + takenFen < spentFen + releasedFen) throw new Stale(undefined, key);
  const { split, cursor, lackingFen } = drawnFrom(balance, await creditsFrom(deps, balance, spentFen), spentFen);
  assert(lackingFen === 0, `The credits of ${of.fundId} lack ${lackingFen} of ${spentFen} fen that are spent`);
  const credits = split.map((part) => ({ ...part }));
  return {
    actions: [
      spend(balance, { spentFen, releasedFen, takenFen }, cursor),
      ...(takenFen > 0
        ? [entered(deps.ids, of, { kind: 'encumbered', amountFen: takenFen, purchaseId, order, by, at })]
        : []),
      entered(deps.ids, of, {
        ...{ kind: 'spent', amountFen: spentFen, purchaseId, order, credits },
        ...{ lots: lots.map((lot) => ({ ...lot })), other, by, at },
      }),
      ...(releasedFen > 0 ? [entered(deps.ids, of, { kind: 'released', ...released, by, at })] : []),
    ],
    credits,
  };
};
