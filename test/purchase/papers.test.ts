import { describe, expect, it } from 'vitest';
import { papersOverdue } from '../../functions/purchase/acceptance-words.ts';
import { invoiceBody, invoiced, paid, paymentBody } from '../../functions/purchase/bill.ts';
import type { Order } from '../../functions/purchase/order.ts';
import { carriedOn, filed, missingPapers, nextPaperDue } from '../../functions/purchase/papers.ts';
import type { Purchase } from '../../functions/purchase/purchase.ts';
import { countyDay, plusMinutes } from '../../functions/shared/clock.ts';
import { papersOf } from '../../functions/trace/purchase-file-papers.ts';
import { MASK } from '../offers/market.ts';
import { NOW, POLICY } from '../support/need.ts';
import { cameIn, orderOf, partOf, purchaseOf } from './orders.ts';

const later = (minutes: number): string => plusMinutes(NOW, minutes);
const by = { by: 'finance', at: NOW };
const signed = (kind: Purchase['papers'][number]['kind'], minutes = 1_440) => ({ kind, dueAt: later(minutes) });
const told = (of: Purchase, now = NOW) =>
  missingPapers(of, POLICY, now).map(({ kind, order, held }) => [kind, order, held].filter((one) => one !== undefined));

const whole = cameIn(orderOf(), 500);
const billed = (order: Order, amountFen = 48_000): Order =>
  invoiced(order, invoiceBody.parse({ number: '发票001', amountFen, issuedOn: countyDay(NOW) }), by);
const settled = paid(
  billed(whole),
  paymentBody.parse({ document: '银付1号', amountFen: 48_000, paidOn: countyDay(NOW) }),
  by,
);

describe('the file of a purchase', () => {
  it('given an order from placed to paid, then each step waits for its own paper', () => {
    const of = (order: Order) => told(purchaseOf({ orders: [order] }));
    expect(of(orderOf({ status: 'placed' }))).toEqual([
      ['order-confirmation', 1],
      ['acceptance-note', 1],
    ]);
    expect(of(orderOf())).toEqual([['acceptance-note', 1]]);
    expect(of(partOf(orderOf(), [200]).order)).toEqual([['acceptance-note', 1]]);
    expect(of(whole)).toEqual([['invoice', 1]]);
    expect(of(billed(whole))).toEqual([['payment-voucher', 1]]);
    expect(of(billed(whole, 48_001))).toEqual([['payment-voucher', 1, true]]);
    expect(of(settled)).toEqual([]);
  });

  it('given an order that came to nothing, then nothing of it is missing', () => {
    const nothing = [orderOf({ status: 'lapsed', encumberedFen: 0 }), partOf(orderOf(), [], { final: true }).order];
    expect(told(purchaseOf({ orders: nothing }))).toEqual([]);
  });

  it('given goods that cost nothing, by price or by rounding, then no bill and no voucher is missing, and it closes', () => {
    for (const of of [{ priceFen: 0 }, { priceFen: 1, perQuantity: 2_000 }]) {
      const free = cameIn(orderOf({ ...of, deliveryFeeFen: 0, encumberedFen: 0 }), 500);
      expect(told(purchaseOf({ orders: [free] }))).toEqual([]);
      const delivered = carriedOn(purchaseOf({ orders: [free] }), POLICY, NOW);
      expect([delivered.status, carriedOn(delivered, POLICY, NOW).status]).toEqual(['delivered', 'closed']);
    }
  });

  it('needs quotes, or the reason why there were none', () => {
    const papers = [signed('signed-need', 60), signed('quotes')];
    const of = purchaseOf({ papers, orders: [settled] });
    expect(told(of)).toEqual([['signed-need'], ['quotes']]);
    const { offerId: _, ...terms } = { ...orderOf(), totalFen: 48_000 };
    const choice = {
      ...{ by: 'buyer', at: NOW, orders: [{ ...terms, offerId: 'ofr_1' }], alternates: [], uncovered: 0, reasons: [] },
      ...{ totalFen: 48_000, atMostFen: 48_000 },
    };
    expect(told(purchaseOf({ papers, orders: [settled], choice }))).toEqual([['signed-need'], ['quotes']]);
    const alone = purchaseOf({ papers, orders: [settled], choice: { ...choice, singleSource: '县内仅此一家' } });
    expect(told(alone)).toEqual([['signed-need']]);
  });

  it('calls what it lacks as the notice does that it is overdue', () => {
    const kinds = ['signed-need', 'signed-approval', 'quotes'] as const;
    const late = later(100_000);
    const orders = [orderOf({ n: 1, status: 'placed' }), { ...whole, n: 2 }, { ...billed(whole), n: 3 }];
    const of = purchaseOf({ papers: kinds.map((kind) => signed(kind)), orders });
    const notices = papersOverdue(of, MASK, missingPapers(of, POLICY, late), false, late);
    const lacking = papersOf(of, POLICY, late).filter(({ missing }) => missing);
    expect(new Set(lacking.map(({ kind }) => kind)).size).toBe(7);
    expect(notices.every(({ zh }) => zh.includes(`（${MASK.nameZh}）`))).toBe(true);
    for (const { zh, en } of lacking) {
      expect(notices.some((told) => told.zh.includes(zh))).toBe(true);
      expect(notices.some((told) => told.en.includes(en))).toBe(true);
    }
  });

  it('takes each paper that it needs, once', () => {
    const of = purchaseOf({ papers: [signed('signed-need')] });
    const next = filed(of, { kind: 'signed-need', reference: '需求单12号' }, by);
    expect(next.papers).toMatchObject([{ filed: { reference: '需求单12号', by: 'finance' } }]);
    expect(() => filed(next, { kind: 'signed-need', reference: '需求单13号' }, by)).toThrow('需求单12号');
    expect(() => filed(of, { kind: 'quotes', reference: '报价单' }, by)).toThrow('signed-need');
  });
});

