import type { PageOf } from '../catalogue/catalogue.store.ts';
import { type Item, itemRow } from '../catalogue/item.ts';
import { siteRow } from '../catalogue/site.ts';
import { type Consignment, consignmentLineRow, consignmentRow } from '../delivery/consignment.ts';
import { type Shortfall, shortfallRow } from '../delivery/shortfall.ts';
import { type Line, lineRow, openRow } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import { notFound } from '../shared/problem.ts';
import { backOff } from '../shared/retrying.ts';
import { everyIndexed, indexPage, type Page, type Patient, partition, patient } from '../shared/table.store.ts';
import { balanceRow } from './balance.ts';
import { lotRow, lotsOf } from './lot.ts';
import { movementRow } from './movement.ts';
import { type Books, type ItemAccount, missingOf, reconciled, type Underway, unreadItem } from './reconciliation.ts';

/** The rows are read one after the other while work goes on: what disagrees is looked at again before it is said. */
const READINGS = 3;

/** An auditor looks at everything: one row that cannot be read is a fault to be told, and hides no other. */
type Reading = Deps & Patient;

const nameOf = (row: Record<string, unknown>): string => `${row['PK']} ${row['SK']}`;

/** What need lines and consignments know that have goods now, from the indexes; re-read by key before it counts. */
interface County {
  readonly lines: readonly Line[];
  readonly underway: readonly Underway[];
  readonly shortfalls: readonly Shortfall[];
}

const isUnderway = ({ status }: Consignment): boolean => status === 'picking' || status === 'dispatched';

/** Where a consignment stands that has goods in hand: by its status, or by what it or somebody owes it first. */
const UNDERWAY = ['start', 'resume', 'failed', 'picking', 'dispatched'] as const;

const consignmentsUnderway = async (deps: Reading, county: string): Promise<Underway[]> => {
  const { getAll, ofType } = deps;
  const keys = keysOf(county);
  const queued = await mapEach(UNDERWAY, (name) =>
    everyIndexed(deps, { index: 'GSI1', at: keys.queue(`consignment.${name}`) }),
  );
  const found = ofType(consignmentRow, queued.flat()).map(consignmentRow.keyOf);
  const consignments = await getAll(consignmentRow, uniqueKeys(found));
  return mapEach(consignments.filter(isUnderway), async (consignment) => ({
    consignment,
    lines: ofType(consignmentLineRow, await partition(deps, keys.consignment(consignment.id).PK, 'LINE#')),
  }));
};

/** Where a shortfall stands that is yet to be resolved: by its status, or by what it or somebody owes it first. */
const OPEN = ['start', 'resume', 'failed', 'open'] as const;

const openShortfalls = async (deps: Reading, county: string): Promise<Shortfall[]> => {
  const { getAll, ofType } = deps;
  const queued = await mapEach(OPEN, (name) =>
    everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue(`shortfall.${name}`) }),
  );
  const found = await getAll(shortfallRow, uniqueKeys(ofType(shortfallRow, queued.flat()).map(shortfallRow.keyOf)));
  return found.filter(({ status }) => status === 'open');
};

/** Goes by site, so that a line with goods that everybody else has lost sight of is found too. */
const linesWithGoods = async (deps: Reading, county: string): Promise<Line[]> => {
  const { ofType } = deps;
  const keys = keysOf(county);
  const sites = ofType(siteRow, await everyIndexed(deps, { index: 'GSI1', at: keys.queue('sites') }));
  const found = await mapEach(sites, ({ id }) =>
    everyIndexed(deps, { index: 'GSI2', at: keys.party(id), beginsWith: 'LINE#' }),
  );
  return ofType(lineRow, found.flat()).filter(({ holds, dispatched }) => holds.length > 0 || dispatched > 0);
};

const readCounty = async (deps: Reading, county: string): Promise<County> => {
  const [lines, underway, shortfalls] = await Promise.all([
    linesWithGoods(deps, county),
    consignmentsUnderway(deps, county),
    openShortfalls(deps, county),
  ]);
  return { lines, underway, shortfalls };
};

