import { type Change, changes, getItems, type PageOf, type Put, putRow } from '../catalogue/catalogue.store.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { MAX_FEN, yuan } from '../shared/money.ts';
import type { Once } from '../shared/once.ts';
import { fault, invalid, notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { everyIndexed, get, getAll, indexPage, ofType, type Page, partitionPage } from '../shared/table.store.ts';
import { paperNumber } from '../stock/goods-received.ts';
import { alreadyCredited, fundDocumentRow } from './document.ts';
import { entered, type OfFund } from './encumbering.ts';
import {
  type Credit,
  type CreditBody,
  creditRow,
  type Fund,
  type FundBalance,
  type FundBody,
  type FundEntry,
  type FundView,
  fundBalanceRow,
  fundEntryRow,
  fundFigures,
  fundRow,
  fundView,
  openFund,
  type Purse,
  topUp,
} from './fund.ts';
import { demandForOthers, fundFaults } from './gift-fund.ts';

/**
 * Adds or changes what is said of a fund; what it has is counted apart, from nothing.
 *
 * @throws Problem 422 `unknown-item` with the places, or as `fundFaults` says; 409 `changed-meanwhile` telling the
 * present version.
 */
export const putFund = async (
  deps: Deps,
  actor: Actor,
  id: string,
  body: FundBody,
  change: Change = {},
): Promise<Put<Fund>> => {
  const { county } = actor;
  const items = await getItems(deps, county, body.mayBuy.itemIds);
  const unknown = body.mayBuy.itemIds.flatMap((itemId, i) =>
    items.has(itemId)
      ? []
      : [fault(`mayBuy.itemIds[${i}]`, { zh: `物资目录里没有编号“${itemId}”。`, en: `There is no item ${itemId}.` })],
  );
  if (unknown.length > 0)
    throw new Problem(
      422,
      'unknown-item',
      { zh: '资金只能限定用于目录里的物资。', en: 'A fund is for items that there are.' },
      unknown,
    );
  return putRow(
    deps,
    actor,
    {
      ...{ type: fundRow, name: 'Fund', faults: fundFaults, data: changes },
      counted: ({ credits, giftId }) => ({ credits, ...(giftId !== undefined && { giftId }) }),
      beside: (_, before) => (before === undefined ? [insert(fundBalanceRow, openFund({ county, fundId: id }))] : []),
    },
    { ...body, county, id, version: 0, credits: 0 },
    change,
  );
};

const viewed = (of: Fund, balance: FundBalance | undefined): FundView =>
  fundView.parse({ ...of, figures: fundFigures.parse(balance ?? openFund({ county: of.county, fundId: of.id })) });

/** @throws Problem 404 `unknown-fund`. */
const getFund = async (deps: Deps, county: string, id: string): Promise<Fund> => {
  const row = await get(deps, fundRow, keysOf(county).fund(id));
  if (row === undefined) throw notFound('fund', id);
  return row;
};

/** A fund with its figures. @throws Problem 404 `unknown-fund`. */
export const viewFund = async (deps: Deps, county: string, id: string): Promise<FundView> => {
  const [row, balance] = await Promise.all([
    getFund(deps, county, id),
    get(deps, fundBalanceRow, keysOf(county).fundBalance(id)),
  ]);
  return viewed(row, balance);
};

/** These funds, each with its figures. */
const withFigures = async (deps: Deps, county: string, funds: readonly Fund[]): Promise<FundView[]> => {
  const balances = await getAll(
    deps,
    fundBalanceRow,
    funds.map(({ id }) => keysOf(county).fundBalance(id)),
  );
  const of = new Map(balances.map((balance) => [balance.fundId, balance]));
  return funds.map((one) => viewed(one, of.get(one.id)));
};

/** The funds by id, page by page, each with its figures. */
export const listFunds = async (deps: Deps, county: string, page: PageOf): Promise<Page<FundView>> => {
  const { rows, cursor } = await indexPage(deps, { index: 'GSI1', at: keysOf(county).queue('funds'), ...page });
  return { rows: await withFigures(deps, county, ofType(fundRow, rows)), cursor };
};

const purse = ({ figures, ...of }: FundView): Purse => ({ fund: of, availableFen: figures.availableFen });

/** What a fund may buy and what it has, strongly. @throws Problem 404 `unknown-fund`. */
export const purseOf = async (deps: Deps, county: string, fundId: string): Promise<Purse> =>
  purse(await viewFund(deps, county, fundId));

/** The same of every fund of the county. */
export const pursesOf = async (deps: Deps, county: string): Promise<Purse[]> => {
  const rows = await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('funds') });
  return (await withFigures(deps, county, ofType(fundRow, rows))).map(purse);
};

/** One kind of row of a fund, the newest first. @throws Problem 404 `unknown-fund`. */
const pageOf = async (deps: Deps, county: string, id: string, beginsWith: string, page: PageOf) => {
  await getFund(deps, county, id);
  return partitionPage(deps, keysOf(county).fund(id).PK, beginsWith, { ...page, newestFirst: true });
};

/** What happened to a fund's money, the newest first. @throws Problem 404 `unknown-fund`. */
export const listEntries = async (deps: Deps, county: string, id: string, page: PageOf): Promise<Page<FundEntry>> => {
  const { rows, cursor } = await pageOf(deps, county, id, 'ENTRY#', page);
  return { rows: ofType(fundEntryRow, rows), cursor };
};

/** Which money came into a fund, the newest first. @throws Problem 404 `unknown-fund`. */
export const listCredits = async (deps: Deps, county: string, id: string, page: PageOf): Promise<Page<Credit>> => {
  const { rows, cursor } = await pageOf(deps, county, id, 'CREDIT#', page);
  return { rows: ofType(creditRow, rows), cursor };
};

