import { describe, expect, it } from 'vitest';
import { cancelled } from '../../functions/purchase/cancel.ts';
import { type DecideInput, decide } from '../../functions/purchase/decide.ts';
import { chosenAnew } from '../../functions/purchase/rounds.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { Problem } from '../../functions/shared/problem.ts';
import { MASK } from '../offers/market.ts';
import { approver, chief, NOW, POLICY, who } from '../support/need.ts';
import { aChoice, aPurchase, confirmedBy, outOf, submitted, withPart } from './purchases.ts';

const given = (of: Partial<DecideInput> = {}): DecideInput => ({
  ...{ purchase: submitted({ level: 'supply-group' }), body: { outcome: 'approved' }, actor: approver, gone: [] },
  ...{ item: MASK, policy: POLICY, now: NOW },
  ...of,
});
/** How it is refused, in a word. */
const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'done';
};
const deciding = (of: Partial<DecideInput>) => refusal(() => decide(given(of)));
/** 21:00 on the county's clocks. */
const NIGHT = '2022-05-12T13:00:00.000Z';

describe('approved is ordered', () => {
  const { purchase, money, event } = decide(given());

  it('with its money set aside, and a deadline for the supplier to confirm', () => {
    expect(event).toBe('PurchaseApproved');
    expect(money).toEqual({ encumbered: [{ order: 1, amountFen: 220_000 }], released: [] });
    expect(purchase).toMatchObject({ status: 'ordered', dueAt: plusMinutes(NOW, 240) });
    expect(purchase.orders).toMatchObject([
      { n: 1, status: 'placed', encumberedFen: 220_000, spentFen: 0, confirmBy: plusMinutes(NOW, 240) },
    ]);
    expect(purchase).not.toHaveProperty('level');
  });

  it('nobody is late with the goods before he has to have answered', () => {
    expect(purchase.orders[0]?.deliverBy).toBe(purchase.orders[0]?.confirmBy);
  });

  it('and its papers are due, with the basis it rests on', () => {
    const dueAt = plusMinutes(NOW, 1_440);
    expect(purchase.papers).toEqual([
      { kind: 'signed-need', dueAt },
      { kind: 'quotes', dueAt },
      { kind: 'signed-approval', dueAt },
    ]);
    expect(purchase.basis.document).toBe('财办库〔2020〕23号');
    expect(purchase.decision).toMatchObject({ outcome: 'approved', by: 'approver-1', level: 'supply-group' });
  });
});

