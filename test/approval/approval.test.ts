import { describe, expect, it } from 'vitest';
import type { Approvable } from '../../functions/approval/approval.ts';
import { escalated, overdue } from '../../functions/approval/deadline.ts';
import { levelHeld } from '../../functions/approval/level.ts';
import type { Progress } from '../../functions/workflow/progress.ts';
import { approver, chief, clerk, NOW, POLICY, who } from '../support/need.ts';

/** Something that is no request, and holds what no request does. */
interface Errand extends Approvable {
  readonly tier: 2;
  readonly needBy: string;
  readonly shopId: string;
}
const errand = (changes: Partial<Errand> = {}): Errand => ({
  ...{ county: '632323', id: 'err_1', version: 1, status: 'proposed', attempt: 1, reminders: 0 },
  ...{ dueAt: NOW, askedBy: 'clerk-1', odd: [], referral: [], tier: 2, shopId: 'shop-01' },
  needBy: '2022-05-14T01:00:00.000Z',
  wait: { token: 't', status: 'proposed', execution: 'err_1-1', round: 1 },
  ...changes,
});
const progress: Progress = {
  kind: 'request',
  ...{ county: '632323', id: 'err_1', attempt: 1, round: 1, status: 'proposed', secondsLeft: 1 },
};
const refusal = (code: string) => expect.objectContaining({ status: 403, code });

describe('whatever passes the green channel', () => {
  it('is decided by nobody who asked for it', () => {
    const own = errand({ level: 'headquarters' });
    expect(() => levelHeld(own, who('clerk-1', 'headquarters'), 'headquarters')).toThrow(refusal('own-request'));
  });

  it('is decided at its own level, and by headquarters at any', () => {
    const at = (level: 'supply-group' | 'headquarters') => errand({ level });
    expect(levelHeld(at('supply-group'), approver, 'headquarters')).toBe('supply-group');
    expect(levelHeld(at('supply-group'), chief, 'headquarters')).toBe('headquarters');
    expect(() => levelHeld(at('headquarters'), approver, 'supply-group')).toThrow(refusal('wrong-level'));
    expect(() => levelHeld(at('supply-group'), { ...clerk, sub: 'clerk-2' }, 'supply-group')).toThrow(
      refusal('wrong-level'),
    );
  });

  it('waits at the level that its cost calls for until it is referred to one', () => {
    expect(levelHeld(errand(), approver, 'supply-group')).toBe('supply-group');
    expect(() => levelHeld(errand(), approver, 'headquarters')).toThrow(refusal('wrong-level'));
  });

  it('goes to headquarters when the supply group is silent, with the reason and all that it holds', () => {
    const { wait, ...rest } = errand({ level: 'supply-group' });
    expect(escalated({ ...rest, wait }, progress, POLICY, NOW)).toEqual({
      ...rest,
      level: 'headquarters',
      referral: [expect.objectContaining({ code: 'no-decision' })],
      dueAt: '2022-05-12T03:00:00.000Z',
      lateSince: rest.dueAt,
      reminders: 1,
    });
  });

  it('stays visibly overdue when headquarters is silent', () => {
    const { wait, ...rest } = errand({ level: 'headquarters', reminders: 1 });
    const next = overdue({ ...rest, wait }, progress, POLICY, NOW);
    expect(next).toEqual({ ...rest, dueAt: '2022-05-12T03:00:00.000Z', lateSince: rest.dueAt, reminders: 2 });
  });
});
