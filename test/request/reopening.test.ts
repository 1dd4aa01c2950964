import { describe, expect, it } from 'vitest';
import { type Line, short } from '../../functions/request/line.ts';
import { type ReopeningBody, reopen } from '../../functions/request/reopening.ts';
import type { Request } from '../../functions/request/request.ts';
import { aLine, approver, aRequest, byId, chief, mask, NOW, POLICY, who } from '../support/need.ts';

const DECIDED = { outcome: 'approved' as const, by: 'approver-9', at: NOW, policyVersion: 7, reasons: [] };
const ended = (changes: Partial<Request> = {}) =>
  aRequest({ status: 'closed', decision: { ...DECIDED, level: 'supply-group' }, ...changes });
const served = (changes: Partial<Line> = {}) =>
  aLine({ status: 'closed', approved: 200, received: 200, rationale: 4, ...changes });
const ask = (quantity: number, rest: Partial<ReopeningBody> = {}): ReopeningBody => ({
  ...{ reason: '新增值守人员', lines: [{ n: 1, quantity, unit: '盒' }] },
  ...rest,
});
const reopening = (
  body: ReopeningBody,
  { request = ended(), lines = [served()], actor = approver, items = byId(mask()) } = {},
) => reopen({ request, lines, items, body, actor, policy: POLICY, now: NOW });
const refusal = (status: number, code: string, path?: string) =>
  expect.objectContaining({
    ...{ status, code },
    ...(path !== undefined && { errors: [expect.objectContaining({ path })] }),
  });

describe('reopening a request', () => {
  it('approves so much more, as a new attempt of its workflow, and nothing else changes', () => {
    const { request, lines } = reopening(ask(2));
    expect(request).toMatchObject({ status: 'approved', attempt: 2, start: NOW, dueAt: request.needBy, reminders: 0 });
    const [{ is } = { is: served() }] = lines;
    expect(is).toMatchObject({ status: 'open', approved: 300, received: 200, rationale: 0, tier: 1 });
    expect([short(is), is.countsFrom]).toEqual([100, undefined]);
  });

  it('counts a village’s need from its wave, as policy now says', () => {
    const { lines } = reopening(ask(2), { lines: [served({ tier: 3 })] });
    expect(lines[0]?.is.countsFrom).toBeUndefined();
    const later = reopen({
      ...{ request: ended(), lines: [served({ tier: 3 })], items: byId(mask()), body: ask(2), actor: approver },
      ...{ policy: POLICY, now: '2022-05-12T01:10:00.000Z' },
    });
    expect(later.lines[0]?.is.countsFrom).toBe('2022-05-12T01:30:00.000Z');
  });

  it('takes up what was closed short, even while the last of it is on the way', () => {
    const word = { by: 'approver-9', at: NOW, reason: '已无货源', quantity: 100 };
    const line = served({ status: 'open', approved: 200, received: 100, dispatched: 100, closedShort: word });
    const { request, lines } = reopening(ask(2), { request: ended({ status: 'approved' }), lines: [line] });
    expect(request).toMatchObject({ status: 'approved', attempt: 2 });
    expect(lines[0]?.is).toMatchObject({ status: 'open', approved: 300, dispatched: 100 });
    expect(lines[0]?.is).not.toHaveProperty('closedShort');
  });

  it('gives the need a new need-by, which is the deadline again', () => {
    const needBy = '2022-05-15T18:00:00+08:00';
    const { request, lines } = reopening(ask(2, { needBy }));
    const utc = '2022-05-15T10:00:00.000Z';
    expect([request.needBy, request.dueAt, lines[0]?.is.needBy]).toEqual([utc, utc, utc]);
  });

  it.each([
    ['nobody who asked', { actor: who('clerk-1', 'approver') }, 403, 'own-request'],
    ['nobody without the level', { actor: who('clerk-2', 'clerk') }, 403, 'wrong-level'],
    [
      'nobody below the level that decided',
      { request: ended({ decision: { ...DECIDED, level: 'headquarters' } }) },
      403,
      'wrong-level',
    ],
    ['what was cancelled', { request: ended({ status: 'cancelled' }) }, 409, 'wrong-status'],
    ['what nobody decided yet', { request: ended({ status: 'submitted' }) }, 409, 'wrong-status'],
    ['a need-by that has passed', { request: ended({ needBy: '2022-05-11T01:00:00.000Z' }) }, 422, 'need-by-past'],
    ['a line that is open', { lines: [served({ status: 'open' })] }, 409, 'line-not-closed'],
    [
      'a line that was refused',
      { lines: [served({ status: 'refused', approved: 0, received: 0 })] },
      409,
      'line-not-closed',
    ],
    ['what is no longer issued', { items: byId(mask({ active: false })) }, 422, 'inactive-item'],
  ])('takes %s not', (_what, change, status, code) => {
    expect(() => reopening(ask(2), change)).toThrow(refusal(status, code));
  });

  it.each([
    ['more than was asked', ask(3), 422, 'more-than-asked', 'lines[0].quantity'],
    [
      'a unit that it has not',
      ask(1, { lines: [{ n: 1, quantity: 1, unit: '件' }] }),
      422,
      'unknown-unit',
      'lines[0].unit',
    ],
    ['part of a box', ask(1, { lines: [{ n: 1, quantity: 7, unit: '个' }] }), 422, 'part-unit', 'lines[0].quantity'],
    [
      'a line that there is not',
      ask(1, { lines: [{ n: 2, quantity: 1, unit: '盒' }] }),
      422,
      'unknown-line',
      'lines[0].n',
    ],
    [
      'a line twice',
      ask(1, { lines: [1, 1].map((n) => ({ n, quantity: 1, unit: '盒' })) }),
      422,
      'duplicate-line',
      'lines[1].n',
    ],
    ['a need-by in the past', ask(1, { needBy: '2022-05-11T01:00:00Z' }), 422, 'need-by-past', 'needBy'],
  ])('is refused over %s, with its place', (_what, body, status, code, path) => {
    expect(() => reopening(body)).toThrow(refusal(status, code, path));
  });

  it('goes beyond what was asked by headquarters only, and never beyond all bounds', () => {
    expect(reopening(ask(3), { actor: chief }).lines[0]?.is.approved).toBe(350);
    expect(() => reopening(ask(20_000_000), { actor: chief })).toThrow(refusal(422, 'more-than-asked'));
  });
});
