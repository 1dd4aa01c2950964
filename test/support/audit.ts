import { apportion } from '../../functions/allocation/apportion.ts';
import { type Rows, standingOf } from '../../functions/allocation/standing.ts';
import { stopsOver } from '../../functions/allocation/stop-pick.ts';
import { type Item, itemRow } from '../../functions/catalogue/item.ts';
import { policyInForce, policyRow } from '../../functions/catalogue/policy.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { type Consignment, consignmentRow } from '../../functions/delivery/consignment.ts';
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
  /** What is unfair as of the last reading, were nothing left to divide `now`; and what is asked back of no picking, or not asked. */
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

/** Consignments that are asked for other goods of an item than the front line lacks of what they pick. */
const unasked = (rows: Rows, consignments: readonly Consignment[], now: string): string[] => {
  const { input } = standingOf(rows, now);
  const stops = stopsOver({ ...rows, input, answer: apportion(input), consignments });
  return consignments
    .filter(({ status }) => status === 'picking')
    .flatMap(({ id, stopPick = [] }) => {
      const is = stopPick.find(({ itemId }) => itemId === rows.item.id)?.quantity ?? 0;
      const ought = stops.get(id)?.quantity ?? 0;
      return is === ought ? [] : [`${id} is asked for ${is} of ${rows.item.id}, not ${ought}`];
    });
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
    unfair: (now) =>
      books.all(itemRow).flatMap((item) => {
        const rows = rowsOf(books, item);
        return [...unfair(rows, now), ...unasked(rows, books.all(consignmentRow), now)];
      }),
  };
};
