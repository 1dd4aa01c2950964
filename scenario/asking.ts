import type { z } from 'zod';
import { requestView } from '../functions/request/view.ts';
import { Refused } from './client.ts';
import type { Demand } from './demand.ts';
import { diceOf } from './dice.ts';
import { unless, type World } from './world.ts';

/**
 * Sends the ask. When it is called odd, looks at it again, and confirms it some minutes later; when the host was away for
 * so long that the time has passed, asks for a later one.
 */
const send = async (
  world: World,
  demand: Demand,
  { confirmed, turn }: { readonly confirmed?: true; readonly turn: number } = { turn: 0 },
): Promise<z.infer<typeof requestView>> => {
  const { people, hours, run, tally, seed } = world;
  const { n, siteId, by, recipients, coverDays, reason, lines } = demand;
  const [caller, path] = by === 'clerk' ? [people.clerk, '/staff/requests'] : [people.point(siteId), '/point/requests'];
  // On a busy machine hours pass before anybody comes to ask.
  const needBy = hours.iso(Math.max(demand.needByMinute, hours.minute() + 240));
  const body = { siteId, recipients, coverDays, reason, lines, needBy, ...(confirmed && { confirmed }) };
  try {
    return await caller.post(path, body, requestView, `${run}-ask-${n}-${turn}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === 'need-by-past') return send(world, demand, { ...(confirmed && { confirmed }), turn: turn + 1 });
    if (error.code !== 'odd-quantity') throw error;
    tally.confirmed += 1;
    await hours.pass(diceOf(seed, `confirm ${n}`).between(3, 15));
    return send(world, demand, { confirmed: true, turn: turn + 1 });
  }
};

/** One site asks when its time has come, and now and then finds later that it no longer needs it. */
export const ask = async (world: World, demand: Demand): Promise<void> => {
  const { hours, people, run, tally, asked } = world;
  await hours.until(demand.atMinute);
  const { id } = await send(world, demand);
  asked.set(id, demand);
  tally.asked += 1;
  if (demand.cancelMinute === undefined) return;
  await hours.until(demand.cancelMinute);
  const cancelled = await unless(['wrong-status', 'in-picking'], () =>
    people.clerk.post(
      `/staff/requests/${id}/cancel`,
      { reason: '点位反馈不再需要' },
      requestView,
      `${run}-cancel-${demand.n}`,
    ),
  );
  if (cancelled) tally.cancelled += 1;
};
