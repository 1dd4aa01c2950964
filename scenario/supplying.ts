import { type ConsignmentSummary, consignmentSummary, consignmentView } from '../functions/delivery/view.ts';
import { countyDay } from '../functions/shared/clock.ts';
import { type Dice, diceOf } from './dice.ts';
import { book } from './load.ts';
import { arrive } from './mishaps.ts';
import { nowOf, unless, type World } from './world.ts';
import { SAMPLE_SITES } from './zeku/sites.ts';
import { restock } from './zeku/stock.ts';

const LOOKS = 30;
/** Pairs of hands in the warehouse. */
const HANDS = 8;
const LEAD_MINUTES = new Map(SAMPLE_SITES.map(({ id, leadMinutes }) => [id, leadMinutes]));
/** One consignment from the shelf to the site. Says whether there was anything to carry. */
const carry = async (world: World, { id, to }: ConsignmentSummary, dice: Dice): Promise<boolean> => {
  const { people, hours, run, tally } = world;
  const { storekeeper } = people;
  const act = (step: string, body?: unknown) =>
    storekeeper.post(`/staff/consignments/${id}/${step}`, body, consignmentView, `${run}-${step}-${id}`);
  await hours.pass(dice.between(5, 25));
  // Where the pool is divided again and again, somebody else has to be let through first.
  if (!(await unless(['nothing-to-pick', 'wrong-status', 'changed-meanwhile'], () => act('picking')))) return false;
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
    await arrive(world, { id, to }, dice);
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
export const replenish = async (world: World, days: number): Promise<void> => {
  const { people, hours, run } = world;
  for (let n = 1; n < days; n += 1) {
    await hours.until(n * 1_440);
    for (const paper of restock(n, countyDay(await nowOf(world))))
      await book(people.storekeeper, { ...paper, document: `${paper.document}-${run}` });
  }
};
