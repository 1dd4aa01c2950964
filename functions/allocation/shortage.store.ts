import { lineRow, short } from '../request/line.ts';
import { countyDay } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll } from '../shared/table.store.ts';
import { readShelf } from './rows.store.ts';

/** What approved need lacks of an item, and what of it is in date, for use and promised to nobody: base units. */
export interface Shortage {
  readonly short: number;
  readonly free: number;
}

/** Read strongly, from the item's partition and the lines that wait for it. */
export const shortageOf = async (deps: Deps, county: string, itemId: string): Promise<Shortage> => {
  const today = countyDay(deps.clock.now());
  const { balances, opens } = await readShelf(deps, county, itemId);
  const lines = await getAll(
    deps,
    lineRow,
    opens.map(({ requestId, n }) => keysOf(county).requestLine(requestId, n)),
  );
  const usable = balances.filter(
    ({ status, useBy, withheld }) => status === 'available' && withheld !== true && (useBy ?? today) >= today,
  );
  return {
    short: lines.reduce((sum, line) => sum + (line.status === 'open' ? short(line) : 0), 0),
    free: usable.reduce((sum, { free }) => sum + free, 0),
  };
};
