import { describe, expect, it } from 'vitest';
import { itemAccount } from '../../functions/stock/reconciliation.ts';
import { CHECKPOINT, smallCounty } from '../support/county.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

describe('goods that do not arrive', () => {
  it('are need again at once, and come with the next consignment', async () => {
    const county = await smallCounty(on.host);
    await county.item('mask');
    await county.stock('mask', 20);
    const { id, needBy } = await county.ask({ siteId: CHECKPOINT, boxes: 6 });
    await county.requestWhen('goods are promised', id, ({ lines }) => lines[0]?.planned === 300);
    const first = await county.gathering(CHECKPOINT);
    const { code = '' } = await county.pick(first);
    await county.dispatch(first);
    await county.receive(CHECKPOINT, code, { damaged: 20, missing: 61 });

    // 81 masks are lacking, which is two boxes: nobody is sent part of one.
    const reopened = await county.requestWhen(
      'the rest is promised again',
      id,
      ({ lines }) => lines[0]?.received === 219 && lines[0].planned === 100,
    );
    expect(reopened).toMatchObject({ status: 'approved', needBy, lines: [{ n: 1, status: 'open', approved: 319 }] });

    const second = await county.gathering(CHECKPOINT);
    expect(second).not.toBe(first);
    const next = await county.pick(second);
    expect(next.lines).toMatchObject([{ quantity: 100, shares: [{ requestId: id, n: 1, quantity: 100 }] }]);
    await county.dispatch(second);
    await county.receive(CHECKPOINT, next.code ?? '', { extra: 5 });
    await county.requestWhen('the request closes', id, ({ status }) => status === 'closed');

    const [account] = await county.people.auditor.all('/staff/reconciliation', itemAccount);
    expect(account).toMatchObject({ balanced: true });
    const lots = account?.lots ?? [];
    expect(lots.find(({ source }) => source === 'existing')).toMatchObject({
      opening: 1000,
      onHand: 600,
      delivered: 319,
      damaged: 20,
      unaccounted: 61,
    });
    expect(lots.find(({ source }) => source === 'found')).toMatchObject({ found: 5, delivered: 5 });
  });

  it('are told once: the same report again changes nothing, another one is refused', async () => {
    const county = await smallCounty(on.host);
    await county.item('mask');
    await county.stock('mask', 4);
    const { id } = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
    await county.requestWhen('goods are promised', id, ({ lines }) => lines[0]?.planned === 200);
    const consignment = await county.gathering(CHECKPOINT);
    const { code = '' } = await county.pick(consignment);
    await county.dispatch(consignment);
    await county.receive(CHECKPOINT, code, { missing: 50 });
    await county.receive(CHECKPOINT, code, { missing: 50 });
    await expect(county.receive(CHECKPOINT, code)).rejects.toMatchObject({ status: 409, code: 'already-received' });
    expect(await county.request(id)).toMatchObject({ lines: [{ received: 150, short: 50 }] });
    expect(await county.balanced()).toBe(true);
  });
});
