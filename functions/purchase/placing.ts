import type { Decision } from '../approval/approval.ts';
import type { Item } from '../catalogue/item.ts';
import { at, type Policy } from '../catalogue/policy.ts';
import type { Planned } from '../offers/choice.ts';
import { orderFen } from '../offers/offer.ts';
import { priceFinding } from '../prices/price.ts';
import { plusMinutes } from '../shared/clock.ts';
import { moved } from '../workflow/timeline.ts';
import { isLive, type Order, sound } from './order.ts';
import type { Purchase } from './purchase.ts';
import { roundNow } from './rounds.ts';

/** So much of the fund's money, for one order. */
interface OrderFen {
  readonly order: number;
  readonly amountFen: number;
}

/** By what an order is placed: the item's reference price, and policy. */
export interface Rules {
  readonly item: Item;
  readonly policy: Policy;
}

/** What of the fund's money orders take up, and give back. */
export interface Money {
  readonly encumbered: readonly OrderFen[];
  readonly released: readonly OrderFen[];
}

export const NO_MONEY: Money = { encumbered: [], released: [] };

/** Instants, as text that sorts. */
const earliest = (first: string, ...others: readonly string[]): string => [first, ...others].toSorted()[0] ?? first;
const later = (a: string, b: string): string => [a, b].toSorted()[1] ?? a;

/**
 * An order on an offer's terms, with its money set aside. The supplier has the time that policy gives him to confirm, and
 * the time he named to deliver; nobody is late with the goods before he has to have answered. What its price was held
 * against is kept with it.
 */
export const placed = (
  { totalFen, ...of }: Planned,
  n: number,
  { tier, rounds }: Pick<Purchase, 'tier' | 'rounds'>,
  { item, policy }: Rules,
  now: string,
): Order => {
  const confirmBy = plusMinutes(now, at(policy.purchase.confirmMinutes, tier));
  const arrival = plusMinutes(now, of.leadMinutes);
  return sound({
    ...of,
    ...{
      n,
      round: roundNow({ rounds }),
      status: 'placed',
      placedAt: now,
      confirmBy,
      deliverBy: later(arrival, confirmBy),
    },
    ...{ encumberedFen: orderFen(of), spentFen: 0, parts: [] },
    priceCheck: priceFinding(item, { quantity: of.quantity, totalFen }, policy).reason,
  });
};

/**
 * When orders are to be looked after next: at the first answer or delivery that is due; and while an order that could
 * still be called off is out for a need, soon enough to see that the need was met from elsewhere.
 */
export const nextDue = ({ orders, need }: Pick<Purchase, 'orders' | 'need'>, policy: Policy, now: string): string => {
  const live = orders.filter(isLive);
  const dues = live.map(({ status, confirmBy, deliverBy }) => (status === 'placed' ? confirmBy : deliverBy));
  const watched = need !== undefined && live.some(({ status }) => status === 'placed');
  const look = watched ? [plusMinutes(now, policy.purchase.followMinutes)] : [];
  const [first = now, ...others] = [...dues, ...look];
  return earliest(first, ...others);
};

/** Papers that are due once orders are out: the method is waived, never the record (FACTS: green-channel procurement). */
const papersOf = ({ papers }: Purchase, level: Decision['level'], policy: Policy, now: string): Purchase['papers'] => {
  const kinds = [
    ...(['signed-need', 'quotes'] as const),
    ...(level === 'at-once' ? [] : (['signed-approval'] as const)),
  ];
  const dueAt = plusMinutes(now, policy.purchase.papersMinutes);
  const missing = kinds.filter((kind) => !papers.some((one) => one.kind === kind));
  return [...papers, ...missing.map((kind) => ({ kind, dueAt }))];
};

/** Approved is ordered: what was chosen is placed, and has money set aside for it in the same transaction. */
export const ordered = (
  purchase: Purchase,
  decision: Omit<Decision, 'outcome'>,
  rules: Rules,
  now: string,
): { readonly purchase: Purchase; readonly money: Money } => {
  const { policy } = rules;
  const { level: _, ...rest } = purchase;
  const from = purchase.orders.length + 1;
  const added = (purchase.choice?.orders ?? []).map((of, i) => placed(of, from + i, purchase, rules, now));
  const orders = [...purchase.orders, ...added];
  return {
    purchase: moved<Purchase>(
      rest,
      {
        ...{ status: 'ordered', orders, reminders: 0, decision: { outcome: 'approved', ...decision } },
        ...{ basis: policy.purchase.basis, papers: papersOf(purchase, decision.level, policy, now) },
        dueAt: nextDue({ ...purchase, orders }, policy, now),
      },
      now,
    ),
    money: { encumbered: added.map(({ n, encumberedFen }) => ({ order: n, amountFen: encumberedFen })), released: [] },
  };
};
