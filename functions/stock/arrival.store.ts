import { getSites } from '../catalogue/catalogue.store.ts';
import type { Item } from '../catalogue/item.ts';
import { countyDay } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { type Arrival, type ArrivalBody, demandArrival, type Expected } from './arrival.ts';
import type { GoodsReceived } from './goods-received.ts';

/** What came, and the note that it is booked in by. */
interface CountedIn {
  readonly came: Arrival;
  readonly note: GoodsReceived;
}

/**
 * Goods at the door, bought or sent from above: counted, judged, and written on a note that whoever calls this books in.
 *
 * @throws Problem 422 as `demandArrival` says.
 */
export const countedIn = async (
  deps: Deps,
  item: Item,
  body: ArrivalBody,
  expected: Omit<Expected, 'itemId'>,
  { by, at }: { readonly by: string; readonly at: string },
): Promise<CountedIn> => {
  const { county, id: itemId } = item;
  const placeId = body.placeId ?? expected.placeId;
  const { designation } = expected;
  const sites = await getSites(deps, county, [placeId, ...(designation?.to === 'sites' ? designation.siteIds : [])]);
  const came = demandArrival(
    body,
    { ...expected, itemId },
    { today: countyDay(at), place: sites.get(placeId), items: new Map([[itemId, item]]), sites },
  );
  return {
    came,
    note: {
      ...{ county, id: deps.ids.next('grn'), version: 1, source: expected.source },
      ...{ placeId, document: body.document, at, by },
      lines: came.lines.map((line) => ({ ...line, lotId: deps.ids.next('lot') })),
    },
  };
};