const readItem = async (
  deps: Reading,
  county: string,
  item: Item,
  { lines, underway, shortfalls }: County,
): Promise<{ readonly account: ItemAccount; readonly books: Books }> => {
  const { getAll, ofType } = deps;
  const keys = keysOf(county);
  const ours = underway.map(({ consignment, lines: all }) => ({
    consignment,
    lines: all.filter(({ itemId }) => itemId === item.id),
  }));
  const { PK } = keys.item(item.id);
  const [shelves, pointers, indexed] = await Promise.all([
    partition(deps, PK, 'LOT#'),
    partition(deps, PK, 'OPEN#'),
    everyIndexed(deps, { index: 'GSI1', at: keys.queue(lotsOf(item.id)) }),
  ]);
  const balances = ofType(balanceRow, shelves);
  const lineKeys: Key[] = [
    ...ofType(openRow, pointers),
    ...lines.filter(({ itemId }) => itemId === item.id),
    ...ours.flatMap((one) => one.lines.flatMap(({ shares }) => shares)),
  ].map(({ requestId, n }) => keys.requestLine(requestId, n));
  const missing = missingOf(shortfalls, item.id);
  const needLines = await getAll(lineRow, uniqueKeys(lineKeys));
  const lotIds = new Set([
    ...ofType(lotRow, indexed).map(({ id }) => id),
    ...[...balances, ...needLines.flatMap(({ holds }) => holds), ...ours.flatMap((one) => one.lines), ...missing].map(
      ({ lotId }) => lotId,
    ),
  ]);
  const [lots, movements] = await Promise.all([
    getAll(lotRow, [...lotIds].map(keys.lot)),
    mapEach([...lotIds], async (id) => ofType(movementRow, await partition(deps, keys.lot(id).PK, 'MOVE#'))),
  ]);
  // One that does not say whose it is may be anybody's.
  const unreadable = deps.unreadable().filter((row) => String(row['itemId'] ?? item.id) === item.id);
  const books = {
    ...{ lots, balances, movements: movements.flat(), lines: needLines, underway: ours, missing },
    unreadable: unreadable.map(nameOf),
  };
  const { id: itemId, nameZh, nameEn, baseUnit } = item;
  return { account: reconciled({ itemId, nameZh, nameEn, baseUnit }, books), books };
};

/** What else is done with the books of an item once they agree: they are read whole, and forgotten one by one. */
export type Agreed = (item: Item, books: Books) => Promise<void>;

const uniqueKeys = (keys: readonly Key[]): Key[] => [
  ...new Map(keys.map((key) => [`${key.PK} ${key.SK}`, key])).values(),
];

/** The accounts of some items. What is still out of balance at the last reading is out of balance. */
const readAccounts = async (
  deps: Reading,
  county: string,
  items: readonly Item[],
  agreed?: Agreed,
): Promise<ItemAccount[]> => {
  const accounts = new Map<string, ItemAccount>();
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const left = items.filter(({ id }) => accounts.get(id)?.balanced !== true);
    if (left.length === 0) break;
    if (reading > 1) await backOff(reading + 2);
    const around = await readCounty(deps, county);
    await mapEach(left, async (item) => {
      const { account, books } = await readItem(deps, county, item, around);
      accounts.set(account.itemId, account);
      if (account.balanced) await agreed?.(item, books);
    });
  }
  return items.flatMap(({ id }) => accounts.get(id) ?? []);
};

/** A page of accounts, and whether all of them balance. */
export interface Reconciliation extends Page<ItemAccount> {
  readonly balanced: boolean;
}

const answered = ({ rows, cursor }: Page<ItemAccount>): Reconciliation => ({
  rows,
  balanced: rows.every(({ balanced }) => balanced),
  cursor,
});

/** The accounts of these items, and of those that could not be read that nothing else can be said. */
const accountsOf = async (
  deps: Deps,
  county: string,
  readable: readonly Item[],
  { unreadable }: Patient,
  agreed?: Agreed,
) => [
  ...(await readAccounts({ ...deps, ...patient(deps) }, county, readable, agreed)),
  ...unreadable().map((row) => unreadItem(String(row['id']), nameOf(row))),
];

/** Adds up every lot of some items from its movements, and holds it against all other books, item by item. */
export const reconcile = async (deps: Deps, county: string, page: PageOf, agreed?: Agreed): Promise<Reconciliation> => {
  const { rows, cursor } = await indexPage(deps, { index: 'GSI1', at: keysOf(county).queue('items'), ...page });
  const items = patient(deps);
  const accounts = await accountsOf(deps, county, items.ofType(itemRow, rows), items, agreed);
  return answered({ rows: accounts.sort((a, b) => compare(a.itemId, b.itemId)), cursor });
};

/** The same for one item. @throws Problem 404 */
export const reconcileItem = async (deps: Deps, county: string, itemId: string): Promise<Reconciliation> => {
  const items = patient(deps);
  const rows = await accountsOf(deps, county, await items.getAll(itemRow, [keysOf(county).item(itemId)]), items);
  if (rows.length === 0) throw notFound('item', itemId);
  return answered({ rows });
};
