import { describe, expect, it } from 'vitest';
import { type SilenceInput, unanswered } from '../../functions/approval/silence.ts';
import type { Item } from '../../functions/catalogue/item.ts';
import type { Tier } from '../../functions/catalogue/policy.ts';
import { MAX_ROUNDS, type Progress } from '../../functions/workflow/progress.ts';
import { aLine, aRequest, byId, COUNTY, checkpoint, mask, POLICY } from '../support/need.ts';

const progress: Progress = {
  kind: 'request',
  county: COUNTY,
  id: 'req_1',
  attempt: 1,
  round: 0,
  status: 'submitted',
  secondsLeft: 1,
};
const now = '2022-05-12T01:30:00.000Z';
const wait = { token: 't', status: 'submitted', execution: 'req_1-1', round: 1 };
const waiting = (level: 'supply-group' | 'headquarters', tier: Tier = 1) => aRequest({ level, tier, wait });
const silent = (rest: Partial<SilenceInput> = {}) =>
  unanswered({
    request: waiting('headquarters'),
    lines: [aLine()],
    items: byId(mask()),
    site: checkpoint(),
    recent: { quantities: new Map(), incomplete: false },
    policy: POLICY,
    progress,
    now,
    ...rest,
  });

describe('silence', () => {
  it('of the supply group takes a request to headquarters, with a new deadline', () => {
    const { event, request, lines } = silent({ request: waiting('supply-group', 2) });
    expect([event, lines]).toEqual(['RequestEscalated', []]);
    expect(request).toMatchObject({
      status: 'submitted',
      level: 'headquarters',
      dueAt: '2022-05-12T03:30:00.000Z',
      reminders: 1,
      referral: [{ code: 'no-decision' }],
    });
    expect([request.wait, request.resume]).toEqual([undefined, undefined]);
  });

  it('of headquarters lets the front line have one day’s norm, to be reviewed afterwards', () => {
    const { event, request, lines } = silent();
    expect(event).toBe('OneDayReleased');
    expect(lines).toMatchObject([{ status: 'open', approved: 100 }]);
    expect(request).toMatchObject({
      status: 'approved',
      dueAt: request.needBy,
      decision: { outcome: 'approved', by: 'green-channel', level: 'headquarters', policyVersion: 7 },
    });
    expect(request.decision?.reasons.map(({ code }) => code)).toEqual(['no-decision', 'one-day-released']);
    // The wait timed out: there is nobody to be told.
    expect([request.wait, request.resume]).toEqual([undefined, undefined]);
  });

  it('never releases more than was asked', () => {
    expect(silent({ lines: [aLine({ quantity: 50 })] }).lines[0]?.approved).toBe(50);
  });

  it.each([
    ['no norm is set for it', { items: byId(mask({ norms: {} })) }],
    ['nobody is on post', { site: checkpoint({ people: { post: 0, vulnerable: 0, residents: 0 } }) }],
    ['it is not in the catalogue', { items: byId<Item>() }],
  ])('releases nothing where %s, whatever was asked: it stays visibly overdue', (_, rest) => {
    const lines = [aLine({ quantity: 1_000_000 })];
    const request = aRequest({ level: 'headquarters', tier: 1, wait, coverDays: 1 });
    expect(silent({ request, lines, ...rest })).toMatchObject({
      event: 'DecisionOverdue',
      request: { status: 'submitted', level: 'headquarters' },
      lines: [],
    });
  });

  it.each([
    [199, 100],
    [200, 100],
    [201, 50],
    [250, 50],
    [251, 0],
    [900, 0],
  ])('holds the %s that the site has for these days against their norm of 300: %s go', (earlier, day) => {
    const recent = { quantities: new Map([['mask', earlier]]), incomplete: false };
    expect(silent({ recent }).lines[0]?.approved ?? 0).toBe(day);
    // A longer period than is set stretches nothing.
    const request = aRequest({ level: 'headquarters', tier: 1, wait, coverDays: 30 });
    expect(silent({ recent, request }).lines[0]?.approved ?? 0).toBe(day);
  });

  it('releases nothing where what the site has cannot be added up', () => {
    expect(silent({ recent: { quantities: new Map(), incomplete: true } }).event).toBe('DecisionOverdue');
  });

  it.each([
    ['is no longer issued', { active: false }],
    ['is kept for other kinds of posts', { posts: ['hospital'] as const }],
  ])('releases nothing that %s', (_, rest) => {
    expect(silent({ items: byId(mask(rest as Partial<Item>)) }).event).toBe('DecisionOverdue');
  });

  it('releases what a norm speaks for, and says why the rest of the request did not go', () => {
    const items = byId(mask(), mask({ id: 'glove', nameZh: '手套', nameEn: 'glove', norms: {} }));
    const { request, lines } = silent({ items, lines: [aLine(), aLine({ n: 2, itemId: 'glove' })] });
    expect(lines.map(({ status, approved }) => [status, approved])).toEqual([
      ['open', 100],
      ['refused', 0],
    ]);
    expect(request.decision?.reasons.slice(1)).toEqual([
      { code: 'one-day-released', zh: expect.stringContaining('一日定量 2 盒'), en: expect.stringContaining('2 盒') },
      { code: 'nothing-released', zh: expect.stringContaining('手套'), en: expect.stringContaining('no norm is set') },
    ]);
  });

  it.each([2, 3] as const)('of headquarters leaves tier %s visibly overdue', (tier) => {
    const { event, request, lines } = silent({ request: waiting('headquarters', tier) });
    expect([event, lines]).toEqual(['DecisionOverdue', []]);
    expect(request).toMatchObject({ status: 'submitted', level: 'headquarters', reminders: 1 });
    expect(request.dueAt > now).toBe(true);
  });

  it('hands over to a fresh execution after 200 waits', () => {
    const late = { ...progress, round: MAX_ROUNDS - 1 };
    const { request } = silent({ request: waiting('headquarters', 3), progress: late });
    expect(request).toMatchObject({ attempt: 2, start: now, reminders: 1 });
  });
});
