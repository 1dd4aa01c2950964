import { beforeAll, describe, expect, it } from 'vitest';
import { consignmentSummary } from '../../functions/delivery/view.ts';
import { CHECKPOINT, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

describe('one procurement request', () => {
  let county: SmallCounty;
  beforeAll(async () => {
    county = await smallCounty(on.host);
    await county.item('mask');
    await county.stock('mask', 100);
  });

  it('goes from need to receipt, and closes', async () => {
    const asked = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
    expect(asked).toMatchObject({ status: 'submitted', tier: 1, lines: [{ quantity: 200 }] });

    const promised = await county.requestWhen('goods are promised', asked.id, ({ lines }) => lines[0]?.planned === 200);
    expect(promised).toMatchObject({ status: 'approved', decision: { level: 'at-once' }, next: { step: 'delivery' } });

    const consignment = await county.gathering(CHECKPOINT);
    const { code = '', lines } = await county.pick(consignment);
    expect(lines).toMatchObject([{ quantity: 200, shares: [{ requestId: asked.id, n: 1, quantity: 200 }] }]);

    const { storekeeper } = county.people;
    expect(await storekeeper.text(`/staff/consignments/${consignment}/pick-list`)).toContain('拣货单');
    expect(await storekeeper.text(`/staff/consignments/${consignment}/waybill`)).toContain(
      `${code.slice(0, 4)}-${code.slice(4)}`,
    );
    await county.dispatch(consignment);
    expect(await county.request(asked.id)).toMatchObject({ lines: [{ inTransit: 200, planned: 0, picking: 0 }] });

    const point = county.people.point(CHECKPOINT);
    const [arriving] = await point.all('/point/consignments', consignmentSummary);
    expect(arriving).toMatchObject({ id: consignment, status: 'dispatched', code });
    await county.receive(CHECKPOINT, code);

    const closed = await county.requestWhen('the request closes', asked.id, ({ status }) => status === 'closed');
    expect(closed).toMatchObject({ lines: [{ status: 'closed', received: 200, short: 0 }], next: { step: 'nothing' } });
    expect(closed.events.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['RequestSubmitted', 'RequestApproved', 'RequestClosed']),
    );
    expect(await county.balanced()).toBe(true);
  });

  it('is served in one consignment with the others of its site, whoever entered them', async () => {
    const own = await county.ask({ siteId: VILLAGE, boxes: 2, recipients: 'residents' });
    const entered = await county.ask({ siteId: VILLAGE, boxes: 3, recipients: 'vulnerable', by: county.people.clerk });
    for (const { id } of [own, entered])
      await county.requestWhen('goods are promised', id, ({ lines }) => (lines[0]?.planned ?? 0) > 0);

    const consignment = await county.open(VILLAGE);
    const { code = '', lines } = await county.pick(consignment);
    expect(lines.flatMap(({ shares }) => shares.map(({ requestId }) => requestId))).toEqual([entered.id, own.id]);
    await county.dispatch(consignment);
    await county.receive(VILLAGE, code);
    for (const { id } of [own, entered])
      await county.requestWhen('the request closes', id, ({ status }) => status === 'closed');
    expect(await county.balanced()).toBe(true);
  });
});
