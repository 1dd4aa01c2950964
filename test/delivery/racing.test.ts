import { beforeAll, describe, expect, it } from 'vitest';
import { divide } from '../../functions/allocation/divide.store.ts';
import { consignmentOf, openConsignment, openForSite } from '../../functions/delivery/consignment.store.ts';
import { dispatch } from '../../functions/delivery/dispatch.store.ts';
import { linesOf } from '../../functions/delivery/lines.store.ts';
import { cancelConsignment, startPicking } from '../../functions/delivery/picking.store.ts';
import { receiveAtSite } from '../../functions/delivery/receipt.store.ts';
import { planned } from '../../functions/request/line.ts';
import { Problem } from '../../functions/shared/problem.ts';
import { seeded } from '../../local/faults/faults.ts';
import { unsound } from '../allocation/county.ts';
import { runs, seed } from '../support/random.ts';
import { useTable } from '../support/table.ts';
import { anew, COUNTY, countyOn, pointOf, storekeeper } from './county.ts';

const deps = Object.assign(useTable(), { divide });
const county = countyOn(deps);

const pick = (id: string) => startPicking(deps, storekeeper, anew(), id);
const openFor = async (toId: string) =>
  (await openConsignment(deps, storekeeper, { fromId: 'store', toId }, anew())).id;
const settled = async (items: readonly string[]) => {
  for (const item of items) await divide(deps, COUNTY, item);
};

beforeAll(async () => {
  await county.site('store', 'warehouse', 0);
});

describe('with the real apportionment', () => {
  it('a front-line need that came after a village’s has its goods, up to the moment picking starts', async () => {
    await county.item('suit');
    await county.shelf('suits', 100, { itemId: 'suit' });
    await county.site('village');
    await county.site('post');
    await county.need({ requestId: 'v', siteId: 'village', itemId: 'suit', approved: 100 });
    await settled(['suit']);
    const id = await openFor('village');
    expect(planned(await county.lineAt('v'))).toMatchObject([{ quantity: 100 }]);

    await county.need({ requestId: 'p', siteId: 'post', itemId: 'suit', tier: 1, approved: 70 });
    // Nobody has divided since; starting to pick does.
    await pick(id);
    expect((await linesOf(deps, COUNTY, id)).map(({ quantity }) => quantity)).toEqual([30]);
    expect(planned(await county.lineAt('p'))).toMatchObject([{ quantity: 70 }]);

    // What is in picking is past taking back.
    await county.need({ requestId: 'q', siteId: 'post', itemId: 'suit', tier: 1, approved: 50 });
    await settled(['suit']);
    expect((await county.lineAt('q')).holds).toEqual([]);
  });

  it('goods that went missing are promised again at once, on the same line', async () => {
    await county.item('glove');
    await county.shelf('gloves', 200, { itemId: 'glove' });
    await county.site('gate');
    await county.need({ requestId: 'g', siteId: 'gate', itemId: 'glove', tier: 1, approved: 100 });
    await settled(['glove']);
    await openForSite(deps, COUNTY, 'gate');
    const id = await openFor('gate');
    await pick(id);
    await dispatch(deps, storekeeper, anew(), id, { carrier: 'x', vehicle: 'y' });
    const { code = '' } = await consignmentOf(deps, COUNTY, id);
    const lines = [
      { n: 1, good: 60, damaged: 0, missing: 40, extra: 0, reasons: { missing: 'lost-on-the-way' as const } },
    ];
    await receiveAtSite(deps, pointOf('gate'), anew(), code, { lines });
    await settled(['glove']);
    expect(await county.lineAt('g')).toMatchObject({ received: 60, holds: [{ lotId: 'gloves', quantity: 40 }] });
  });

  it.each(Array.from({ length: runs(2) }, (_, i) => i))(
    'pickers, cancellers, allocators and new front-line needs at once leave books that agree (%i)',
    async (round) => {
      const random = seeded(seed + round);
      const item = `race-${round}`;
      const lots = [1, 2, 3].map((n) => `${item}-${n}`);
      await county.item(item);
      for (const lot of lots) await county.shelf(lot, 100, { itemId: item });
      const sites = [1, 2, 3, 4, 5].map((n) => `${item}-s${n}`);
      for (const site of sites) {
        await county.site(site);
        await county.need({ requestId: `rq-${site}`, siteId: site, itemId: item, approved: 80 });
      }
      await settled([item]);
      const consignments = await Promise.all(sites.map(openFor));
      const acts: (() => Promise<unknown>)[] = [
        ...consignments.map((id) => () => pick(id)),
        ...consignments.map((id) => async () => {
          await pick(id);
          return dispatch(deps, storekeeper, anew(), id, { carrier: 'x', vehicle: 'y' });
        }),
        ...consignments.slice(0, 2).map((id) => () => cancelConsignment(deps, storekeeper, anew(), id, 'No driver')),
        ...sites.slice(2, 4).map((site) => () => county.cancelLine(`rq-${site}`)),
        ...sites.slice(3).map((site) => async () => {
          await county.need({ requestId: `up-${site}`, siteId: site, itemId: item, tier: 1, approved: 60 });
          await divide(deps, COUNTY, item);
        }),
        () => divide(deps, COUNTY, item),
      ];
      const shuffled = acts.map((act) => ({ act, at: random() })).sort((a, b) => a.at - b.at);
      const done = await Promise.allSettled(shuffled.map(({ act }) => act()));
      // A refusal is an answer; the test's own canceller asserts that nothing is committed, like its command would.
      for (const one of done)
        if (one.status === 'rejected' && !(one.reason instanceof Problem))
          expect(String(one.reason)).toMatch(/cancelling/);

      await settled([item]);
      expect(await divide(deps, COUNTY, item)).toMatchObject({ changed: false });
      const ids = [...sites.map((site) => `rq-${site}`), ...sites.slice(3).map((site) => `up-${site}`)];
      const lines = await Promise.all(ids.map((id) => county.lineAt(id)));
      const balances = (await Promise.all(lots.map((lot) => county.balanceOf(lot, item)))).filter(
        (b) => b !== undefined,
      );
      expect(unsound(balances, lines)).toEqual([]);
      for (const lot of lots) {
        const { onHand = 0, inTransit = 0 } = await county.bucketsOf(lot);
        expect(onHand + inTransit).toBe(100);
        // An apportionment takes an empty shelf away.
        expect(balances.find(({ lotId }) => lotId === lot)?.onHand ?? 0).toBe(onHand);
      }
      for (const id of consignments) {
        const { status } = await consignmentOf(deps, COUNTY, id);
        const carried = (await linesOf(deps, COUNTY, id)).reduce((sum, { quantity }) => sum + quantity, 0);
        const held = lines.flatMap(({ holds }) => holds.filter(({ consignmentId }) => consignmentId === id));
        const inPicking = held.reduce((sum, { quantity }) => sum + quantity, 0);
        expect([status, inPicking]).toEqual([status, status === 'picking' ? carried : 0]);
      }
    },
  );
});
