import { describe, expect, it } from 'vitest';
import { type Line, lineRow, openOf, openRow } from '../../functions/request/line.ts';
import { median } from '../../functions/request/odd.ts';
import { usualAsks } from '../../functions/request/usual.store.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { aLine, NOW, put, village } from '../support/need.ts';
import { reading } from '../support/reading.ts';
import { useTable } from '../support/table.ts';

const table = useTable();

let requests = 0;
/** Villages that have each asked for a quantity, the one as late as the other is long. */
const asked = async (itemId: string, villages: number, quantity: number, changes: Partial<Line> = {}) => {
  for (let n = 0; n < villages; n += 1) {
    requests += 1;
    const line = aLine({
      ...{ itemId, requestId: `req_${String(requests).padStart(6, '0')}`, status: 'open', tier: 3, approved: quantity },
      ...{ siteId: `village-${requests}`, siteKind: 'village', needBy: plusMinutes(NOW, 1440 + requests) },
      ...changes,
    });
    await put(table, lineRow, line);
    await put(table, openRow, openOf(line));
  }
};
const usual = async (itemId: string, siteId = 'village-0', deps: Deps = table) =>
  usualAsks(deps, village({ id: siteId }), 3, [itemId]);
const quantities = (asks: readonly { readonly quantity: number }[]) => asks.map(({ quantity }) => quantity);

describe('what an ask is compared with', () => {
  it('are the asks of its tier that are needed latest, a hundred of them', async () => {
    await asked('mask', 3, 9_000);
    await asked('mask', 100, 50);
    await asked('mask', 3, 7_000, { tier: 1, siteKind: 'checkpoint' });
    expect(quantities(await usual('mask'))).toEqual(Array(100).fill(50));
  });

  it('are also all that the site itself has open of it, however many others ask', async () => {
    await asked('suit', 3, 500, { siteId: 'village-0', needBy: NOW });
    await asked('suit', 1, 500, { siteId: 'village-0', needBy: NOW, status: 'submitted', approved: 500 });
    await asked('glove', 1, 500, { siteId: 'village-0', needBy: NOW });
    await asked('suit', 100, 50);
    const own = (await usual('suit')).filter(({ siteId }) => siteId === 'village-0');
    expect(own.map(({ itemId, quantity }) => [itemId, quantity])).toEqual(Array(3).fill(['suit', 500]));
    expect(median(quantities(await usual('suit', 'village-new')))).toBe(50);
  });

  it('counts no ask twice', async () => {
    await asked('boot', 4, 50, { siteId: 'village-boot' });
    expect(await usual('boot', 'village-boot')).toHaveLength(4);
  });

  it('is read in as many rows when a whole county asks as when some do', async () => {
    const { deps, rowsReadBy } = reading(table);
    const cost = (itemId: string) => rowsReadBy(() => usual(itemId, 'village-1', deps));
    await asked('few', 110, 50, { siteId: 'village-1' });
    const few = await cost('few');
    await asked('many', 250, 50, { siteId: 'village-1' });
    expect([few, await cost('many')]).toEqual([200, 200]);
  });
});
