import type { Policy } from '../catalogue/policy.ts';
import { type Crediting, comingBack } from '../funds/fund.store.ts';
import { notifyAll, type Telling } from '../notices/notice.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import type { Actor, Role } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { fault, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { paperNumber } from '../stock/goods-received.ts';
import { withOver } from '../workflow/timeline.ts';
import { held } from './acceptance-words.ts';
import {
  type By,
  type InvoiceBody,
  invoiced,
  invoiceRow,
  matched,
  type PaymentBody,
  paid,
  paymentRow,
  type ResolutionBody,
  resolved,
} from './bill.ts';
import type { Order, OrderAt } from './order.ts';
import { carriedOn } from './papers.ts';
import { readPurchase } from './purchase.store.ts';
import { orderNumbered, type Purchase, purchaseRow, withOrder } from './purchase.ts';
import { onDuty } from './separation.ts';

/** What a command makes of an order, and what goes with it. */
interface Billed {
  readonly order: Order;
  readonly actions: readonly Action[];
  /** What comes back to the fund, because less is paid than was accepted. */
  readonly rebateFen?: number;
  readonly tellings?: readonly Telling[];
  readonly name: string;
  readonly reason?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Billing {
  readonly purchase: Purchase;
  readonly order: Order;
  readonly policy: Policy;
  readonly by: By;
}

/**
 * A step of the paying side on one order: by whoever holds the role and did not buy. The purchase goes on where that was
 * the last that was missing. Returns the purchase's id.
 */
const billing = (
  deps: Deps,
  actor: Actor,
  once: Once,
  { id, n }: OrderAt,
  { role, override, step }: { role: Role; override: string | undefined; step: (on: Billing) => Billed },
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { purchase, policy } = await readPurchase(deps, actor.county, id);
    const order = orderNumbered(purchase, n);
    const allowed = onDuty(purchase, { step: 'pay', role }, actor, override, policy, now);
    const by = { by: actor.sub, at: now };
    const { order: next, actions, tellings = [], rebateFen = 0, ...news } = step({ purchase, order, policy, by });
    const { county, sub } = actor;
    const told = notifyAll(deps.ids, { county, at: now }, tellings);
    const { asks = [], ...rest } = next;
    const asked = told.asking.length === 0 ? rest : { ...rest, asks: [...told.asking] };
    const on = withOver(carriedOn(withOrder(allowed, asked), policy, now), asks, now);
    const back = await rebateOf(deps, purchase, order, { amountFen: rebateFen, by: sub, at: now });
    await commit(deps, {
      ...{ actor, now, once: { by: once, result: id } },
      actions: [replace(purchaseRow, on), ...actions, ...told.actions, ...(back?.actions ?? [])],
      news: [{ of: purchaseRow.keyOf(on), version: on.version + 1, ...news }, ...(back?.news ?? [])],
    });
    return id;
  });

/**
 * What a supplier bills less than was accepted comes back to the fund as a credit of its own: the goods cost what was
 * agreed, and the rebate is the fund's to spend again.
 */
const rebateOf = async (
  deps: Deps,
  { county, id, fundId }: Purchase,
  { n }: Order,
  { amountFen, by, at }: { readonly amountFen: number; readonly by: string; readonly at: string },
): Promise<Crediting | undefined> =>
  amountFen === 0 ? undefined : comingBack(deps, { county, fundId }, { amountFen, document: `${id}#${n}`, by, at });

/** A supplier's bill is entered once, whoever enters it. Refused with Problem 409 `invoice-entered`. */
const billedOnce = ({ purchase: { county, id }, order: { n, supplierId } }: Billing, number: string): Action =>
  insert(
    invoiceRow,
    { county, purchaseId: id, order: n, supplierId, number: paperNumber(number) },
    (was) =>
      new Problem(
        409,
        'invoice-entered',
        {
          zh: `该供应商的发票“${number}”已经录入，用于 ${String(was?.['purchaseId'])}。`,
          en: `${number} of ${supplierId} is entered already, for ${String(was?.['purchaseId'])}.`,
        },
        [
          fault('number', {
            zh: '同一供应商的同一张发票只录入一次。',
            en: 'The same bill of the same supplier is entered once.',
          }),
        ],
      ),
  );

