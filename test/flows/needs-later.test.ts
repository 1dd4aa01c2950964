import { beforeEach, describe, expect, it } from 'vitest';
import { consignmentSummary, consignmentView } from '../../functions/delivery/view.ts';
import { requestView } from '../../functions/request/view.ts';
import { itemStock } from '../../functions/stock/pool.ts';
import { CHECKPOINT, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

describe('need that changes once it was approved', () => {
  let county: SmallCounty;
  beforeEach(async () => {
    county = await smallCounty(on.host);
    await county.item('mask');
    await county.stock('mask', 10);
  });
  const decide = (id: string, what: string, body: object) =>
    county.people.approver.post(`/staff/requests/${id}/${what}`, body, requestView);

  it('is closed short, and reopened: the same request is served again, in a new attempt of its workflow', async () => {
    const { id } = await county.ask({ siteId: CHECKPOINT, boxes: 12 });
    await county.requestWhen('what there is is promised', id, ({ lines }) => lines[0]?.planned === 500);
    const consignment = await county.gathering(CHECKPOINT);
    const { code = '' } = await county.pick(consignment);
    const cut = await decide(id, 'close-short', { reason: '县内已无货源' });
    expect(cut).toMatchObject({ status: 'approved', lines: [{ approved: 500, closedShort: { quantity: 100 } }] });
    await county.dispatch(consignment);
    await county.receive(CHECKPOINT, code, { damaged: 50 });
    await county.requestWhen('nothing is need again', id, ({ status }) => status === 'closed');

    await county.stock('mask', 3);
    const again = { reason: '货源已到', lines: [{ n: 1, quantity: 3, unit: '盒' }] };
    expect(await decide(id, 'reopening', again)).toMatchObject({ status: 'approved', lines: [{ approved: 600 }] });
    await county.requestWhen('it is promised more', id, ({ lines }) => lines[0]?.planned === 150);
    const next = await county.pick(await county.gathering(CHECKPOINT));
    await county.dispatch(next.id);
    await county.receive(CHECKPOINT, next.code ?? '');
    const closed = await county.requestWhen('it closes again', id, ({ status }) => status === 'closed');
    expect(closed.lines[0]).toMatchObject({ received: 600, short: 0 });
    expect(closed.events.map(({ name }) => name)).toEqual([
      ...[
        'RequestSubmitted',
        'RequestApproved',
        'NeedClosedShort',
        'RequestClosed',
        'RequestReopened',
        'RequestClosed',
      ],
    ]);
    expect(await county.balanced()).toBe(true);
  });

  it('is promised by hand what no division takes back, and is carried like all else', async () => {
    const village = await county.ask({ siteId: VILLAGE, boxes: 10, recipients: 'residents' });
    await county.requestWhen('the village is promised all', village.id, ({ lines }) => lines[0]?.planned === 500);
    const { balances } = await county.people.storekeeper.get('/staff/stock/mask', itemStock);
    const [{ lotId = '' } = {}] = balances;
    const hold = { lotId, placeId: 'warehouse', quantity: 4, unit: '盒', reason: '指挥部现场调度' };
    expect(await decide(village.id, 'lines/1/holds', hold)).toMatchObject({ lines: [{ byHand: 200, planned: 300 }] });
    const post = await county.ask({ siteId: CHECKPOINT, boxes: 12 });
    await county.requestWhen('the front line has the rest', post.id, ({ lines }) => lines[0]?.planned === 300);
    await county.requestWhen(
      'and not what a person promised',
      village.id,
      ({ lines }) => lines[0]?.byHand === 200 && lines[0].planned === 0,
    );
    const picked = await county.pick(await county.open(VILLAGE));
    expect(picked.lines).toMatchObject([{ lotId, quantity: 200 }]);
    await county.dispatch(picked.id);
    await county.receive(VILLAGE, picked.code ?? '');
    await county.requestWhen('it has come', village.id, ({ lines }) => lines[0]?.received === 200);
    expect(await county.balanced()).toBe(true);
  });

  it('is found in picking for others: the storekeeper is asked to stop, does, and the front line has it', async () => {
    const village = await county.ask({ siteId: VILLAGE, boxes: 10, recipients: 'residents' });
    await county.requestWhen('the village is promised all', village.id, ({ lines }) => lines[0]?.planned === 500);
    const { id } = await county.pick(await county.open(VILLAGE));
    const post = await county.ask({ siteId: CHECKPOINT, boxes: 6 });
    const { storekeeper } = county.people;
    const asked = await eventually(
      'the storekeeper is asked to stop',
      () => storekeeper.get(`/staff/consignments/${id}`, consignmentView),
      ({ stopPick }) => stopPick.length > 0,
    );
    expect(asked.stopPick).toMatchObject([{ itemId: 'mask', quantity: 300, for: [{ requestId: post.id }] }]);
    // A point sees what is asked of its own goods, and not who asks.
    const own = await county.people.point(VILLAGE).all('/point/consignments', consignmentSummary.loose());
    expect(own).toMatchObject([{ stopPick: [{ itemId: 'mask', quantity: 300 }] }]);
    expect(JSON.stringify(own)).not.toContain(post.id);
    await storekeeper.post(`/staff/consignments/${id}/cancel`, { reason: '先保一线' }, consignmentView);
    await county.requestWhen('the front line has it', post.id, ({ lines }) => lines[0]?.planned === 300);
    await county.requestWhen('the village has the rest', village.id, ({ lines }) => lines[0]?.planned === 200);
    expect(await county.balanced()).toBe(true);
  });
});
