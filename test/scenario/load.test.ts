import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { unitsOf } from '../../functions/catalogue/item.ts';
import { fundView } from '../../functions/funds/fund.ts';
import { countyDay } from '../../functions/shared/clock.ts';
import { poolItem } from '../../functions/stock/pool.ts';
import { loadSampleCounty } from '../../scenario/load.ts';
import { peopleOf, staffMember } from '../../scenario/people.ts';
import { health } from '../../scenario/time.ts';
import { SAMPLE_FUNDS } from '../../scenario/zeku/funds.ts';
import { SAMPLE_ITEMS } from '../../scenario/zeku/items.ts';
import { sampleOffers } from '../../scenario/zeku/offers.ts';
import { SAMPLE_SITES } from '../../scenario/zeku/sites.ts';
import { openingStock } from '../../scenario/zeku/stock.ts';
import { SAMPLE_SUPPLIERS } from '../../scenario/zeku/suppliers.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

/** A day in five seconds: a load that is repeated falls on another day, with other use-by dates. */
const on = useHost({ speed: 17_280 });
const COUNTY = '990900';

/** What the papers say, in base units, by item. */
const onPaper = (): Record<string, number> => {
  const units = new Map(SAMPLE_ITEMS.map((item) => [item.id, unitsOf(item)]));
  const sums: Record<string, number> = {};
  for (const { itemId, quantity, unit } of openingStock('2030-01-01').flatMap(({ lines }) => lines))
    sums[itemId] = (sums[itemId] ?? 0) + quantity * (units.get(itemId)?.[unit] ?? Number.NaN);
  return sums;
};

describe('the loader of the sample county', () => {
  /** Signs in so many times, and is gone. */
  const load = (signIns = Number.POSITIVE_INFINITY): Promise<void> => {
    let left = signIns;
    return loadSampleCounty(on.host.url, (role) => {
      left -= 1;
      if (left < 0) throw new Error('The loader is gone.');
      return on.host.tokenOf(staffMember(role, COUNTY));
    });
  };

  it('cut short and repeated, on other days too, completes the county and doubles nothing', async () => {
    const { clerk, auditor } = peopleOf(on.host.url, on.host.tokenOf, { county: COUNTY });
    const pool = async () =>
      Object.fromEntries((await auditor.all('/staff/stock', poolItem)).map(({ itemId, onHand }) => [itemId, onHand]));
    const funds = async () =>
      Object.fromEntries(
        (await auditor.all('/staff/funds', fundView)).map(({ id, figures }) => [id, figures.budgetFen]),
      );
    const credited = { 'epidemic-special': 80_000_000, gifts: 50_000, 'party-dues': 30_000_000 };
    const credits = SAMPLE_FUNDS.flatMap((fund) => fund.credits).length;
    const calls = SAMPLE_ITEMS.length + SAMPLE_SITES.length + SAMPLE_SUPPLIERS.length + SAMPLE_FUNDS.length + credits;
    // Half of the catalogue; then all of it with its money, and the first of the papers.
    await expect(load(60)).rejects.toThrow('The loader is gone.');
    await expect(load(calls + 2)).rejects.toThrow('The loader is gone.');
    await load();
    expect(await pool()).toEqual(onPaper());
    expect(await funds()).toEqual(credited);

    const day = async () => countyDay((await clerk.get('/health', health)).now);
    const loadedOn = await day();
    await eventually('another day', day, (today) => today > loadedOn);
    await load();
    expect(await pool()).toEqual(onPaper());
    expect(await funds()).toEqual(credited);
    const offers = await auditor.all('/staff/offers?itemId=surgical-mask', z.object({ id: z.string() }));
    expect(offers).toHaveLength(sampleOffers('2030-01-01').filter(({ itemId }) => itemId === 'surgical-mask').length);
    expect(await auditor.all('/staff/sites', z.object({ id: z.string() }))).toHaveLength(SAMPLE_SITES.length);
  });

  it('leaves what staff have changed as they left it', async () => {
    const { clerk } = peopleOf(on.host.url, on.host.tokenOf, { county: COUNTY });
    const [village] = SAMPLE_SITES.filter(({ kind }) => kind === 'village');
    const { id, ...body } = village ?? expect.fail('There is a village');
    const closed = z.object({ active: z.boolean(), version: z.int() });
    await clerk.put(`/staff/sites/${id}`, { ...body, active: false }, closed, '"1"');
    await load();
    expect(await clerk.get(`/staff/sites/${id}`, closed)).toEqual({ active: false, version: 2 });
  });
});
