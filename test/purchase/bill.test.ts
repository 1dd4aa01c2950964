import { describe, expect, it } from 'vitest';
import {
  invoiceBody,
  invoiced,
  matched,
  paid,
  paymentBody,
  resolutionBody,
  resolved,
} from '../../functions/purchase/bill.ts';
import { type Order, payable } from '../../functions/purchase/order.ts';
import { countyDay, plusDays } from '../../functions/shared/clock.ts';
import { NOW } from '../support/need.ts';
import { cameIn, orderOf, partOf } from './orders.ts';

const by = { by: 'finance', at: NOW };
const today = countyDay(NOW);
const tomorrow = plusDays(today, 1);
/** 480 of 500 came: ¥432.00, and ¥30.00 for the delivery. */
const came = cameIn(orderOf(), 300, 180);
const bill = (amountFen: number, more: object = {}) =>
  invoiceBody.parse({ number: '发票001', amountFen, issuedOn: today, ...more });
const billed = (amountFen: number, order = came): Order => invoiced(order, bill(amountFen), by);
const settle = (order: Order, said: object): Order =>
  resolved(order, resolutionBody.parse({ reason: '已与供应商核对', ...said }), { by: 'chief', at: NOW });
const pay = (order: Order, amountFen: number, paidOn = today): Order =>
  paid(order, paymentBody.parse({ document: '银付1号', amountFen, paidOn }), by);
const refused = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('a bill', () => {
  it('given what was ordered, at its price, as much as was accepted, then it matches and is to be paid', () => {
    const order = billed(46_080);
    expect(order.invoice).toMatchObject({ status: 'matched', amountFen: 46_080, by: 'finance' });
    expect(payable(order)).toBe(46_080);
  });

  it('given one fen more or less, then it is held with the figures, and nothing is to be paid', () => {
    for (const [amountFen, difference] of [
      [46_081, '¥0.01'],
      [46_079, '¥-0.01'],
      [48_000, '¥19.20'],
    ] as const) {
      expect(payable(billed(amountFen))).toBeUndefined();
      const { status, reason } = matched(came, { amountFen });
      expect(status).toBe('held');
      for (const figure of [difference, '¥460.80', '480', '¥28.80']) expect(reason.zh).toContain(figure);
    }
  });

  it('given more came than was ordered, then what is over is not owed', () => {
    const over = partOf(orderOf(), [600]).order;
    expect(matched(over, { amountFen: 48_000 }).status).toBe('matched');
  });

  it('is refused of goods that cost nothing', () => {
    const gift = cameIn(orderOf({ priceFen: 0, deliveryFeeFen: 0, encumberedFen: 0 }), 500);
    expect(refused(() => billed(1, gift))).toMatchObject({ status: 409, code: 'nothing-owed' });
  });

  it('is refused before all has come, where nothing was accepted, of tomorrow, and a second time', () => {
    expect(refused(() => billed(21_000, partOf(orderOf(), [200]).order))).toMatchObject({ code: 'still-open' });
    expect(refused(() => billed(1, partOf(orderOf(), [], { final: true }).order))).toMatchObject({
      code: 'nothing-accepted',
    });
    expect(refused(() => invoiced(came, bill(46_080, { issuedOn: tomorrow }), by))).toMatchObject({
      errors: [{ path: 'issuedOn' }],
    });
    expect(refused(() => billed(46_080, billed(46_080)))).toMatchObject({ code: 'invoiced' });
  });
});

describe('a bill that is held', () => {
  it('given another in its place, then that is to be paid, also where it is less than what was accepted', () => {
    const another = { outcome: 'corrected', number: '发票002', issuedOn: today };
    const order = settle(billed(48_000), { ...another, amountFen: 46_000 });
    expect(order.invoice).toMatchObject({ number: '发票002', status: 'matched', resolved: { was: 48_000 } });
    expect(payable(order)).toBe(46_000);
    expect(refused(() => settle(billed(48_000), { ...another, amountFen: 46_081 }))).toMatchObject({
      ...{ status: 422, code: 'above-accepted', errors: [{ path: 'amountFen' }] },
    });
  });

  it('given that what was accepted is paid, then never more than was accepted or billed', () => {
    expect(payable(settle(billed(48_000), { outcome: 'pay-accepted' }))).toBe(46_080);
    expect(payable(settle(billed(40_000), { outcome: 'pay-accepted' }))).toBe(40_000);
  });

  it('is not settled by whoever entered it, whatever their role', () => {
    const pays = resolutionBody.parse({ outcome: 'pay-accepted', reason: '已核对' });
    expect(refused(() => resolved(billed(48_000), pays, by))).toMatchObject({ status: 403, code: 'duties-apart' });
  });

  it('is the only one that is settled', () => {
    for (const order of [came, billed(46_080)])
      expect(refused(() => settle(order, { outcome: 'pay-accepted' }))).toMatchObject({ code: 'not-held' });
  });
});

describe('a payment', () => {
  it('given exactly what is to be paid, then the order is paid', () => {
    expect(pay(billed(46_080), 46_080).payment).toMatchObject({ document: '银付1号', amountFen: 46_080 });
  });

  it('is refused of another sum, of tomorrow, without a bill, of one that is held, and a second time', () => {
    for (const amountFen of [46_079, 46_081])
      expect(refused(() => pay(billed(46_080), amountFen))).toMatchObject({ code: 'not-payable' });
    expect(refused(() => pay(billed(46_080), 46_080, tomorrow))).toMatchObject({ errors: [{ path: 'paidOn' }] });
    expect(refused(() => pay(came, 46_080))).toMatchObject({ code: 'no-invoice' });
    expect(refused(() => pay(billed(48_000), 46_080))).toMatchObject({ code: 'held' });
    expect(refused(() => pay(pay(billed(46_080), 46_080), 46_080))).toMatchObject({ code: 'paid' });
  });
});
