import type { PageOf } from '../catalogue/catalogue.store.ts';
import { type Purchase, purchaseRow, purchasesOf } from '../purchase/purchase.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import { backOff } from '../shared/retrying.ts';
import { everyIndexed, indexPage, type Page, type Patient, partition, patient } from '../shared/table.store.ts';
import { creditRow, type Fund, fundBalanceRow, fundEntryRow, fundRow } from './fund.ts';
import { type FundAccount, fundReconciled, unreadFund } from './reconciliation.ts';

/** The rows are read one after the other while work goes on: what disagrees is looked at again before it is said. */
const READINGS = 3;

/** One row that cannot be read is a fault to be told, and hides no other. */
type Reading = Deps & Patient;

const nameOf = (row: Record<string, unknown>): string => `${row['PK']} ${row['SK']}`;

/** Every purchase of a county: by item, so that one that nobody waits for any more is among them; re-read by key. */
const readPurchases = async (deps: Reading, county: string): Promise<Purchase[]> => {
  const keys = keysOf(county);
  const items = await everyIndexed(deps, { index: 'GSI1', at: keys.queue('items') });
  const found = await mapEach(items, ({ id }) =>
    everyIndexed(deps, { index: 'GSI2', at: keys.party(purchasesOf(String(id))), beginsWith: 'PURCHASE#' }),
  );
  return deps.getAll(
    purchaseRow,
    found.flat().map(({ PK, SK }) => ({ PK: String(PK), SK: String(SK) })),
  );
};

/** A fund's rows, and the purchases that it pays for; such as its entries name and the index did not know yet, too. */
const readFund = async (deps: Reading, fund: Fund, purchases: readonly Purchase[]): Promise<FundAccount> => {
  const { getAll, ofType } = deps;
  const keys = keysOf(fund.county);
  const rows = await partition(deps, keys.fund(fund.id).PK);
  const entries = ofType(fundEntryRow, rows);
  const known = new Set(purchases.map(({ id }) => id));
  const named = new Set(entries.flatMap(({ purchaseId }) => purchaseId ?? []));
  const others = await getAll(purchaseRow, [...named.difference(known)].map(keys.purchase));
  const [balance] = ofType(fundBalanceRow, rows);
  return fundReconciled(fund, {
    ...{ balance, credits: ofType(creditRow, rows), entries },
    purchases: [...purchases, ...others].filter(({ fundId }) => fundId === fund.id),
    // One that does not say whose it is may be anybody's.
    unreadable: deps
      .unreadable()
      .filter((row) => String(row['fundId'] ?? fund.id) === fund.id)
      .map(nameOf),
  });
};

/** The accounts of some funds. What is still out of balance at the last reading is out of balance. */
const readAccounts = async (deps: Reading, county: string, funds: readonly Fund[]): Promise<FundAccount[]> => {
  const accounts = new Map<string, FundAccount>();
  for (let reading = 1; reading <= READINGS; reading += 1) {
    const left = funds.filter(({ id }) => accounts.get(id)?.balanced !== true);
    if (left.length === 0) break;
    if (reading > 1) await backOff(reading + 2);
    const purchases = await readPurchases(deps, county);
    for (const fund of left) accounts.set(fund.id, await readFund(deps, fund, purchases));
  }
  return funds.flatMap(({ id }) => accounts.get(id) ?? []);
};

/** A page of accounts, and whether all of them balance. */
export interface FundReconciliation extends Page<FundAccount> {
  readonly balanced: boolean;
}

/** Adds up some funds from their credits and entries, and holds them against their figures and purchases. */
export const reconcileFunds = async (deps: Deps, county: string, page: PageOf): Promise<FundReconciliation> => {
  const { rows: raw, cursor } = await indexPage(deps, { index: 'GSI1', at: keysOf(county).queue('funds'), ...page });
  const listed = patient(deps);
  const funds = listed.ofType(fundRow, raw);
  const rows = [
    ...(await readAccounts({ ...deps, ...patient(deps) }, county, funds)),
    ...listed.unreadable().map((row) => unreadFund(String(row['id']), nameOf(row))),
  ];
  return { rows, balanced: rows.every(({ balanced }) => balanced), cursor };
};
