import { beforeEach, describe, expect, it } from 'vitest';
import { lineStory } from '../../functions/allocation/story.ts';
import { CHECKPOINT, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

describe('the front line, asking after a village', () => {
  let county: SmallCounty;
  beforeEach(async () => {
    county = await smallCounty(on.host);
    await county.item('mask');
    await county.stock('mask', 10);
  });

  it('takes what the village was promised and nobody has begun to pick, and the village is told why in numbers', async () => {
    const village = await county.ask({ siteId: VILLAGE, boxes: 10, recipients: 'residents' });
    await county.requestWhen('the village is promised all', village.id, ({ lines }) => lines[0]?.planned === 500);

    const post = await county.ask({ siteId: CHECKPOINT, boxes: 7 });
    const served = await county.requestWhen('the front line has it', post.id, ({ lines }) => lines[0]?.planned === 350);
    expect(served.lines[0]).toMatchObject({ short: 0 });

    const { lines } = await county.requestWhen('the rest stays', village.id, ({ lines }) => lines[0]?.planned === 150);
    expect(lines[0]).toMatchObject({ short: 350, received: 0 });
    expect(lines[0]?.rationale).toMatchObject({
      claim: { siteId: VILLAGE, tier: 3, target: 500, floor: 0, granted: 150 },
      tiers: expect.arrayContaining([
        expect.objectContaining({ tier: 1, available: 500, wanted: 350, granted: 350 }),
        expect.objectContaining({ tier: 3, available: 150, wanted: 500, granted: 150 }),
      ]),
      zh: expect.stringContaining('一线需 7，用 7，剩 3'),
      en: expect.stringContaining('the front line needed 7 and took 7, leaving 3'),
    });
    const { storekeeper } = county.people;
    const story = await storekeeper.get(`/staff/requests/${village.id}/lines/1/rationale`, lineStory);
    expect(story).toMatchObject({
      state: 'divided',
      division: {
        pool: 500,
        used: [{ place: { id: 'warehouse' }, quantity: 150 }],
        passedOver: [{ because: 'tier-before', given: [{ tier: 1, quantity: 350 }] }],
        toFill: { lacks: 350, arriving: { quantity: 350, others: [] } },
      },
      zh: expect.stringContaining('要配足，须再到 7 盒'),
    });
    expect(await county.balanced()).toBe(true);
  });

  it('does not take what is being picked for the village', async () => {
    const village = await county.ask({ siteId: VILLAGE, boxes: 6, recipients: 'residents' });
    await county.requestWhen('the village is promised it', village.id, ({ lines }) => lines[0]?.planned === 300);
    const consignment = await county.open(VILLAGE);
    const { code = '' } = await county.pick(consignment);

    const post = await county.ask({ siteId: CHECKPOINT, boxes: 10 });
    const served = await county.requestWhen('the rest is theirs', post.id, ({ lines }) => lines[0]?.planned === 200);
    expect(served.lines[0]).toMatchObject({ short: 300 });

    await county.dispatch(consignment);
    await county.receive(VILLAGE, code);
    await county.requestWhen('the village has it', village.id, ({ status }) => status === 'closed');
    expect(await county.balanced()).toBe(true);
  });
});
