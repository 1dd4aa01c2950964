import type { Rows } from '../../functions/allocation/standing.ts';
import { type Item, itemRow } from '../../functions/catalogue/item.ts';
import { policyInForce, policyRow } from '../../functions/catalogue/policy.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { lineRow, openRow } from '../../functions/request/line.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { unfair } from '../allocation/fairness.ts';
import { Books } from './books.ts';
import { commitsOf, logReader, writtenIn } from './log.ts';
import { unsafe } from './safety.ts';

/** Keeps the books of a table from the log of its engine, and from nothing else. */
export interface Audit {
  readonly books: Books;
  /** Transactions in the log so far. */
  readonly commits: number;
  /** Reads on. What is wrong with the first commit since then that left the county unsafe. */
  unsafe(): Promise<string[]>;
  /** What is unfair as of the last reading, were nothing left to divide `now`. */
  unfair(now: string): string[];
}

/** An item's rows as an allocator would read them. */
const rowsOf = (books: Books, item: Item): Rows => {
  const keys = keysOf(item.county);
  const of = <T extends { readonly itemId: string }>(rows: readonly T[]) =>
    rows.filter((row) => row.itemId === item.id);
  const opens = of(books.all(openRow));
  return {
    item,
    policy: policyInForce(item.county, books.at(policyRow, keys.policy())),
    balances: of(books.all(balanceRow)),
    opens,
    lines: opens.flatMap(({ requestId, n }) => books.at(lineRow, keys.requestLine(requestId, n)) ?? []),
    sites: books.all(siteRow),
  };
};

/** Begins an audit at the first record of a table, whose endpoint keeps all of them. */
export const auditOf = async (table: Pick<Deps, 'dynamo' | 'table'>, endpoint: string): Promise<Audit> => {
  const read = await logReader(table, endpoint);
  const books = new Books();
  let seen = 0;
  return {
    books,
    get commits() {
      return seen;
    },
    unsafe: async () => {
      const commits = commitsOf((await read()).map(writtenIn));
      seen += commits.length;
      return unsafe(commits, books);
    },
    unfair: (now) => books.all(itemRow).flatMap((item) => unfair(rowsOf(books, item), now)),
  };
};
