import { getItem, listItems, type PageOf } from '../catalogue/catalogue.store.ts';
import type { Item } from '../catalogue/item.ts';
import { siteRow } from '../catalogue/site.ts';
import { type Consignment, consignmentLineRow, consignmentRow } from '../delivery/consignment.ts';
import { type Line, lineRow, openRow } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import { backOff } from '../shared/retrying.ts';
import { everyIndexed, getAll, ofType, type Page, partition } from '../shared/table.store.ts';
import { balanceRow } from './balance.ts';
import { lotRow, lotsOf } from './lot.ts';
import { movementRow } from './movement.ts';
import { type ItemAccount, reconciled, type Underway } from './reconciliation.ts';

/** The rows are read one after the other while work goes on: what disagrees is looked at again before it is said. */
const READINGS = 3;

/** What need lines and consignments know that have goods now, from the indexes; re-read by key before it counts. */
interface County {
  readonly lines: readonly Line[];
  readonly underway: readonly Underway[];
}

const isUnderway = ({ status }: Consignment): boolean => status === 'picking' || status === 'dispatched';

/** Where a consignment stands that has goods in hand: by its status, or by what it or somebody owes it first. */
const UNDERWAY = ['start', 'resume', 'failed', 'picking', 'dispatched'] as const;

const consignmentsUnderway = async (deps: Deps, county: string): Promise<Underway[]> => {
  const keys = keysOf(county);
  const queued = await mapEach(UNDERWAY, (name) =>
    everyIndexed(deps, { index: 'GSI1', at: keys.queue(`consignment.${name}`) }),
  );
  const found = ofType(consignmentRow, queued.flat()).map(consignmentRow.keyOf);
  const consignments = await getAll(deps, consignmentRow, uniqueKeys(found));
  return mapEach(consignments.filter(isUnderway), async (consignment) => ({
    consignment,
    lines: ofType(consignmentLineRow, await partition(deps, keys.consignment(consignment.id).PK, 'LINE#')),
  }));
};

/** Goes by site, so that a line with goods that everybody else has lost sight of is found too. */
const linesWithGoods = async (deps: Deps, county: string): Promise<Line[]> => {
  const keys = keysOf(county);
  const sites = ofType(siteRow, await everyIndexed(deps, { index: 'GSI1', at: keys.queue('sites') }));
  const found = await mapEach(sites, ({ id }) =>
    everyIndexed(deps, { index: 'GSI2', at: keys.party(id), beginsWith: 'LINE#' }),
  );
  return ofType(lineRow, found.flat()).filter(({ holds, dispatched }) => holds.length > 0 || dispatched > 0);
};

const readCounty = async (deps: Deps, county: string): Promise<County> => {
  const [lines, underway] = await Promise.all([linesWithGoods(deps, county), consignmentsUnderway(deps, county)]);
  return { lines, underway };
};

const readItem = async (deps: Deps, county: string, item: Item, { lines, underway }: County): Promise<ItemAccount> => {
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
  const needLines = await getAll(deps, lineRow, uniqueKeys(lineKeys));
  const lotIds = new Set([
    ...ofType(lotRow, indexed).map(({ id }) => id),
    ...[...balances, ...needLines.flatMap(({ holds }) => holds), ...ours.flatMap((one) => one.lines)].map(
      ({ lotId }) => lotId,
    ),
  ]);
  const [lots, movements] = await Promise.all([
    getAll(deps, lotRow, [...lotIds].map(keys.lot)),
    mapEach([...lotIds], async (id) => ofType(movementRow, await partition(deps, keys.lot(id).PK, 'MOVE#'))),
  ]);
  return reconciled(
    { itemId: item.id, nameZh: item.nameZh, nameEn: item.nameEn, baseUnit: item.baseUnit },
    { lots, balances, movements: movements.flat(), lines: needLines, underway: ours },
  );
};

const uniqueKeys = (keys: readonly Key[]): Key[] => [
  ...new Map(keys.map((key) => [`${key.PK} ${key.SK}`, key])).values(),
];

/** The accounts of some items. What is still out of balance at the last reading is out of balance. */
const readAccounts = async (deps: Deps, county: string, items: readonly Item[]): Promise<ItemAccount[]> => {
  const accounts = new Map<string, ItemAccount>();
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const left = items.filter(({ id }) => accounts.get(id)?.balanced !== true);
    if (left.length === 0) break;
    if (reading > 1) await backOff(reading + 2);
    const around = await readCounty(deps, county);
    for (const account of await mapEach(left, (item) => readItem(deps, county, item, around)))
      accounts.set(account.itemId, account);
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

/** Adds up every lot of some items from its movements, and holds it against all other books, item by item. */
export const reconcile = async (deps: Deps, county: string, page: PageOf): Promise<Reconciliation> => {
  const { rows, cursor } = await listItems(deps, county, page);
  return answered({ rows: await readAccounts(deps, county, rows), cursor });
};

/** The same for one item. @throws Problem 404 */
export const reconcileItem = async (deps: Deps, county: string, itemId: string): Promise<Reconciliation> =>
  answered({ rows: await readAccounts(deps, county, [await getItem(deps, county, itemId)]) });
