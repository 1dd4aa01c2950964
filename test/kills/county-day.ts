import { z } from 'zod';
import { requestView } from '../../functions/request/view.ts';
import type { OwnHost } from '../../scenario/own-host.ts';
import { CHECKPOINT, OTHER_VILLAGE, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';

/** A host that is killed every few seconds is slow, and here its kills come faster than its minute's sweep. */
const PATIENCE_MS = 300_000;

/** How a request ended: what no kill may change. */
type End = readonly [name: string, status: string, approved: number, received: number];

/** Enough for everybody, so that how it ends does not hang on who comes first. */
const STOCKED_BOXES = 200;

const endOf = async (county: SmallCounty, name: string, id: string, status: string): Promise<End> => {
  const { lines } = await county.requestWhen(`${name} is ${status}`, id, (request) => request.status === status);
  return [name, status, lines[0]?.approved ?? 0, lines[0]?.received ?? 0];
};

const deliver = async (county: SmallCounty, siteId: string, consignment: string, first = {}): Promise<void> => {
  const { code = '' } = await county.pick(consignment);
  await county.dispatch(consignment);
  await county.receive(siteId, code, first);
};

const planned = (county: SmallCounty, id: string, pieces: number) =>
  county.requestWhen(`${pieces} are promised`, id, ({ lines }) => (lines[0]?.planned ?? 0) >= pieces);

const frontLine = async (county: SmallCounty): Promise<End> => {
  const { id } = await county.ask({ siteId: CHECKPOINT, boxes: 4 });
  await planned(county, id, 200);
  await deliver(county, CHECKPOINT, await county.gathering(CHECKPOINT));
  return endOf(county, 'front line', id, 'closed');
};

/** A box goes missing on the way: the need is open again and the next consignment brings it. */
const shortDelivery = async (county: SmallCounty): Promise<End> => {
  const { id } = await county.ask({ siteId: VILLAGE, boxes: 3, recipients: 'residents' });
  await planned(county, id, 150);
  await deliver(county, VILLAGE, await county.open(VILLAGE), { missing: 50 });
  await planned(county, id, 50);
  await deliver(county, VILLAGE, await county.open(VILLAGE));
  return endOf(county, 'short delivery', id, 'closed');
};

const changeOfMind = async (county: SmallCounty): Promise<End> => {
  const { id } = await county.ask({ siteId: OTHER_VILLAGE, boxes: 2, by: county.people.clerk });
  await planned(county, id, 100);
  await county.people.clerk.post(`/staff/requests/${id}/cancel`, { reason: '已另行解决' }, requestView);
  return endOf(county, 'change of mind', id, 'cancelled');
};

const referred = async (county: SmallCounty, outcome: 'approved' | 'refused'): Promise<End> => {
  const { id } = await county.ask({ siteId: OTHER_VILLAGE, boxes: 1, itemId: 'dear-mask' });
  await county.requestWhen('it waits for a person', id, ({ next }) => next.step === 'decision');
  await county.people.headquarters.post(`/staff/requests/${id}/decision`, { outcome, note: '按规定' }, requestView);
  return endOf(county, outcome, id, outcome);
};

/**
 * Everything that can become of a request, all at once, in a county of its own: how each ended. People repeat a call
 * that got no answer, under the same key, as a phone with a weak signal does.
 */
export const countyDay = async (host: Pick<OwnHost, 'url' | 'tokenOf'>): Promise<readonly End[]> => {
  const county = await smallCounty(host, PATIENCE_MS);
  await county.item('mask');
  await county.item('dear-mask', { reference: { priceFen: 90_000_000, perQuantity: 50 } });
  await county.stock('mask', STOCKED_BOXES);
  const ends = await Promise.all([
    frontLine(county),
    shortDelivery(county),
    changeOfMind(county),
    referred(county, 'approved'),
    referred(county, 'refused'),
  ]);
  const { auditor } = county.people;
  if (!(await county.balanced())) throw new Error(`The books of county ${county.county} do not agree`);
  const failed = await auditor.all('/staff/requests?status=failed', z.object({ id: z.string() }));
  if (failed.length > 0) throw new Error(`Failed: ${failed.map(({ id }) => id).join(', ')}`);
  return ends;
};
