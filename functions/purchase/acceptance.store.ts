import { purseOf } from '../funds/fund.store.ts';
import { spendingOf } from '../funds/spend.store.ts';
import { notifyAll } from '../notices/notice.ts';
import { type Action, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { countedIn } from '../stock/arrival.store.ts';
import { bookedOnce, bookingIn, noteBooked } from '../stock/goods-received.store.ts';
import type { GoodsReceived } from '../stock/goods-received.ts';
import { moved } from '../workflow/timeline.ts';
import { acceptedLate, differing, overDelivered, toBill } from './acceptance-words.ts';
import { demandMayBuy } from './deciding.store.ts';
import { atTheDoor } from './late.ts';
import type { OrderAt } from './order.ts';
import { outstanding } from './order.ts';
import { carriedOn } from './papers.ts';
import { type AcceptanceBody, hasRoom, type Part, withPart } from './part.ts';
import { nextDue } from './placing.ts';
import { neededOf, readPurchase } from './purchase.store.ts';
import { orderNumbered, type Purchase, purchaseRow, withOrder } from './purchase.ts';
import { onDuty } from './separation.ts';

type Found = Awaited<ReturnType<typeof readPurchase>>;

/** The goods as they are booked in: nothing but their paper, where nothing was accepted. */
const booking = (deps: Deps, note: GoodsReceived, { lots }: Part, purchaseId: string): readonly Action[] =>
  note.lines.length === 0
    ? bookedOnce(note, purchaseId)
    : bookingIn(deps, note, new Map(lots.map(({ lotId, amountFen }) => [lotId, amountFen])));

/** The purchase with a part of an order: delivered, or its other orders looked after at their next deadline. */
const advanced = (
  of: Purchase,
  { order }: Part,
  notes: Purchase['notes'],
  { policy }: Found,
  now: string,
): Purchase => {
  const next = { ...withOrder(of, order), notes: [...of.notes, ...notes] };
  const on = carriedOn(next, policy, now);
  if (on.status !== 'ordered') return on;
  return moved(on, { status: on.status, dueAt: nextDue(on, policy, now), reminders: 0 }, now);
};

const DELIVERY = { zh: '运费及搭售', en: 'Delivery, and what was bundled with the goods' };

/**
 * What came of an order is accepted: lots of the pool with where they came from, spent from the fund at what was
 * accepted, in one transaction. The rest is waited for; once all has come, or nothing more will, what is not needed of
 * the money is available again. Of an order that has lapsed, what is still wanted is set aside anew in the same
 * transaction. Returns the purchase's id.
 *
 * @throws Problem 404 `unknown-purchase` or `unknown-order`; 409 `wrong-status`, `too-many-parts`, `paper-booked`,
 * `fund-exhausted`, `fund-may-not-buy`; 403
 * as `onDuty` says; 422 as `demandArrival` says.
 */
export const acceptGoods = (
  deps: Deps,
  actor: Actor,
  once: Once,
  { id, n }: OrderAt,
  body: AcceptanceBody,
): Promise<string> =>
  retrying(async () => {
    const [at, { county, sub: by }] = [deps.clock.now(), actor];
    const found = await readPurchase(deps, county, id);
    const hasLapsed = orderNumbered(found.purchase, n).status === 'lapsed';
    const needed = hasLapsed ? await neededOf(deps, found.purchase) : undefined;
    const { order, late } = atTheDoor(found.purchase, n, needed?.ofThis, found.item);
    if (late) await demandMayBuy(deps, found.purchase, found.item);
    if (!hasRoom(order))
      throw new Problem(409, 'too-many-parts', {
        zh: `第 ${n} 号订单已分 ${order.parts.length} 批到货，不能再登记。`,
        en: `Order ${n} came in ${order.parts.length} parts: no more fit.`,
      });
    const duty = { step: 'accept', role: 'storekeeper' } as const;
    const purchase = onDuty(found.purchase, duty, actor, body.override, found.policy, at);
    const { fundId, placeId } = purchase;
    // What a gift of money buys is for whom it was given.
    const { fund } = await purseOf(deps, county, fundId);
    const expected = {
      placeId,
      outstanding: outstanding(order),
      source: 'procured' as const,
      designation: fund.serves,
    };
    const { came: arrival, note: counted } = await countedIn(deps, found.item, body, expected, { by, at });
    const { supplierId } = order;
    const note: GoodsReceived = { ...counted, bought: { purchaseId: id, order: n, supplierId, fundId } };
    const part = withPart(order, {
      ...{ arrival, lots: note.lines, noteId: note.lines.length === 0 ? undefined : note.id },
      // What does not come with it of a lapsed order is waited for no more.
      ...{ document: body.document, note: body.note, final: body.final || late, by, at },
    });
    const notes = [
      ...(late ? [{ ...acceptedLate(order, arrival, found.item), at }] : []),
      ...(arrival.over === 0 ? [] : [{ ...overDelivered(order, arrival, found.item), at }]),
    ];
    // What a lapsed order had set aside is available already.
    const releasedFen = late ? 0 : part.releasedFen;
    const spending = await spendingOf(
      deps,
      { county, fundId },
      {
        ...{
          spentFen: part.spentFen,
          releasedFen,
          takenFen: late ? part.spentFen : 0,
          purchaseId: id,
          order: n,
          lots: part.lots,
          by,
          at,
        },
        other: part.extraFen === 0 ? undefined : { amountFen: part.extraFen, ...DELIVERY },
      },
    );
    const billBy = plusMinutes(at, found.policy.purchase.invoiceMinutes);
    const told = notifyAll(deps.ids, { county, at }, [
      ...differing(purchase, part.order, arrival, found.item),
      ...toBill(purchase, part.order, found.item, billBy),
    ]);
    const asked = { ...part, order: told.asking.length === 0 ? part.order : { ...part.order, asks: [...told.asking] } };
    const next = advanced(purchase, asked, notes, found, at);
    await commit(deps, {
      ...{ actor, now: at, once: { by: once, result: id } },
      actions: [replace(purchaseRow, next), ...booking(deps, note, part, id), ...spending.actions, ...told.actions],
      news: [
        ...(note.lines.length === 0 ? [] : [noteBooked(note)]),
        {
          ...{ of: purchaseRow.keyOf(next), version: next.version + 1, name: 'GoodsAccepted', reason: body.note },
          data: {
            ...{ order: n, accepted: arrival.accepted, damaged: arrival.damaged, wrong: arrival.wrong },
            ...{ over: arrival.over, spentFen: part.spentFen, releasedFen, ...(late && { late }) },
          },
        },
      ],
    });
    return id;
  });
