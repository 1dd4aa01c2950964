import { getItems, getSites } from '../catalogue/catalogue.store.ts';
import { type Donation, lotsOfGift } from '../donation/donation.ts';
import { type FundEntry, fundEntryRow } from '../funds/fund.ts';
import { countyDay } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll, ofType, partition } from '../shared/table.store.ts';
import { lotRow } from '../stock/lot.ts';
import { movementsOfLot } from '../stock/lot-shelves.store.ts';
import { drawnOf } from './drawn.ts';
import type { GiftTrace, LotTrace } from './gift-trace.ts';
import { cameIn, whereabouts } from './whereabouts.ts';

/** Where these lots are, by their ids; a lot that there is not is left out. */
const lotsTraced = async (deps: Deps, county: string, ids: readonly string[]): Promise<Map<string, LotTrace>> => {
  const lots = await getAll(deps, lotRow, [...new Set(ids)].map(keysOf(county).lot));
  const [items, movements] = await Promise.all([
    getItems(
      deps,
      county,
      lots.map(({ itemId }) => itemId),
    ),
    mapEach(lots, ({ id }) => movementsOfLot(deps, county, id)),
  ]);
  const sites = await getSites(deps, county, [
    ...new Set(movements.flat().flatMap(({ placeId, toId }) => [placeId, ...(toId === undefined ? [] : [toId])])),
  ]);
  return new Map(
    lots.flatMap(({ id: lotId, itemId }, i) => {
      const [item, of = []] = [items.get(itemId), movements[i]];
      if (item === undefined) return [];
      const { nameZh, nameEn } = item;
      const trace = { lotId, itemId, nameZh, nameEn, cameIn: cameIn(of), portions: whereabouts(of, item, sites) };
      return [[lotId, trace] as const];
    }),
  );
};

/** What an entry of a fund's book paid for, in the order in which its credits are drawn on. */
const thingsOf = ({ lots = [], other }: FundEntry) => [
  ...lots.map(({ lotId, amountFen }) => ({ amountFen, lotId })),
  ...(other === undefined ? [] : [{ amountFen: other.amountFen, other: { zh: other.zh, en: other.en } }]),
];

const moneyTraced = async (deps: Deps, { county, money }: Donation): Promise<GiftTrace['money']> => {
  if (money?.confirmed === undefined) return undefined;
  const { fundId, credit, amountFen: receivedFen } = money.confirmed;
  const entries = ofType(fundEntryRow, await partition(deps, keysOf(county).fund(fundId).PK, 'ENTRY#'));
  const drawn = entries
    .filter(({ kind }) => kind === 'spent')
    .flatMap((entry) =>
      drawnOf(credit, entry.credits ?? [], thingsOf(entry)).map((share) => ({ ...share, day: countyDay(entry.at) })),
    );
  const lots = await lotsTraced(
    deps,
    county,
    drawn.flatMap(({ of }) => ('lotId' in of ? [of.lotId] : [])),
  );
  return {
    receivedFen,
    spentFen: drawn.reduce((sum, { amountFen }) => sum + amountFen, 0),
    spent: drawn.map(({ of, amountFen, day }) => ({
      ...{ amountFen, day },
      ...('lotId' in of ? { lot: lots.get(of.lotId) } : { other: of.other }),
    })),
  };
};

/** Where every unit of a gift is now; of money, what each fen of it bought and where that went. Read from the books alone. */
export const traceGift = async (deps: Deps, row: Donation): Promise<GiftTrace> => {
  const [lots, money] = await Promise.all([lotsTraced(deps, row.county, lotsOfGift(row)), moneyTraced(deps, row)]);
  return {
    lines: row.lines.map(({ n, counted }) => ({
      n,
      lots: counted.flatMap((of) => of.lots.flatMap(({ lotId }) => lots.get(lotId) ?? [])),
    })),
    ...(money && { money }),
  };
};
