import { type Item, issueSize } from '../catalogue/item.ts';
import { type Line, lineRow, type Open, openRow } from '../request/line.ts';
import { Stale } from '../shared/actions.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { getAll, ofType, partition } from '../shared/table.store.ts';
import { inPicking, type Released, released } from './adjustment.ts';
import type { Balance } from './balance.ts';

const NOTHING: Released = { lines: [], releases: [], quantity: 0 };

/** What goods are to leave a shelf for, and how many need lines the transaction has room for. */
export interface Leaving {
  /** The field that said how many. */
  readonly path: string;
  /** What becomes of them: `written off`. */
  readonly become: string;
  readonly most: number;
}

/**
 * Planned goods that have to be given back so that `amount` of a shelf is free to leave it, the weakest claim first: what
 * somebody was promised keeps nobody from the truth. Their lines and the shelf change in the caller's transaction.
 *
 * @throws Problem 409 `more-than-on-hand`, `in-picking` with consignments and numbers, `too-many-holders`.
 */
export const givenBackFor = async (
  deps: Deps,
  item: Item,
  balance: Balance,
  amount: number,
  { path, become, most }: Leaving,
): Promise<Released> => {
  const { onHand, free, status } = balance;
  if (amount > onHand)
    throw refused(path, 'more-than-on-hand', `Only ${onHand} are on hand here as ${status}, not ${amount}.`);
  const needed = amount - free;
  if (needed <= 0) return NOTHING;
  const lines = await openLinesOf(deps, balance);
  const picked = inPicking(lines, balance);
  const reach = onHand - [...picked.values()].reduce((sum, quantity) => sum + quantity, 0);
  if (amount > reach)
    throw refused(
      path,
      'in-picking',
      `Of ${onHand} on hand, ${onHand - reach} are in picking; ${reach} can be ${become} now. Cancel the picking first.`,
      pickingWords(picked),
    );
  const back = released(lines, balance, issueSize(item), needed);
  // The balance was read before its holders, and somebody has planned with it since.
  if (back.quantity < needed) throw new Stale();
  if (back.lines.length > most) {
    const fits = back.releases.slice(0, most).reduce((sum, { quantity }) => sum + quantity, free);
    throw refused(
      path,
      'too-many-holders',
      `${back.lines.length} need lines are promised these goods, and at once they are taken back from ${most}: at most ${fits}, then the rest.`,
    );
  }
  return back;
};

const refused = (path: string, code: string, detail: string, messages: readonly string[] = [detail]): Problem =>
  new Problem(
    409,
    code,
    detail,
    messages.map((message) => ({ path, message })),
  );

/** One sentence a consignment that is picking. */
export const pickingWords = (picked: ReadonlyMap<string, number>): string[] =>
  [...picked].map(([id, quantity]) => `${id} is picking ${quantity}.`);

/** The need lines of an item that may hold goods, strongly; `only`: those behind some of its pointers. */
export const openLinesOf = async (
  deps: Deps,
  { county, itemId }: { readonly county: string; readonly itemId: string },
  only: (open: Open) => boolean = () => true,
): Promise<Line[]> => {
  const keys = keysOf(county);
  const pointers = ofType(openRow, await partition(deps, keys.item(itemId).PK, 'OPEN#'));
  return getAll(
    deps,
    lineRow,
    pointers.filter(only).map(({ requestId, n }) => keys.requestLine(requestId, n)),
  );
};
