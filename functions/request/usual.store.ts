import type { Tier } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { indexPage, newest, ofType } from '../shared/table.store.ts';
import { lineRow, type Open, openOf, openRow } from './line.ts';

/** Asks in a sample: more than a county has sites of a kind, and few enough to read whenever somebody asks. */
const SAMPLE = 100;

/**
 * What an ask is compared with. A bounded number of rows, however much is open: of each item the 100 asks of this tier
 * that are needed latest, whoever's (their pointers, so those that were served lately among them); and the youngest 100
 * lines that this site has open, of these items. Both may lag behind the table: one ask more or less hardly moves a
 * median, and nothing rests on it but a question.
 */
export const usualAsks = async (
  deps: Deps,
  { county, id }: Pick<Site, 'county' | 'id'>,
  tier: Tier,
  itemIds: readonly string[],
): Promise<Open[]> => {
  const keys = keysOf(county);
  const [own, ...others] = await Promise.all([
    indexPage(deps, { index: 'GSI2', at: keys.party(id), beginsWith: 'LINE#', limit: SAMPLE, newestFirst: true }),
    ...itemIds.map((itemId) => newest(deps, keys.item(itemId).PK, `OPEN#${tier}#`, SAMPLE)),
  ]);
  const open = ofType(lineRow, own.rows).filter(({ status, itemId }) => status === 'open' && itemIds.includes(itemId));
  const asks = [...ofType(openRow, others.flat()), ...open.map(openOf)];
  return [...new Map(asks.map((ask) => [ask.lineId, ask])).values()];
};
