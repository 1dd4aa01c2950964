import { describe, expect, it } from 'vitest';
import { type DecideInput, type DecisionBody, decide, decisionBody } from '../../functions/approval/decide.ts';
import { aLine, approver, aRequest, byId, chief, mask, NOW, POLICY, who } from '../support/need.ts';

const referral = [{ code: 'over-norm', zh: '超', en: 'over' }];
const judge = (body: DecideInput['body'], rest: Partial<DecideInput> = {}) =>
  decide({
    request: aRequest({ level: 'supply-group', referral, lines: 2 }),
    lines: [aLine(), aLine({ n: 2, itemId: 'gown' })],
    items: byId(mask(), mask({ id: 'gown' })),
    body,
    actor: approver,
    policy: POLICY,
    now: NOW,
    ...rest,
  });
const cut = (n: number, quantity: number, unit = '盒'): DecisionBody & { lines: object[] } => ({
  outcome: 'approved',
  note: '先给一半',
  lines: [{ n, quantity, unit }],
});

describe('a person’s decision', () => {
  it('approves what was asked, to be there by the need-by', () => {
    const { request, lines } = judge({ outcome: 'approved' });
    expect(request).toMatchObject({
      status: 'approved',
      dueAt: '2022-05-13T01:00:00.000Z',
      decision: { outcome: 'approved', by: 'approver-1', level: 'supply-group', policyVersion: 7, reasons: referral },
    });
    expect(request.level).toBeUndefined();
    expect(lines).toMatchObject([
      { status: 'open', approved: 300 },
      { status: 'open', approved: 300 },
    ]);
  });

  it('cuts lines, and says by how much', () => {
    const { request, lines } = judge(cut(1, 100, 'piece'));
    expect(lines[0]).toMatchObject({ status: 'open', approved: 100 });
    expect(request.decision?.reasons[1]).toMatchObject({ code: 'cut', en: expect.stringContaining('approved 2 盒') });
  });

  it('cuts nothing without saying why', () => {
    const { note: _, ...silent } = cut(1, 2);
    expect(() => judge(silent)).toThrow(expect.objectContaining({ code: 'note-missing' }));
  });

  it('refuses single lines', () => {
    expect(judge(cut(2, 0)).lines).toMatchObject([{ status: 'open' }, { status: 'refused', approved: 0 }]);
  });

  it('changes the tier with a reason', () => {
    const { request, lines } = judge({ outcome: 'approved', tier: 2, note: 'the post has been relieved' });
    expect([request.tier, lines[0]?.tier]).toEqual([2, 2]);
    expect(request.decision?.reasons).toContainEqual(expect.objectContaining({ code: 'tier-changed' }));
    expect(() => judge({ outcome: 'approved', tier: 2 })).toThrow(expect.objectContaining({ code: 'note-missing' }));
  });

  it('lets the lines count from the wave of the tier that was decided, not of the one that was asked', () => {
    const now = '2022-05-12T01:10:00.000Z';
    const note = 'the post has been relieved';
    const fromOf = (body: DecisionBody, rest: Partial<DecideInput> = {}) =>
      judge(body, { now, ...rest }).lines.map(({ countsFrom }) => countsFrom);
    expect(fromOf({ outcome: 'approved' })).toEqual([undefined, undefined]);
    expect(fromOf({ outcome: 'approved', tier: 2, note })).toEqual(Array(2).fill('2022-05-12T01:30:00.000Z'));
    const village = { request: aRequest({ level: 'supply-group', tier: 3 }) };
    expect(fromOf({ outcome: 'approved', tier: 1, note }, village)).toEqual([undefined, undefined]);
    expect(fromOf(cut(1, 0), village)).toEqual([undefined, '2022-05-12T01:30:00.000Z']);
  });

  it('refuses the whole with a note', () => {
    const { request, lines } = judge({ outcome: 'refused', note: 'delivered yesterday' });
    expect(request).toMatchObject({ status: 'refused', decision: { outcome: 'refused', note: 'delivered yesterday' } });
    expect(lines).toMatchObject([{ status: 'refused' }, { status: 'refused' }]);
    expect(() => judge({ outcome: 'refused' })).toThrow(expect.objectContaining({ code: 'note-missing' }));
  });

  it('that refuses changes neither tier nor lines, and is not taken in silence where it tries', () => {
    const body = { outcome: 'refused', note: 'no', tier: 1, lines: [{ n: 19, quantity: 1, unit: 'no such' }] } as const;
    expect(() => judge({ ...body, lines: [...body.lines] })).toThrow(
      expect.objectContaining({
        ...{ status: 422, code: 'whole-refusal' },
        errors: [expect.objectContaining({ path: 'tier' }), expect.objectContaining({ path: 'lines' })],
      }),
    );
  });

  it('approves whole issue units as they are now, though they were others when it was asked', () => {
    const items = byId(mask({ units: { 盒: 40 } }), mask({ id: 'gown', units: { 盒: 400_000_000 } }));
    const { lines } = judge({ outcome: 'approved' }, { items, lines: [aLine(), aLine({ n: 2, itemId: 'gown' })] });
    expect(lines.map(({ approved }) => approved)).toEqual([320, 400_000_000]);
    const most = [aLine({ quantity: 1_000_000_000 })];
    expect(judge({ outcome: 'approved' }, { items, lines: most }).lines[0]?.approved).toBe(1_000_000_000);
    const gowns = [aLine({ itemId: 'gown', quantity: 1_000_000_000 })];
    expect(judge({ outcome: 'approved' }, { items, lines: gowns }).lines[0]?.approved).toBe(800_000_000);
  });

  it('is not the asker’s', () => {
    for (const outcome of ['approved', 'refused'] as const)
      expect(() =>
        judge({ outcome, note: 'x' }, { actor: who('clerk-1', 'clerk', 'approver', 'headquarters') }),
      ).toThrow(expect.objectContaining({ status: 403, code: 'own-request' }));
  });

  it('is headquarters’ where it waits for headquarters, or costs so much before anybody assessed it', () => {
    const high = { request: aRequest({ level: 'headquarters' }) };
    const wrong = expect.objectContaining({ status: 403, code: 'wrong-level' });
    expect(() => judge({ outcome: 'approved' }, high)).toThrow(wrong);
    expect(() => judge({ outcome: 'approved' }, { request: aRequest({ estimatedFen: 10_000_001 }) })).toThrow(wrong);
    expect(judge({ outcome: 'approved' }, { ...high, actor: chief }).request.decision?.level).toBe('headquarters');
    expect(judge({ outcome: 'approved' }, { actor: chief }).request.decision?.level).toBe('headquarters');
  });

  it.each(['approved', 'refused', 'cancelled', 'closed'] as const)('comes too late once it is %s', (status) => {
    expect(() => judge({ outcome: 'approved' }, { request: aRequest({ status }) })).toThrow(
      expect.objectContaining({ status: 409, code: 'wrong-status' }),
    );
  });

  it.each([
    ['more than was asked', cut(1, 7), 'more-than-asked', 'lines[0].quantity'],
    ['more than any county has', cut(1, 1_000_000_000, '箱'), 'more-than-asked', 'lines[0].quantity'],
    ['a unit that only an object would know', cut(1, 1, 'constructor'), 'unknown-unit', 'lines[0].unit'],
    ['more than was said, for the sake of a whole box', cut(1, 60, 'piece'), 'part-unit', 'lines[0].quantity'],
    ['a line that is not there', cut(3, 1), 'unknown-line', 'lines[0].n'],
    ['an unknown unit', cut(1, 1, '件'), 'unknown-unit', 'lines[0].unit'],
    [
      'one line twice',
      { ...cut(1, 1), lines: [...cut(1, 1).lines, ...cut(1, 2).lines] },
      'duplicate-line',
      'lines[1].n',
    ],
    ['nothing', { ...cut(1, 0), lines: [...cut(1, 0).lines, ...cut(2, 0).lines] }, 'nothing-approved', 'lines'],
  ])('cannot approve %s', (_what, body, code, path) => {
    expect(() => judge(decisionBody.parse(body))).toThrow(
      expect.objectContaining({ status: 422, code, errors: [expect.objectContaining({ path })] }),
    );
  });
});
