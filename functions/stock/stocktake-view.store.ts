import type { z } from 'zod';
import { getItems, type PageOf } from '../catalogue/catalogue.store.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll, indexPage, ofType, type Page } from '../shared/table.store.ts';
import { lotRow } from './lot.ts';
import { pagesOf, stocktakeOf } from './stocktake.store.ts';
import { type Stocktake, stocktakeRow } from './stocktake.ts';
import { type StocktakeView, type stocktakeSummary, stocktakeSummaryOf, stocktakeViewOf } from './stocktake-view.ts';

export interface StocktakeQuery extends PageOf {
  readonly placeId?: string | undefined;
  readonly status?: Stocktake['status'] | undefined;
}

/**
 * Stock-takes, the newest first; of one place, or at one status. A page of those may hold fewer than asked for and still
 * have a successor.
 */
export const listStocktakes = async (
  deps: Deps,
  county: string,
  { placeId, status, ...page }: StocktakeQuery,
): Promise<Page<z.infer<typeof stocktakeSummary>>> => {
  const at = keysOf(county).queue('stocktakes');
  const { rows, cursor } = await indexPage(deps, { index: 'GSI2', at, ...page, newestFirst: true });
  const found = ofType(stocktakeRow, rows).filter(
    (row) => (placeId ?? row.placeId) === row.placeId && (status ?? row.status) === row.status,
  );
  return { rows: found.map(stocktakeSummaryOf), cursor };
};

/**
 * A page of a stock-take as this person may see it; `all`: every line, for paper.
 *
 * @throws Problem 404 `unknown-stocktake`.
 */
export const viewStocktake = async (
  deps: Deps,
  { county, sub }: Actor,
  id: string,
  page: number | 'all' = 1,
): Promise<StocktakeView> => {
  const [row, pages] = await Promise.all([stocktakeOf(deps, county, id), pagesOf(deps, county, id)]);
  const lines = pages.flatMap((one) => one.lines);
  const shown = page === 'all' ? lines : (pages.find((one) => one.page === page)?.lines ?? []);
  const [items, lots] = await Promise.all([
    getItems(
      deps,
      county,
      lines.map(({ itemId }) => itemId),
    ),
    getAll(
      deps,
      lotRow,
      shown.map(({ lotId }) => keysOf(county).lot(lotId)),
    ),
  ]);
  const facts = { items, lots: new Map(lots.map((lot) => [lot.id, lot])) };
  return stocktakeViewOf(row, lines, facts, { sub, page: page === 'all' ? 1 : page, shown });
};
