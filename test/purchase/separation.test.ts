import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DutyStep, dutyStep, type Purchase } from '../../functions/purchase/purchase.ts';
import { barring, demandApart, isNight } from '../../functions/purchase/separation.ts';
import { NOW, POLICY } from '../support/need.ts';
import { runs } from '../support/random.ts';
import { outOf, submitted, withPart } from './purchases.ts';

/** A purchase in which this person, and nobody else, took this step. */
const takenBy = (sub: string, step: DutyStep): Purchase => {
  const of = outOf(submitted());
  const [order] = of.orders;
  const decision = of.decision && { ...of.decision, by: sub };
  const paid = { document: '样例凭证', amountFen: 1, paidOn: '2022-05-12', by: sub, at: NOW };
  switch (step) {
    case 'ask':
      return { ...of, askedBy: sub };
    case 'buy':
      return { ...of, ...(of.choice && { choice: { ...of.choice, by: sub } }) };
    case 'approve':
      return { ...of, ...(decision && { decision }) };
    case 'accept':
      return {
        ...of,
        orders:
          order === undefined
            ? []
            : [withPart(order, 50)].map((one) => ({ ...one, parts: one.parts.map((part) => ({ ...part, by: sub })) })),
      };
    default:
      return { ...of, orders: order === undefined ? [] : [{ ...order, payment: paid }] };
  }
};

const FORBIDDEN = ['ask buy', 'ask accept', 'buy accept', 'ask approve', 'buy approve', 'buy pay'];
const pairs = dutyStep.options.flatMap((one) => dutyStep.options.map((other) => [one, other] as const));

describe('one person', () => {
  it.each(pairs)(
    'who took the step %s is kept from the step %s exactly where the two are forbidden together',
    (one, other) => {
      const forbidden = FORBIDDEN.includes(`${one} ${other}`) || FORBIDDEN.includes(`${other} ${one}`);
      expect(barring(takenBy('same', one), other, 'same')).toEqual(forbidden ? [one] : []);
      expect(barring(takenBy('same', one), other, 'another')).toEqual([]);
    },
  );

  it('who wrote a chosen offer or the next down, or took a supplier’s no, has bought, and neither approves, accepts nor pays', () => {
    const of = outOf(submitted());
    const orders = of.choice?.orders.map((one) => ({ ...one, writtenBy: 'writer' })) ?? [];
    const alternates = orders.map((one) => ({ ...one, writtenBy: 'next-writer' }));
    const ended = { by: 'teller', at: NOW, reason: '没货了' };
    const dealt: Purchase = {
      ...{ ...of, ...(of.choice && { choice: { ...of.choice, orders, alternates } }) },
      orders: of.orders.map((one) => ({ ...one, status: 'declined', ended })),
    };
    for (const sub of ['writer', 'next-writer', 'teller'])
      for (const step of ['ask', 'approve', 'accept', 'pay'] as const)
        expect(barring(dealt, step, sub)).toEqual(['buy']);
  });

  it('at the door who says that nothing more comes has not bought', () => {
    const of = outOf(submitted());
    const ended = { by: 'keeper', at: NOW, reason: '不再送货' };
    expect(
      barring({ ...of, orders: of.orders.map((one) => ({ ...one, status: 'closed', ended })) }, 'accept', 'keeper'),
    ).toEqual([]);
  });

  it('who has nothing to do with it so far needs no override, and leaves none', () => {
    const actor = { sub: 'other', roles: ['headquarters' as const] };
    const purchase = submitted();
    expect(demandApart(purchase, 'approve', actor, '夜间', POLICY, NOW)).toBe(purchase);
  });
});

describe('the night', () => {
  const clock = (minutes: number) => new Date(Date.parse('2022-05-11T16:00:00.000Z') + minutes * 60_000).toISOString();
  const shown = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

  it('goes past midnight, from its first minute to before its last', () => {
    const at = (minutes: number) => isNight(POLICY.purchase.night, clock(minutes));
    expect([at(20 * 60 - 1), at(20 * 60), at(0), at(8 * 60 - 1), at(8 * 60)]).toEqual([false, true, true, true, false]);
  });

  it('and the day that is left of it are all the minutes there are', () => {
    const minute = fc.nat(1_439);
    fc.assert(
      fc.property(minute, minute, minute, (from, to, now) => {
        fc.pre(from !== to);
        const [night, day] = [
          { from: shown(from), to: shown(to) },
          { from: shown(to), to: shown(from) },
        ];
        expect(isNight(night, clock(now))).not.toBe(isNight(day, clock(now)));
      }),
      { numRuns: runs(200) },
    );
  });
});