/** The actions and the event of money that comes into a fund, for whoever commits them with more. */
export interface Crediting {
  readonly actions: readonly Action[];
  readonly news: readonly News[];
}

/** Money that comes in, and who books it when. */
type Credited = CreditBody & { readonly by: string; readonly at: string };

/** A credit, its document, and its entry in the book. */
const creditActions = (
  deps: Deps,
  of: OfFund,
  n: number,
  { amountFen, document, giftId, by, at }: Credited,
): Action[] => [
  insert(creditRow, { ...of, n, amountFen, document, giftId, at, by }),
  insert(fundDocumentRow, { ...of, number: paperNumber(document), credit: n, giftId }, (was) =>
    alreadyCredited(document, was),
  ),
  entered(deps.ids, of, { kind: 'credited', amountFen, document, at, by }),
];

/** A document that was credited before all funds kept theirs together. @throws Problem 409 `document-credited`. */
const demandNotCredited = async (deps: Deps, { county, fundId }: OfFund, document: string): Promise<void> => {
  const was = await get(deps, fundDocumentRow, keysOf(county).fundDocument(fundId, paperNumber(document)));
  if (was !== undefined) throw alreadyCredited(document, was);
};

/** What a credit of a fund that there is takes of a transaction. */
const creditOf = async (deps: Deps, before: Fund, credited: Credited): Promise<Crediting & { readonly n: number }> => {
  const { county, id: fundId } = before;
  const of = { county, fundId };
  const { amountFen, document, giftId } = credited;
  await demandNotCredited(deps, of, document);
  // The budget moves with the fund's version only, so what is read after that stands while the commit succeeds.
  const budgetFen = (await get(deps, fundBalanceRow, keysOf(county).fundBalance(fundId)))?.budgetFen ?? 0;
  if (budgetFen + amountFen > MAX_FEN)
    throw invalid('too-much', 'amountFen', {
      zh: `${before.nameZh}已入账 ${yuan(budgetFen)}，最多 ${yuan(MAX_FEN)}。`,
      en: `${before.nameEn} was given ${yuan(budgetFen)}; ${yuan(MAX_FEN)} are the most it may.`,
    });
  const n = before.credits + 1;
  return {
    n,
    actions: [
      replace(fundRow, { ...before, credits: n }),
      topUp(of, amountFen),
      ...creditActions(deps, of, n, credited),
    ],
    news: [
      {
        of: fundRow.keyOf(before),
        version: before.version + 1,
        name: 'FundCredited',
        data: { credit: n, amountFen, document, ...(giftId !== undefined && { giftId }) },
      },
    ],
  };
};

/**
 * Money comes into a fund on one document: what that takes of a transaction. Call it within `retrying`, anew for each
 * attempt.
 *
 * @throws Problem 404 `unknown-fund`; 409 `fund-of-a-gift`; 422 `too-much` where the fund could not be counted exactly any
 * more. The commit is refused with 409 `document-credited` where the document is in already, however it was typed and
 * whichever fund took it in.
 */
export const crediting = async (
  deps: Deps,
  { county, fundId }: OfFund,
  credited: Credited,
): Promise<Crediting & { readonly n: number }> => {
  const before = await getFund(deps, county, fundId);
  demandForOthers(before);
  return creditOf(deps, before, credited);
};

/**
 * The same of money that was spent from a fund and comes back to it. Into a gift's own fund it comes too: it is that
 * gift's still.
 *
 * @throws Problem as `crediting` does, but for `fund-of-a-gift`.
 */
export const comingBack = async (
  deps: Deps,
  { county, fundId }: OfFund,
  credited: Omit<Credited, 'giftId'>,
): Promise<Crediting> => {
  const before = await getFund(deps, county, fundId);
  return creditOf(deps, before, { ...credited, giftId: before.giftId });
};

/**
 * A fund that is opened for a gift, with its money: what that takes of a transaction. Refused as stale where it is there
 * already, with 409 `document-credited` where the document is in already, whichever fund took it in.
 */
export const openingFund = (
  deps: Deps,
  of: OfFund,
  body: FundBody,
  { amountFen, document, giftId, by, at }: Credited & { readonly giftId: string },
): Crediting & { readonly n: number } => {
  const row: Fund = { ...body, county: of.county, id: of.fundId, version: 1, credits: 1, giftId };
  const data = { credit: 1, amountFen, document, giftId };
  return {
    n: 1,
    actions: [
      insert(fundRow, row),
      insert(fundBalanceRow, { ...openFund(of), budgetFen: amountFen, availableFen: amountFen }),
      ...creditActions(deps, of, 1, { amountFen, document, giftId, by, at }),
    ],
    news: [{ of: fundRow.keyOf(row), version: 1, name: 'FundOpened', data }],
  };
};

/** The same as a command of its own. Returns the credit's id, which is that of the fund and its number in it. */
export const creditFund = (deps: Deps, actor: Actor, once: Once, fundId: string, body: CreditBody): Promise<string> =>
  retrying(async () => {
    const [now, { county, sub: by }] = [deps.clock.now(), actor];
    const { n, actions, news } = await crediting(deps, { county, fundId }, { ...body, by, at: now });
    const id = `${fundId}.${n}`;
    await commit(deps, { actor, now, actions, news, once: { by: once, result: id } });
    return id;
  });

/** A credit by the id that `creditFund` returned. @throws Problem 404 `unknown-credit`. */
export const viewCredit = async (deps: Deps, county: string, id: string): Promise<Credit> => {
  const [fundId = '', n] = id.split('.');
  const row = await get(deps, creditRow, keysOf(county).fundCredit(fundId, Number(n)));
  if (row === undefined) throw notFound('credit', id);
  return row;
};
