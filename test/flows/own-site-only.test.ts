import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { consignmentSummary } from '../../functions/delivery/view.ts';
import { requestSummary } from '../../functions/request/view.ts';
import { peopleOf } from '../../scenario/people.ts';
import { CHECKPOINT, OTHER_VILLAGE, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

describe('a distribution point', () => {
  let county: SmallCounty;
  let requestId = '';
  let code = '';
  beforeAll(async () => {
    county = await smallCounty(on.host);
    await county.item('mask');
    await county.stock('mask', 10);
    ({ id: requestId } = await county.ask({ siteId: CHECKPOINT, boxes: 4 }));
    await county.requestWhen('goods are promised', requestId, ({ lines }) => lines[0]?.planned === 200);
    const consignment = await county.gathering(CHECKPOINT);
    ({ code = '' } = await county.pick(consignment));
    await county.dispatch(consignment);
  });

  it('sees its own requests and consignments', async () => {
    const own = county.people.point(CHECKPOINT);
    expect(await own.all('/point/requests', requestSummary)).toMatchObject([{ id: requestId }]);
    expect(await own.all('/point/consignments', consignmentSummary)).toMatchObject([{ code }]);
  });

  it('sees nothing of another site', async () => {
    const other = county.people.point(OTHER_VILLAGE);
    expect(await other.all('/point/requests', requestSummary)).toEqual([]);
    expect(await other.all('/point/consignments', consignmentSummary)).toEqual([]);
    await expect(other.get(`/point/requests/${requestId}`, z.unknown())).rejects.toMatchObject({
      status: expect.toSatisfy((status) => status === 403 || status === 404),
    });
    await expect(other.get(`/point/waybills/${code}`, z.unknown())).rejects.toMatchObject({ status: 404 });
  });

  it('neither asks nor confirms for another site, and nothing has changed', async () => {
    const other = county.people.point(OTHER_VILLAGE);
    await expect(county.ask({ siteId: VILLAGE, boxes: 1, asking: other })).rejects.toMatchObject({
      status: 403,
      code: 'wrong-site',
    });
    await expect(
      other.post(`/point/waybills/${code}/receipt`, { lines: [{ n: 1, good: 200 }] }, z.unknown()),
    ).rejects.toMatchObject({ status: 404 });
    expect(await county.request(requestId)).toMatchObject({ lines: [{ inTransit: 200, received: 0 }] });
  });

  it('is no door to what staff do', async () => {
    const own = county.people.point(CHECKPOINT);
    await expect(own.get(`/staff/requests/${requestId}`, z.unknown())).rejects.toMatchObject({ status: 403 });
    await expect(own.get('/staff/stock', z.unknown())).rejects.toMatchObject({ status: 403 });
  });

  it('of another county finds none of it, nor do its staff', async () => {
    const elsewhere = peopleOf(on.host.url, on.host.tokenOf, { county: '100000' });
    await expect(elsewhere.auditor.get(`/staff/requests/${requestId}`, z.unknown())).rejects.toMatchObject({
      status: 404,
    });
    await expect(elsewhere.point(CHECKPOINT).get(`/point/waybills/${code}`, z.unknown())).rejects.toMatchObject({
      status: 404,
    });
  });
});
