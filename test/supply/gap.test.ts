import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Line } from '../../functions/request/line.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { found, gapChase, gapFound, gapRow, gapViewOf, reduced, undecided } from '../../functions/supply/gap.ts';
import { aLine, byId, checkpoint, mask, NOW, POLICY } from '../support/need.ts';
import { runs } from '../support/random.ts';

/** 100 boxes approved for the front line, in a division that had none. */
const lacking = (of: Partial<Line> = {}): Line =>
  aLine({ status: 'open', quantity: 5_000, approved: 5_000, rationale: 1, ...of });
const left = (of: Partial<Line> = {}, coming = 0): number => undecided(lacking(of), coming, POLICY, NOW);
const word = { by: 'clerk-1', at: NOW, reason: '车队在途' };
const until = plusMinutes(NOW, 60);

describe('what a line lacks', () => {
  it('given that nobody brings it, then it is for somebody to decide on: of the rest, what is sought is not', () => {
    expect([left(), left({}, 1_500), left({ received: 500 }, 1_500), left({}, 5_000), left({}, 9_000)]).toEqual([
      ...[5_000, 3_500, 3_000, 0, 0],
    ]);
  });

  it('given that it was not divided yet, waits for its wave or is due beyond the horizon, then not', () => {
    expect(left({ rationale: 0 })).toBe(0);
    expect(left({ countsFrom: plusMinutes(NOW, 1) })).toBe(0);
    expect(left({ countsFrom: NOW })).toBe(5_000);
    const horizon = plusMinutes(NOW, POLICY.allocation.horizonMinutes);
    expect([left({ needBy: horizon }), left({ needBy: plusMinutes(horizon, 1) })]).toEqual([5_000, 0]);
  });

  it.each(['submitted', 'closed', 'cancelled', 'refused'] as const)('given that it is %s, then not', (status) => {
    expect(left({ status })).toBe(0);
  });

  it('given that it was left to wait, then not before that time', () => {
    expect(left({ waits: { ...word, until } })).toBe(0);
    expect(left({ waits: { ...word, until: NOW } })).toBe(5_000);
  });

  it('is never more than what is short, whatever is coming', () => {
    const amount = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(amount, amount, (received, coming) => {
        const of = left({ received }, coming);
        expect(of).toBe(Math.max(0, 5_000 - received - coming));
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('a gap', () => {
  const gap = found(undefined, lacking(), 5_000, POLICY, NOW);
  const names = { site: checkpoint(), items: byId(mask()) };

  it('is due when policy says at its tier, and is that of its line', () => {
    expect(gap).toMatchObject({ id: 'req_1.01', status: 'open', attempt: 1, start: NOW, dueAt: plusMinutes(NOW, 60) });
    expect(found(undefined, lacking({ tier: 3 }), 1, POLICY, NOW).dueAt).toBe(plusMinutes(NOW, 480));
    expect(gapRow.parse(gapRow.store(gap))).toEqual(gap);
  });

  it('decided on in part is as much smaller, and in whole settled, whatever had failed', () => {
    const waiting = { ...gap, wait: { token: 't', status: 'open', execution: 'x', round: 1 }, notices: ['not_1'] };
    const failed = { ...waiting, failure: { error: 'TypeError', cause: 'no', at: NOW } };
    expect(reduced(waiting, 2_000, NOW)).toEqual({ ...waiting, quantity: 2_000 });
    const settled = reduced(failed, 0, NOW);
    expect(settled).toMatchObject({ status: 'settled', resume: { token: 't' }, over: { notices: ['not_1'] } });
    expect(settled.failure).toBeUndefined();
    expect(gapViewOf(settled, NOW).next).toEqual({ step: 'nothing', overdue: false, reminders: 0 });
    expect(gapViewOf(failed, NOW).next.step).toBe('retry');
  });

  it('opens again under a new attempt, with its time begun anew', () => {
    const later = plusMinutes(NOW, 1_000);
    const again = found({ ...reduced(gap, 0, NOW), reminders: 2 }, lacking({ received: 4_000 }), 1_000, POLICY, later);
    expect(again).toMatchObject({ status: 'open', attempt: 2, start: later, quantity: 1_000, reminders: 0, at: later });
  });

  it('is told of and chased in the words of the desk', () => {
    const told = gapFound(gap, names);
    expect(told).toMatchObject({ to: { role: 'approver' }, dueAt: gap.dueAt, about: { kind: 'gap', id: 'req_1.01' } });
    expect(told.zh).toBe(
      '县界卡点所需医用外科口罩 100 盒（5000个）（第 1 级，需求时限 2022-05-13 09:00）库存不足，也没有来源：请在 2022-05-12 10:00 前决定采购、请求下拨、等待或关闭缺口。',
    );
    expect(gapChase.words(gap, names)).toMatchObject({
      code: 'gap-overdue',
      zh: expect.stringMatching(/100 盒.*已过处理时限/),
    });
    expect(gapChase.again(POLICY, gap)).toBe(60);
  });
});
