import type { Item } from '../catalogue/item.ts';
import { at, type Policy } from '../catalogue/policy.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import { type Fund, mayBuy } from '../funds/fund.ts';
import { nextOf } from '../offers/choice.ts';
import type { Terms } from '../offers/offer.ts';
import { MAX_ORDERS } from '../offers/offer.ts';
import { plusMinutes } from '../shared/clock.ts';
import type { Reason } from '../shared/reason.ts';
import * as say from './follow-words.ts';
import { accepted, isLive, type Order, type OrderStatus, orderEnded, outstanding } from './order.ts';
import { type Money, nextDue, placed } from './placing.ts';
import { acceptedOf, outstandingOf, type Purchase } from './purchase.ts';

/** What a need line lacks of what it was approved for, in base units. */
export interface Needed {
  /** Without what purchases that were opened before are to bring: beyond it, what is out is surplus. */
  readonly ofThis: number;
  /** Without what any other purchase is to bring: so much may still be ordered. */
  readonly ofNobody: number;
}

export interface FollowInput {
  readonly purchase: Purchase;
  readonly item: Item;
  /** None: it is for the pool, which takes what comes. */
  readonly needed?: Needed | undefined;
  /** Those alternates of the choice that were not withdrawn meanwhile. */
  readonly alternates: readonly Terms[];
  readonly suppliers: ReadonlyMap<string, Pick<Supplier, 'nameZh' | 'nameEn' | 'active'>>;
  /** What pays for it, as it now may: it may have been closed, or restricted, since it was chosen. */
  readonly fund: Pick<Fund, 'active' | 'mayBuy' | 'nameZh' | 'nameEn'>;
  /** What the fund has beside what is set aside for this. */
  readonly availableFen: number;
  readonly policy: Policy;
  readonly now: string;
}

type Note = Purchase['notes'][number];

export interface Followed {
  /** As it now stands, with its next deadline. Whoever waited for it to move is yet to be told. */
  readonly purchase: Purchase;
  readonly money: Money;
  /** What happened, in the order in which it did; none: nothing. */
  readonly notes: readonly Note[];
}

/** Who ends an order that nobody answered for. */
const BY = 'green-channel';

/** A purchase while it is looked after: its orders, the money that they move, and what is noted down. */
class Book {
  orders: Order[];
  readonly encumbered = new Map<number, number>();
  readonly released = new Map<number, number>();
  readonly notes: Note[] = [];
  readonly #now: string;

  constructor(purchase: Purchase, now: string) {
    this.orders = [...purchase.orders];
    this.#now = now;
  }

