import { describe, expect, it } from 'vitest';
import { followUp } from '../../functions/purchase/follow.ts';
import * as tell from '../../functions/purchase/notices.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { MASK, SUPPLIERS } from '../offers/market.ts';
import { NOW, POLICY } from '../support/need.ts';
import { aPurchase, FOR_NEED, outOf, SPECIAL, submitted } from './purchases.ts';

describe('buyers are told', () => {
  it('what is to be bought, for whom, and by when to choose', () => {
    expect(tell.toSource(aPurchase(FOR_NEED), MASK)).toEqual({
      ...{ to: { role: 'buyer' }, code: 'purchase-opened', about: { kind: 'purchase', id: 'pur_1' } },
      dueAt: plusMinutes(NOW, 480),
      zh: '采购医用外科口罩 100 盒（5000个）（第 1 级需求），请在 2022-05-12 17:00 前选定报价。',
      en: 'To be bought: surgical mask, 100 盒 (5000 piece) (for need of tier 1). Choose among the offers by 2022-05-12 17:00, China time.',
    });
  });

  it('what was decided: ordered, sent back or refused', () => {
    const codes = [outOf(submitted()), aPurchase(), aPurchase({ status: 'refused' })].map(
      (of) => tell.answered(of, MASK).code,
    );
    expect(codes).toEqual(['purchase-ordered', 'purchase-returned', 'purchase-refused']);
  });

  it('what happened to orders without them, and nothing where nothing happened', () => {
    const at = (now: string, availableFen: number) =>
      followUp({
        ...{ purchase: outOf(submitted()), item: MASK, suppliers: SUPPLIERS, policy: POLICY, now, availableFen },
        ...{ alternates: submitted().choice?.alternates ?? [], fund: SPECIAL },
      });
    expect(tell.followed(at(NOW, 0), MASK)).toEqual([]);
    const [told, ...others] = tell.followed(at(plusMinutes(NOW, 240), 0), MASK);
    expect(told).toMatchObject({ to: { role: 'buyer' }, zh: expect.stringContaining('未确认，作废') });
    expect(others).toEqual([]);
  });
});

describe('whoever decides is told', () => {
  it('of how much at most, by when and why a person has to', () => {
    const referral = [{ code: 'above-ceiling', zh: '超过限价。', en: 'Above the ceiling.' }];
    expect(tell.referred(submitted({ level: 'headquarters', referral }), MASK)).toMatchObject({
      to: { role: 'headquarters' },
      zh: expect.stringMatching(/最高 ¥2,221\.58，请指挥部在 .* 前审批。超过限价。$/),
    });
    expect(tell.referred(submitted({ level: 'supply-group' }), MASK).to).toEqual({ role: 'approver' });
  });

  it('that silence buys nothing', () => {
    expect(tell.undecided(submitted({ reminders: 2 }), MASK).zh).toContain('已逾期 2 次，未经审批不采购');
    expect(tell.escalated(submitted(), MASK, NOW)).toMatchObject({
      ...{ to: { role: 'headquarters' }, zh: expect.stringContaining('未在 2022-05-12 09:00 前作出决定') },
    });
  });
});

it('what people wrote themselves is in no notice, because it may name somebody', () => {
  const note = '某人说不行';
  const decision = { outcome: 'refused' as const, by: note, at: NOW, level: 'supply-group' as const, policyVersion: 1 };
  const of = submitted({ reason: note, askedBy: note, decision: { ...decision, reasons: [], note } });
  for (const say of [tell.toSource, tell.referred, tell.answered, tell.undecided])
    expect(JSON.stringify(say(of, MASK))).not.toContain(note);
});
