import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overdue } from '../../functions/delivery/notices.ts';
import { answered, escalated, needOverdue, referred, toReview, undecided } from '../../functions/request/notices.ts';
import { aConsignment, aLine, aRequest, byId, checkpoint, mask, POLICY } from '../support/need.ts';
import { runs } from '../support/random.ts';

const site = checkpoint();
const asked = (request = {}, ...lines: Parameters<typeof aLine>[0][]) => ({
  request: aRequest({ level: 'supply-group', ...request }),
  lines: (lines.length === 0 ? [{}] : lines).map((line) => aLine(line)),
  items: byId(mask()),
  site,
});

describe('given a request that a person has to decide on', () => {
  const referral = [{ code: 'over-norm', zh: '超过定量。', en: 'Over the norm.' }];

  it('the approver is told who asks for what, by when to decide, and why a person has to', () => {
    expect(referred(asked({ referral }))).toEqual({
      to: { role: 'approver' },
      code: 'request-referred',
      about: { kind: 'request', id: 'req_1' },
      dueAt: '2022-05-12T01:30:00.000Z',
      zh: '县界卡点申请医用外科口罩 6 盒（300个）（第 1 级），请物资保障组在 2022-05-12 09:30 前审批。超过定量。',
      en: 'county-border checkpoint asks for surgical mask 6 盒 (300 piece) (tier 1): the supply group decides by 2022-05-12 09:30, China time. Over the norm.',
    });
  });

  it('headquarters is told where only it decides', () => {
    expect(referred(asked({ level: 'headquarters', referral }))).toMatchObject({
      to: { role: 'headquarters' },
      zh: expect.stringContaining('请指挥部在'),
    });
  });

  it('headquarters is told when the supply group was silent, and each time that it is silent itself', () => {
    const late = asked({ level: 'headquarters', dueAt: '2022-05-12T02:00:00.000Z', reminders: 3 });
    expect(escalated(late, '2022-05-12T01:30:00.000Z')).toMatchObject({
      to: { role: 'headquarters' },
      dueAt: '2022-05-12T02:00:00.000Z',
      zh: expect.stringContaining('物资保障组未在 2022-05-12 09:30 前作出决定，请指挥部在 2022-05-12 10:00 前审批。'),
    });
    expect(undecided(late)).toMatchObject({
      code: 'decision-overdue',
      en: expect.stringContaining('still undecided, 3 deadlines missed'),
    });
  });

  it('headquarters is asked to review what silence released', () => {
    const released = toReview(asked({ status: 'approved' }, { approved: 100 }));
    expect(released.zh).toBe('县界卡点的申请无人决定，已先发一线一日定量：医用外科口罩 2 盒（100个）。请事后复核。');
    expect(released).not.toHaveProperty('dueAt');
  });
});

describe('given a decision', () => {
  it('the site is told what was approved, and what was not', () => {
    const whole = answered(asked({ status: 'approved' }, { approved: 300 }));
    expect(whole).toMatchObject({ to: { siteId: 'checkpoint-1' }, code: 'request-approved' });
    expect(answered(asked({ status: 'approved' }, { approved: 100 }))).toMatchObject({
      code: 'request-cut',
      zh: '申请已部分批准：医用外科口罩 2 盒（100个）；未批准：医用外科口罩 4 盒（200个），理由见申请。',
    });
    expect(answered(asked({ status: 'refused' }))).toMatchObject({ code: 'request-refused' });
  });

  it('what people wrote themselves is in no notice, because it may name somebody', () => {
    const decision = { outcome: 'refused', by: 'ana', at: '', level: 'supply-group', policyVersion: 1, reasons: [] };
    const note = '某人说不行';
    const request = { status: 'refused', reason: note, askedBy: note, decision: { ...decision, note } };
    fc.assert(
      fc.property(fc.constantFrom(answered, referred, undecided, toReview), (tell) => {
        expect(JSON.stringify(tell(asked(request)))).not.toContain(note);
      }),
      { numRuns: runs(20) },
    );
  });

  it('a long list is cut short, and says how long it is', () => {
    const lines = Array.from({ length: 8 }, (_, i) => ({ n: i + 1, approved: 300 }));
    const { zh, en } = answered(asked({ status: 'approved' }, ...lines));
    expect([zh, en]).toEqual([expect.stringContaining('等 8 项'), expect.stringContaining('and 3 more')]);
  });
});

describe('given goods that are outstanding at the need-by', () => {
  const open = { status: 'open' as const, approved: 300, received: 100, dispatched: 50 };

  it('the clerk is told which, and what of it is on the way', () => {
    const [told] = needOverdue(asked({ status: 'approved', reminders: 1 }, open, { n: 2, status: 'closed' }), POLICY);
    expect(told).toMatchObject({
      to: { role: 'clerk' },
      zh: '县界卡点的需求时限 2022-05-13 09:00 已过，尚未收到：医用外科口罩 4 盒（200个）（部分在途）。',
    });
  });

  it('an item that is in no catalogue any more is called by its id', () => {
    const [told] = needOverdue({ ...asked({}, open), items: new Map(), site: undefined }, POLICY);
    expect(told?.en).toContain(
      'checkpoint-1 needed it by 2022-05-13 09:00, China time, and has not received: 200 of mask',
    );
  });
});

describe('given a consignment that is late', () => {
  const late = (status: 'planned' | 'picking' | 'dispatched' | 'received', reminders: number) => {
    const was = aConsignment({ status, reminders: reminders - 1 });
    const is = { ...was, reminders, dueAt: '2022-05-12T03:00:00.000Z' };
    return overdue(was, is, site, POLICY);
  };

  it.each([
    ['planned', 'picking-overdue', '开始拣货'],
    ['picking', 'dispatch-overdue', '发出'],
  ] as const)('at %s, the storekeeper is told', (status, code, zh) => {
    expect(late(status, 1)).toMatchObject([
      {
        to: { role: 'storekeeper' },
        code,
        dueAt: '2022-05-12T03:00:00.000Z',
        zh: expect.stringContaining(`前${zh}，`),
      },
    ]);
  });

  it('on its way, the site is told too', () => {
    expect(late('dispatched', 1).map(({ to }) => to)).toEqual([{ role: 'storekeeper' }, { siteId: 'checkpoint-1' }]);
  });

  it('where nobody is waited for, nobody is told', () => {
    expect(late('received', 1)).toEqual([]);
  });

  it('headquarters is told from the missed deadline on that policy says, of goods and of needs alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }), (reminders, escalateAfter) => {
        const policy = { notices: { escalateAfter } };
        const was = aConsignment({ status: 'picking', reminders: reminders - 1 });
        const goods = overdue(was, { ...was, reminders }, site, policy);
        const needs = needOverdue(asked({ reminders }), policy);
        for (const told of [goods, needs])
          expect(told.some(({ to }) => 'role' in to && to.role === 'headquarters')).toBe(reminders >= escalateAfter);
      }),
      { numRuns: runs(100) },
    );
  });
});
