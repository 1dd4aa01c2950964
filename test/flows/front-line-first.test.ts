import { beforeEach, describe, expect, it } from 'vitest';
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
    // Counted in issue units, boxes of 50: ten there, seven of them for the front line, three left for ten.
    expect(lines[0]?.rationale).toMatchObject({});
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