/**
 * Finance enters the bill of an order. Where it does not match what was ordered and accepted it is held, and
 * headquarters hears of it. Returns the purchase's id.
 *
 * @throws Problem 404 `unknown-purchase` or `unknown-order`; 409 `invoice-entered`, or as `invoiced` says; 403 as
 * `onDuty` says; 422 `not-yet`.
 */
export const enterInvoice = (deps: Deps, actor: Actor, once: Once, at: OrderAt, body: InvoiceBody): Promise<string> =>
  billing(deps, actor, once, at, {
    role: 'finance',
    override: body.override,
    step: (on) => {
      const { purchase, order, policy, by } = on;
      const next = invoiced(order, body, by);
      const match = matched(order, body);
      const dueAt = plusMinutes(by.at, policy.purchase.payMinutes);
      return {
        order: next,
        actions: [billedOnce(on, body.number)],
        tellings: held(purchase, order, match, dueAt),
        name: 'InvoiceEntered',
        data: { order: order.n, number: body.number, amountFen: body.amountFen, status: match.status },
      };
    },
  });

/**
 * Headquarters settles a bill that is held, by another of the supplier or by paying what was accepted. Returns the
 * purchase's id.
 *
 * @throws Problem as `enterInvoice` does, or as `resolved` says.
 */
export const resolveInvoice = (
  deps: Deps,
  actor: Actor,
  once: Once,
  at: OrderAt,
  body: ResolutionBody,
): Promise<string> =>
  billing(deps, actor, once, at, {
    role: 'headquarters',
    override: body.override,
    step: (on) => {
      const { order, by } = on;
      const next = resolved(order, body, by);
      // Under its own number it may have been mistyped only.
      const another =
        body.outcome === 'corrected' && paperNumber(body.number) !== paperNumber(order.invoice?.number ?? '');
      return {
        order: next,
        actions: another ? [billedOnce(on, body.number)] : [],
        name: 'InvoiceResolved',
        reason: body.reason,
        rebateFen: order.spentFen - (next.invoice?.amountFen ?? order.spentFen),
        data: { order: order.n, outcome: body.outcome, was: order.invoice?.amountFen, is: next.invoice?.amountFen },
      };
    },
  });

/**
 * Finance has paid an order: exactly what is to be paid, by a voucher that pays nothing else. Returns the purchase's id.
 *
 * @throws Problem 404 `unknown-purchase` or `unknown-order`; 409 `voucher-entered`, or as `paid` says; 403 as `onDuty`
 * says; 422.
 */
export const enterPayment = (deps: Deps, actor: Actor, once: Once, at: OrderAt, body: PaymentBody): Promise<string> =>
  billing(deps, actor, once, at, {
    role: 'finance',
    override: body.override,
    step: ({ purchase: { county, id }, order, by }) => {
      const { document, amountFen } = body;
      const voucher = { county, purchaseId: id, order: order.n, document: paperNumber(document) };
      return {
        order: paid(order, body, by),
        actions: [insert(paymentRow, voucher, (was) => usedBefore(document, was))],
        name: 'OrderPaid',
        data: { order: order.n, document, amountFen },
      };
    },
  });

const usedBefore = (document: string, was: Record<string, unknown> | undefined): Problem =>
  new Problem(
    409,
    'voucher-entered',
    {
      zh: `凭证“${document}”已用于支付 ${String(was?.['purchaseId'])} 第 ${String(was?.['order'])} 号订单。`,
      en: `${document} has paid order ${String(was?.['order'])} of ${String(was?.['purchaseId'])}.`,
    },
    [fault('document', { zh: '一张付款凭证只支付一个订单。', en: 'One voucher pays one order.' })],
  );
