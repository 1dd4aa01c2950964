import type { Level } from '../functions/approval/approval.ts';
import { type RequestView, requestSummary, requestView } from '../functions/request/view.ts';
import { diceOf } from './dice.ts';
import { unless, type World } from './world.ts';

/** Virtual minutes between two looks at the list of what waits. */
const LOOKS = 45;

/** How people at a level decide: how long they take, and how often they overlook one until its deadline passes. */
const HABITS = {
  'supply-group': { who: 'approver', minutes: [5, 60], overlooks: 0.1 },
  headquarters: { who: 'headquarters', minutes: [10, 90], overlooks: 0 },
} as const satisfies Record<Level, unknown>;

/** Mostly as asked; now and then less of the first line, seldom nothing. */
const decisionOn = ({ lines }: RequestView, roll: number) => {
  if (roll < 0.05) return { outcome: 'refused', note: '近期已足量配发，暂不支持' } as const;
  const [first] = lines;
  // What is asked in another unit than it is issued in cannot be cut by the piece.
  const isWhole = first?.asked.unit === first?.item.issueUnit;
  if (roll > 0.15 || first === undefined || !isWhole || first.asked.quantity < 4)
    return { outcome: 'approved' } as const;
  const { quantity, unit } = first.asked;
  return {
    outcome: 'approved',
    note: '按定量核减',
    lines: [{ n: first.n, quantity: Math.ceil(quantity * 0.7), unit }],
  } as const;
};

/** Decides on what waits for a person at this level, several at a time, until the rehearsal ends. */
export const decideAt = async (world: World, level: Level): Promise<void> => {
  const { people, hours, seed, run, tally, asked, start } = world;
  const { who, minutes, overlooks } = HABITS[level];
  const seen = new Set<string>();
  for (;;) {
    const waiting = await people[who].all('/staff/requests?status=submitted', requestSummary);
    for (const { id, next } of waiting) {
      const demand = asked.get(id);
      if (next.step !== 'decision' || next.level !== level || demand === undefined || seen.has(id)) continue;
      seen.add(id);
      const dice = diceOf(seed, `${level} ${demand.n}`);
      if (dice.chance(overlooks)) continue;
      start(async () => {
        await hours.pass(dice.between(minutes[0], minutes[1]));
        const request = await people[who].get(`/staff/requests/${id}`, requestView);
        const decided = await unless(['wrong-status', 'wrong-level'], () =>
          people[who].post(
            `/staff/requests/${id}/decision`,
            decisionOn(request, dice.between(0, 1)),
            requestView,
            `${run}-${level}-${demand.n}`,
          ),
        );
        if (decided) tally.decided += 1;
      });
    }
    await hours.pass(LOOKS);
  }
};