  note(reason: Omit<Note, 'at'>): void {
    this.notes.push({ ...reason, at: this.#now });
  }

  end(of: Order, status: Exclude<OrderStatus, 'placed' | 'confirmed'>, reason: Omit<Note, 'at'>): void {
    const { order, releasedFen } = orderEnded(of, status, { by: BY, at: this.#now, reason: reason.zh });
    this.orders = this.orders.map((one) => (one.n === of.n ? order : one));
    this.released.set(of.n, releasedFen);
    this.note(reason);
  }

  place(of: Order): void {
    this.orders.push(of);
    this.encumbered.set(of.n, of.encumberedFen);
  }

  /** Fen that are free again by now, less those that are taken up. */
  get freedFen(): number {
    const sum = (of: ReadonlyMap<number, number>) => [...of.values()].reduce((total, one) => total + one, 0);
    return sum(this.released) - sum(this.encumbered);
  }

  get outstanding(): number {
    return outstandingOf(this);
  }

  get money(): Money {
    const listed = (of: ReadonlyMap<number, number>) => [...of].map(([order, amountFen]) => ({ order, amountFen }));
    return { encumbered: listed(this.encumbered), released: listed(this.released) };
  }
}

/**
 * What keeps an offer from being ordered is said once a choice: it is looked at again and again, and the figures move
 * with whatever else the fund pays.
 */
const noteBarred = (book: Book, reason: Reason, { purchase }: FollowInput, offerId?: string): void => {
  const since = purchase.choice?.at ?? purchase.at;
  const isSaid = [...purchase.notes, ...book.notes].some(
    (one) => one.code === reason.code && one.offerId === offerId && one.at >= since,
  );
  if (!isSaid) book.note({ ...reason, ...(offerId !== undefined && { offerId }) });
};

/** Orders that nobody confirmed, or that did not come, by their deadline. */
const lapse = (book: Book, input: FollowInput): void => {
  for (const of of book.orders.filter(isLive)) {
    if (of.status === 'placed' && of.confirmBy <= input.now) book.end(of, 'lapsed', say.unconfirmed(of, input));
    else if (of.status === 'confirmed' && of.deliverBy <= input.now)
      book.end(of, accepted(of) === 0 ? 'lapsed' : 'closed', say.late(of, input));
  }
};

/**
 * What was bought for a need that has been met otherwise: orders that nobody has confirmed are called off, the last to
 * come first; the others are kept for the pool.
 */
const callOff = (book: Book, input: FollowInput): void => {
  const { needed, purchase } = input;
  if (needed === undefined) return;
  const isLater = (a: Order, b: Order): number =>
    a.deliverBy === b.deliverBy ? b.n - a.n : a.deliverBy < b.deliverBy ? 1 : -1;
  for (const of of book.orders.filter(({ status }) => status === 'placed').toSorted(isLater))
    if (outstanding(of) <= book.outstanding - needed.ofThis) book.end(of, 'cancelled', say.calledOff(of, input));
  // What whole packs come to beyond the need was bought with open eyes.
  const bought = Math.min(book.outstanding, purchase.quantity - acceptedOf(book));
  if (bought <= needed.ofThis) return;
  const kept = say.kept(bought - needed.ofThis, input);
  // The same is said once, however often it is looked at.
  if (purchase.notes.findLast(({ code }) => code === kept.code)?.zh !== kept.zh) book.note(kept);
};

/** Base units that are lacking and that no order covers. */
const lackingOf = (book: Book, { purchase, needed }: FollowInput): number => {
  const rest = purchase.quantity - acceptedOf(book);
  return Math.max(0, Math.min(rest, needed?.ofNobody ?? rest) - book.outstanding);
};

/** Offers of this choice that were ordered already. */
const tried = (book: Book, { purchase: { choice } }: FollowInput): ReadonlySet<string> =>
  new Set(book.orders.flatMap((of) => (choice !== undefined && of.placedAt >= choice.at ? [of.offerId] : [])));

/** What orders of this choice have cost and may cost: the bound that was decided on holds for it. */
const committedFen = (book: Book, { purchase: { choice } }: FollowInput): number =>
  book.orders
    .filter(({ placedAt }) => choice !== undefined && placedAt >= choice.at)
    .reduce((total, { spentFen, encumberedFen }) => total + spentFen + encumberedFen, 0);

/** The next offers are tried for what is lacking, as far as the fund and what was decided on reach. */
const tryNext = (book: Book, input: FollowInput): void => {
  const { purchase, item, policy, now, suppliers, fund, availableFen } = input;
  const { choice, decision } = purchase;
  if (choice === undefined) return;
  // As it was decided on, not as the reference stands today: nobody has approved what has become dear since.
  const aboveAllowed = decision?.aboveCeiling === true;
  const done = tried(book, input);
  let alternates = input.alternates.filter(({ offerId }) => !done.has(offerId));
  for (;;) {
    const market = { item, needBy: purchase.needBy, now, policy, suppliers, alternates, aboveAllowed };
    const lacking = lackingOf(book, input);
    const next = lacking === 0 ? [] : nextOf({ ...market, uncovered: lacking }).orders;
    if (next.length === 0) return;
    if (!fund.active || !mayBuy(fund, item)) {
      noteBarred(book, say.fundBarred(fund, input), input);
      return;
    }
    alternates = alternates.filter(({ offerId }) => next.every((of) => of.offerId !== offerId));
    for (const of of next) {
      if (book.orders.length === MAX_ORDERS) {
        noteBarred(book, say.full(), input);
        return;
      }
      const afford = availableFen + book.freedFen;
      if (of.totalFen > afford) noteBarred(book, say.unaffordable(of, afford, input), input, of.offerId);
      else if (committedFen(book, input) + of.totalFen > choice.atMostFen)
        noteBarred(book, say.beyond(of, input), input, of.offerId);
      else {
        book.place(placed(of, book.orders.length + 1, purchase, input, now));
        book.note(say.triedNext(of, input));
      }
    }
  }
};

/** Where the purchase stands now, until when, and how much it still seeks. */
const standing = (book: Book, input: FollowInput): Pick<Purchase, 'status' | 'dueAt' | 'quantity'> => {
  const { purchase, policy, now } = input;
  if (book.orders.some(isLive)) {
    const dueAt = nextDue({ orders: book.orders, need: purchase.need }, policy, now);
    return { status: 'ordered', dueAt, quantity: purchase.quantity };
  }
  const lacking = lackingOf(book, input);
  if (lacking > 0) {
    book.note(say.sourcedAgain(lacking, input));
    const dueAt = plusMinutes(now, at(policy.purchase.sourceMinutes, purchase.tier));
    return { status: 'sourcing', dueAt, quantity: acceptedOf(book) + lacking };
  }
  const dueAt = plusMinutes(now, policy.purchase.papersMinutes);
  if (acceptedOf(book) > 0) return { status: 'delivered', dueAt, quantity: purchase.quantity };
  book.note(say.notNeeded(input));
  return { status: 'cancelled', dueAt, quantity: purchase.quantity };
};

/**
 * Looks after the orders of a purchase, as often as it is called: orders that were not confirmed, or did not come, by
 * their deadline are over, and their money is free; what the need no longer lacks is called off; what is lacking then is
 * ordered of the next offer, without a person, never above what was decided on nor beyond the fund. Where no order is out
 * any more, a buyer chooses anew for the rest; or all has come.
 */
export const followUp = (input: FollowInput): Followed => {
  const { purchase } = input;
  const book = new Book(purchase, input.now);
  lapse(book, input);
  callOff(book, input);
  tryNext(book, input);
  const stands = standing(book, input);
  const moves = stands.status !== purchase.status;
  return {
    purchase: {
      ...purchase,
      ...stands,
      ...(moves && { reminders: 0, referral: [] }),
      orders: book.orders,
      notes: [...purchase.notes, ...book.notes],
    },
    money: book.money,
    notes: book.notes,
  };
};