describe('a purchase', () => {
  it('given nothing is out and nothing uncovered, then it is delivered, until its first paper is due', () => {
    const waiting = { token: 't', status: 'ordered', execution: 'e', round: 1 };
    const next = carriedOn(purchaseOf({ orders: [whole], wait: waiting }), POLICY, NOW);
    expect(next).toMatchObject({ status: 'delivered', dueAt: later(POLICY.purchase.invoiceMinutes) });
    expect(next).toMatchObject({ resume: { token: 't' } });
  });

  it('given an order is out, or something is uncovered, then it stays as it is', () => {
    for (const orders of [[orderOf()], [cameIn(orderOf(), 300)], [whole, orderOf({ n: 2 })]])
      expect(carriedOn(purchaseOf({ orders }), POLICY, NOW).status).toBe('ordered');
  });

  it('given it is delivered, then it is closed with its last payment and paper, whichever comes last', () => {
    const delivered: Partial<Purchase> = { status: 'delivered', papers: [signed('signed-need')] };
    const [unpaid, unfiled] = [
      purchaseOf({ ...delivered, orders: [billed(whole)] }),
      purchaseOf({ ...delivered, orders: [settled] }),
    ];
    const paper = { kind: 'signed-need', reference: '需求单12号' } as const;
    expect(carriedOn(filed(unpaid, paper, by), POLICY, NOW).status).toBe('delivered');
    expect(carriedOn(unfiled, POLICY, NOW).status).toBe('delivered');
    expect(carriedOn(filed(unfiled, paper, by), POLICY, NOW).status).toBe('closed');
    expect(carriedOn({ ...filed(unpaid, paper, by), orders: [settled] }, POLICY, NOW).status).toBe('closed');
  });
});

describe('missing papers', () => {
  const of = purchaseOf({
    ...{ status: 'delivered', papers: [signed('signed-need', 60), signed('quotes', 120)] },
    orders: [whole, { ...billed(whole, 48_001), n: 2 }],
  });

  it('are looked at when the next falls due, and again while one is overdue', () => {
    const at = (now: string, reminderAt?: string) =>
      nextPaperDue(missingPapers(of, POLICY, now), POLICY, { now, reminderAt });
    expect(at(NOW)).toBe(later(60));
    expect(at(later(60))).toBe(later(120));
    expect(at(later(60), later(90))).toBe(later(90));
    expect(at(later(50_000))).toBe(later(50_000 + POLICY.purchase.papersMinutes));
  });

  it('are asked of whoever brings them, and after longer of headquarters besides', () => {
    const now = later(50_000);
    const overdue = missingPapers(of, POLICY, now);
    const inboxes = (isLong: boolean) =>
      papersOverdue(of, MASK, overdue, isLong, now).map(({ to, zh }) => [to, zh.match(/签字的需求单|发票|付款凭证/g)]);
    expect(inboxes(false)).toEqual([
      [{ role: 'buyer' }, ['签字的需求单']],
      [{ role: 'finance' }, ['发票']],
      [{ role: 'headquarters' }, ['付款凭证']],
    ]);
    expect(inboxes(true)).toContainEqual([{ role: 'headquarters' }, ['签字的需求单', '发票', '付款凭证']]);
    expect(papersOverdue(of, MASK, missingPapers(of, POLICY, NOW), true, NOW)).toEqual([]);
  });
});
