import { getItems, getPolicy, getSites, listItems, mainWarehouse } from '../catalogue/catalogue.store.ts';
import type { Item } from '../catalogue/item.ts';
import { donationRow } from '../donation/donation.ts';
import { donorRow } from '../donation/donor.ts';
import { type GiftNumber, giftNumberRow } from '../donation/numbered.ts';
import { externalRow } from '../request/external.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { slug } from '../shared/quantity.ts';
import { getAll } from '../shared/table.store.ts';
import { goodsReceivedRow, paperRow } from '../stock/goods-received.ts';
import { judgeCatalogue } from './catalogue-sheet.ts';
import type { ImportKind, Judged } from './entry.ts';
import { judgeGifts, placesIn } from './gift-sheet.ts';
import { type Shelf, shelfOf } from './goods.ts';
import { itemSheet } from './item-sheet.ts';
import { numbersIn } from './numbers.ts';
import { judgeRequests } from './request-sheet.ts';
import type { Sheet } from './sheet.ts';
import { siteSheet } from './site-sheet.ts';
import { judgeStock, paperKey, papersIn, sitesIn } from './stock-sheet.ts';

/** The whole catalogue: sheets name goods as papers do. */
const shelfIn = async (deps: Deps, county: string): Promise<Shelf> => {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await listItems(deps, county, { limit: 200, cursor });
    items.push(...page.rows);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return shelfOf(items);
};

/** Words of a sheet that may be ids; any others are none, and need not be looked up. */
const ids = (words: readonly string[]): string[] => [...new Set(words)].filter((word) => slug.safeParse(word).success);

const column = (sheet: Sheet, name: string): string[] => ids(sheet.rows.map(({ cells }) => cells[name] ?? ''));

/** The notes that papers are booked as, by the paper's key. */
const notesOf = async (deps: Deps, county: string, sheet: Sheet, shelf: Shelf) => {
  const keys = keysOf(county);
  const named = papersIn(sheet, shelf).map((paper) => keys.paper(paper.placeId, paper.source, paper.number));
  const papers = await getAll(deps, paperRow, named);
  const notes = await getAll(
    deps,
    goodsReceivedRow,
    papers.map(({ noteId }) => keys.goodsReceived(noteId)),
  );
  const byId = new Map(notes.map((note) => [note.id, note]));
  return new Map(
    papers.flatMap((paper) => {
      const note = byId.get(paper.noteId);
      return note === undefined ? [] : [[paperKey(paper), note] as const];
    }),
  );
};

/** Who gave what these numbers have become, by the gift's id. */
const donorsOf = async (deps: Deps, county: string, numbers: readonly GiftNumber[]) => {
  const keys = keysOf(county);
  const gifts = await getAll(
    deps,
    donationRow,
    numbers.map(({ donationId }) => keys.donation(donationId)),
  );
  const donors = await getAll(
    deps,
    donorRow,
    gifts.map(({ donorId }) => keys.donor(donorId)),
  );
  const byId = new Map(donors.map((donor) => [donor.id, donor]));
  return new Map(gifts.map(({ id, donorId }) => [id, byId.get(donorId)]));
};

/** Reads what a sheet is to be held against, and holds it. Writes nothing. */
export const judgeSheet = async (deps: Deps, actor: Actor, kind: ImportKind, sheet: Sheet): Promise<Judged> => {
  const { county } = actor;
  const now = deps.clock.now();
  switch (kind) {
    case 'sites':
      return judgeCatalogue(siteSheet, sheet, actor, await getSites(deps, county, column(sheet, 'id')));
    case 'items':
      return judgeCatalogue(itemSheet, sheet, actor, await getItems(deps, county, column(sheet, 'id')));
    case 'stock': {
      const [shelf, sites] = await Promise.all([shelfIn(deps, county), getSites(deps, county, ids(sitesIn(sheet)))]);
      return judgeStock(sheet, { now, shelf, sites, notes: await notesOf(deps, county, sheet, shelf) });
    }
    case 'requests': {
      const [shelf, sites, policy, externals] = await Promise.all([
        shelfIn(deps, county),
        getSites(deps, county, column(sheet, 'siteId')),
        getPolicy(deps, county),
        getAll(deps, externalRow, numbersIn(sheet).map(keysOf(county).external)),
      ]);
      return judgeRequests(sheet, {
        ...{ now, shelf, sites, policy },
        externals: new Map(externals.map((external) => [external.number, external])),
      });
    }
    case 'gifts': {
      const [shelf, placeId, { donation: policy }, taken] = await Promise.all([
        shelfIn(deps, county),
        mainWarehouse(deps, county),
        getPolicy(deps, county),
        getAll(deps, giftNumberRow, numbersIn(sheet).map(keysOf(county).giftNumber)),
      ]);
      const sites = await getSites(
        deps,
        county,
        ids([...placesIn(sheet), ...(placeId === undefined ? [] : [placeId])]),
      );
      const donors = await donorsOf(deps, county, taken);
      const numbers = new Map(taken.map((one) => [one.number, { ...one, donor: donors.get(one.donationId) }]));
      return judgeGifts(sheet, { shelf, known: { items: shelf.byId, sites, placeId, policy, now }, numbers });
    }
    default:
      throw new Error(`Unknown kind of sheet ${kind satisfies never}`);
  }
};
