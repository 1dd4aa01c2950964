import {
  type ConsignmentSummary,
  consignmentSummary,
  consignmentView,
  type WaybillView,
  waybillView,
} from '../functions/delivery/view.ts';
import { countyDay } from '../functions/shared/clock.ts';
import { type Dice, diceOf } from './dice.ts';
import { book } from './load.ts';
import { unless, type World } from './world.ts';
import { SAMPLE_SITES } from './zeku/sites.ts';
import { restock } from './zeku/stock.ts';

const LOOKS = 10;
/** Pairs of hands in the warehouse. */
const HANDS = 8;
const LEAD_MINUTES = new Map(SAMPLE_SITES.map(({ id, leadMinutes }) => [id, leadMinutes]));
const REASONS = {
  damaged: ['broken', 'wet'],
  missing: ['short-packed', 'lost-on-the-way'],
} as const;

/** Most arrives as sent; of every sixth waybill one line does not, and now and then something comes on top. */
const countOf = ({ lines }: WaybillView, dice: Dice) => {
  const odd = dice.chance(1 / 6) ? dice.whole(0, lines.length - 1) : -1;
  return lines.map(({ n, quantity }, i) => {
    if (i !== odd) return { n, good: quantity };
    const less = Math.min(quantity, Math.max(1, Math.round(quantity * dice.between(0.01, 0.2))));
    const kind = dice.chance(0.5) ? 'damaged' : 'missing';
    const extra = kind === 'damaged' && dice.chance(0.4) ? 1 : 0;
    const reasons = { [kind]: dice.pick(REASONS[kind]), ...(extra > 0 && { extra: 'over-packed' }) };
    return { n, good: quantity - less, [kind]: less, extra, reasons };
  });
};

/** One consignment from the shelf to the site. Says whether there was anything to carry. */
const carry = async (world: World, { id, to }: ConsignmentSummary, dice: Dice): Promise<boolean> => {
  const { people, hours, run, tally } = world;
  const { storekeeper } = people;
  const act = (step: string, body?: unknown) =>
    storekeeper.post(`/staff/consignments/${id}/${step}`, body, consignmentView, `${run}-${step}-${id}`);
  await hours.pass(dice.between(5, 25));
  if (!(await unless(['nothing-to-pick', 'wrong-status'], () => act('picking')))) return false;
  await hours.pass(dice.between(10, 40));
  const left = await unless(['expires-on-the-way', 'wrong-status'], () =>
    act('dispatch', { carrier: '样例运输队', vehicle: `样例车${dice.whole(1, 12)}` }),
  );
  if (!left) {
    await unless(['wrong-status'], () => act('cancel', { reason: '途中将过期，重新拣货' }));
    return false;
  }
  tally.dispatched += 1;
  world.start(async () => {
    const late = dice.chance(0.05) ? dice.between(240, 400) : 0;
    await hours.pass((LEAD_MINUTES.get(to.id) ?? 60) * dice.between(0.8, 1.5) + dice.between(2, 20) + late);
    const point = people.point(to.id);
    const { code } = await storekeeper.get(`/staff/consignments/${id}`, consignmentView);
    const waybill = await point.get(`/point/waybills/${code}`, waybillView);
    const lines = countOf(waybill, dice);
    await point.post(`/point/waybills/${code}/receipt`, { lines }, waybillView, `${run}-receipt-${id}`);
    tally.received += 1;
  });
  return true;
};

/** The warehouse picks what has been opened, as many consignments at a time as it has hands, until the rehearsal ends. */
export const supply = async (world: World): Promise<void> => {
  const { people, hours, seed, start } = world;
  const inHand = new Set<string>();
  const trips = new Map<string, number>();
  for (;;) {
    const planned = await people.storekeeper.all('/staff/consignments?status=planned', consignmentSummary);
    for (const one of planned.toSorted((a, b) => a.tier - b.tier)) {
      if (inHand.size >= HANDS) break;
      if (inHand.has(one.id)) continue;
      inHand.add(one.id);
      const trip = (trips.get(one.to.id) ?? 0) + 1;
      trips.set(one.to.id, trip);
      start(async () => {
        const carried = await carry(world, one, diceOf(seed, `${one.to.id} trip ${trip}`));
        // What had nothing to carry gathers on; it is looked at again after a while.
        if (!carried) await hours.pass(60);
        inHand.delete(one.id);
      });
    }
    await hours.pass(LOOKS);
  }
};

/** Each morning after the first something comes from above. */
export const replenish = async ({ people, hours, run }: World, days: number): Promise<void> => {
  for (let n = 1; n < days; n += 1) {
    await hours.until(n * 1_440);
    for (const paper of restock(n, countyDay(hours.iso())))
      await book(people.storekeeper, { ...paper, document: `${paper.document}-${run}` });
  }
};
