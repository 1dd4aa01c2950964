import { expect, it } from 'vitest';
import { comparison } from '../../functions/allocation/comparison.ts';
import { itemStock } from '../../functions/stock/pool.ts';
import { CHECKPOINT, OTHER_VILLAGE, smallCounty, VILLAGE } from '../support/county.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

it('a storekeeper sees what ten more boxes and a new need would come to, and it comes to that', async () => {
  const county = await smallCounty(on.host);
  await county.item('mask');
  await county.stock('mask', 6);
  const villages = [];
  for (const siteId of [VILLAGE, OTHER_VILLAGE])
    villages.push(await county.ask({ siteId, boxes: 9, recipients: 'residents' }));
  for (const { id } of villages)
    await county.requestWhen('it has its share', id, ({ lines }) => lines[0]?.planned === 150);

  const { storekeeper } = county.people;
  const stock = () => storekeeper.get('/staff/stock/mask', itemStock);
  const before = await stock();
  const needBy = new Date(Date.parse(await county.now()) + 86_400_000).toISOString();
  const seen = await storekeeper.post(
    '/staff/allocation/preview',
    {
      itemId: 'mask',
      lots: [{ quantity: 10, unit: '盒' }],
      needs: [{ siteId: CHECKPOINT, recipients: 'post', quantity: 4, unit: '盒', needBy }],
    },
    comparison,
  );
  expect(seen).toMatchObject({
    claims: [
      { site: { id: CHECKPOINT }, tier: 1, after: { granted: 200 }, difference: 200 },
      { site: { id: VILLAGE }, tier: 3, before: { granted: 150 }, after: { granted: 300 }, difference: 150 },
      { site: { id: OTHER_VILLAGE }, tier: 3, before: { granted: 150 }, after: { granted: 300 }, difference: 150 },
    ],
    lots: [{ difference: 0 }, { assumed: 'lots[0]', quantity: 500, difference: 500 }],
  });
  expect(await stock()).toEqual(before);

  await county.stock('mask', 10);
  const post = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
  await county.requestWhen('the front line has what was seen', post.id, ({ lines }) => lines[0]?.planned === 200);
  for (const { id } of villages)
    await county.requestWhen('so has each village', id, ({ lines }) => lines[0]?.planned === 300);
  expect(await county.balanced()).toBe(true);
});