describe('a decision', () => {
  it('is refused where nothing waits for one', () => {
    expect(deciding({ purchase: aPurchase() })).toBe('409 wrong-status');
    expect(deciding({ purchase: outOf(submitted()) })).toBe('409 wrong-status');
  });

  it('above the supply group is headquarters’ only', () => {
    const purchase = submitted({ level: 'headquarters' });
    expect(deciding({ purchase })).toBe('403 wrong-level');
    expect(deciding({ purchase, actor: chief })).toBe('done');
    expect(deciding({ actor: who('clerk-2', 'clerk') })).toBe('403 wrong-level');
  });

  it('is nobody’s who asked, or who asked for the need, or who chose', () => {
    for (const sub of ['clerk-1', 'point-1', 'buyer-1'])
      expect(
        deciding({
          purchase: submitted({ level: 'supply-group', need: { requestId: 'r', n: 1, askedBy: 'point-1' } }),
          actor: who(sub, 'approver'),
        }),
        sub,
      ).toBe('403 duties-apart');
  });

  it('nor theirs who chose for it in an earlier round', () => {
    const before = chosenAnew(submitted(), { ...aChoice(), by: 'buyer-2' });
    const purchase = { ...chosenAnew(before, aChoice()), level: 'supply-group' as const };
    expect(deciding({ purchase, actor: who('buyer-2', 'approver') })).toBe('403 duties-apart');
  });

  it('is taken by one for two only at night, by headquarters, with a reason that stays on the file', () => {
    const actor = who('buyer-1', 'headquarters');
    const body = { outcome: 'approved', override: '夜间仅一人值守' } as const;
    expect(deciding({ actor, body })).toBe('403 not-night');
    expect(deciding({ actor: who('buyer-1', 'approver'), body, now: NIGHT })).toBe('403 not-headquarters');
    expect(decide(given({ actor, body, now: NIGHT })).purchase.overrides).toEqual([
      { step: 'approve', by: 'buyer-1', at: NIGHT, reason: '夜间仅一人值守' },
    ]);
  });

  it('says why it refuses, and why it sends back', () => {
    expect(deciding({ body: { outcome: 'refused' } })).toBe('422 note-missing');
    expect(deciding({ body: { outcome: 'returned' } })).toBe('422 note-missing');
  });

  it('is not to approve an offer that is gone, and names it', () => {
    expect(deciding({ gone: ['ofr_1'] })).toBe('409 offer-gone');
    expect(deciding({ gone: ['ofr_1'], body: { outcome: 'returned', note: '报价已撤回' } })).toBe('done');
  });

  it('on a price that has come to lie above its ceiling since it was referred is headquarters’ only, and says so', () => {
    const lowered = { ...MASK, reference: { priceFen: 1_000, perQuantity: 50 } };
    const { reference: _, ...unknown } = MASK;
    const both = { ...approver, roles: [...approver.roles, ...chief.roles] };
    for (const [item, code] of [[lowered, 'above-ceiling'] as const, [unknown, 'no-reference-price'] as const]) {
      expect(deciding({ item })).toBe('403 wrong-level');
      expect(() => decide(given({ item }))).toThrow(/¥22\.00|¥0\.44/);
      expect(deciding({ item, body: { outcome: 'returned', note: '价格过高' } })).toBe('done');
      for (const actor of [chief, both])
        expect(decide(given({ item, actor })).purchase.decision).toMatchObject({
          ...{ level: 'headquarters', aboveCeiling: true, reasons: [{ code }, { code }] },
        });
    }
    expect(decide(given({ actor: chief })).purchase.decision?.aboveCeiling).toBeUndefined();
  });

  it('that sends back leaves it to a buyer, with nothing decided', () => {
    const { purchase, money } = decide(given({ body: { outcome: 'returned', note: '再询一家' } }));
    expect(purchase).toMatchObject({ status: 'sourcing', dueAt: plusMinutes(NOW, 480), referral: [] });
    expect(purchase.decision).toBeUndefined();
    expect(money.encumbered).toEqual([]);
  });

  it('that refuses the rest of what came in part leaves that to be paid', () => {
    const [order] = outOf(submitted()).orders;
    const part = order === undefined ? [] : [{ ...withPart(order, 500), status: 'closed' as const, encumberedFen: 0 }];
    const body = { outcome: 'refused', note: '价格过高' } as const;
    expect(decide(given({ body })).purchase.status).toBe('refused');
    const { purchase } = decide(given({ body, purchase: submitted({ level: 'supply-group', orders: part }) }));
    expect(purchase).toMatchObject({ status: 'delivered', decision: { outcome: 'refused' } });
  });
});

describe('a purchase that nobody needs any more', () => {
  const why = { by: 'clerk-1', reason: '邻县调剂已到' };
  const cancel = (of = outOf(submitted())) => cancelled(of, why, POLICY, NOW);

  it('is called off with its unconfirmed orders, whose money is free', () => {
    const { purchase, money } = cancel();
    expect(purchase).toMatchObject({ status: 'cancelled', orders: [{ status: 'cancelled', encumberedFen: 0 }] });
    expect(money.released).toEqual([{ order: 1, amountFen: 220_000 }]);
  });

  it('is not while a supplier relies on an order he confirmed', () => {
    const of = outOf(submitted());
    expect(refusal(() => cancel({ ...of, orders: of.orders.map(confirmedBy) }))).toBe('409 confirmed-orders');
  });

  it('is not once it has ended', () => {
    for (const status of ['delivered', 'closed', 'refused', 'cancelled'] as const)
      expect(
        refusal(() => cancel(aPurchase({ status }))),
        status,
      ).toBe('409 wrong-status');
  });
});
