import { z } from 'zod';
import type { PurchaseView } from '../functions/purchase/view.ts';
import { countyDay, plusMinutes } from '../functions/shared/clock.ts';
import { appealView } from '../functions/supply/appeal.ts';
import { type Order, OVERTAKEN, SUPPLIERS, viewOf } from './buying-basics.ts';
import { diceOf } from './dice.ts';
import { nowOf, unless, type World } from './world.ts';
import { SAMPLE_ITEMS } from './zeku/items.ts';

const anything = z.unknown();
/** Of a hundred bills, how many do not match. */
const BILLED_WRONGLY = 0.1;

const cameOf = ({ parts }: Order): number => parts.reduce((sum, { accepted }) => sum + accepted, 0);

/** Goods of an order at the door, so many base units of them and no more than are still to come; one of ten times one is broken. */
export const accept = async (world: World, id: string, { n }: Order, most: number, part: number) => {
  const { people, run, seed } = world;
  const { item, orders } = await viewOf(people.storekeeper, id);
  const order = orders.find((one) => one.n === n);
  const amount = order === undefined ? 0 : Math.min(most, order.quantity - cameOf(order));
  if (amount <= 0) return;
  const dates = await datesOf(item.id, world);
  const broken = amount > 1 && diceOf(seed, `${id} ${n} ${part}`).chance(0.1) ? 1 : 0;
  await unless([...OVERTAKEN, 'paper-booked'], () =>
    people.storekeeper.post(
      `/staff/purchases/${id}/orders/${n}/goods-received`,
      {
        document: `样例送货单 ${id.slice(-8)}-${n}-${part}-${amount}`,
        lots: [{ quantity: amount - broken, unit: item.baseName, ...dates }],
        ...(broken > 0 && { damaged: { quantity: broken, unit: item.baseName }, note: '样例：破损退回' }),
      },
      anything,
      `${run}-accept-${id}-${n}-${part}-${amount}`,
    ),
  );
};

/** Made today, where it expires: of fresh goods the harvest. */
const datesOf = async (itemId: string, world: World): Promise<{ madeOn?: string }> => {
  const item = SAMPLE_ITEMS.find(({ id }) => id === itemId);
  return item?.shelfLifeDays === undefined ? {} : { madeOn: countyDay(await nowOf(world)) };
};

/** A confirmed order is on its way: it comes whole, in two parts, or not at all. */
export const deliver = async (world: World, id: string, order: Order): Promise<void> => {
  const { hours, seed } = world;
  const dice = diceOf(seed, `delivery ${id} ${order.n}`);
  const fate = dice.between(0, 1);
  await hours.pass(order.leadMinutes * dice.between(0.5, 0.8));
  if (fate < SUPPLIERS.absent) return;
  const first = fate < SUPPLIERS.absent + SUPPLIERS.partial ? Math.ceil(order.quantity / 2) : order.quantity;
  await accept(world, id, order, first, 1);
  if (first === order.quantity) return;
  await hours.pass(order.leadMinutes * 0.15);
  await accept(world, id, order, order.quantity - first, 2);
};

/** Finance enters the bill and pays it; headquarters settles one that does not match. */
const settle = async (world: World, id: string, { n, spentFen, invoice, payment }: Order) => {
  const { people, run, seed } = world;
  const at = `/staff/purchases/${id}/orders/${n}`;
  const on = countyDay(await nowOf(world));
  if (payment !== undefined) return;
  if (invoice === undefined) {
    const wrong = diceOf(seed, `bill ${id} ${n}`).chance(BILLED_WRONGLY) ? 100 : 0;
    await unless(OVERTAKEN, () =>
      people.finance.post(
        `${at}/invoice`,
        { number: `样例发票 ${id.slice(-8)}-${n}`, amountFen: spentFen + wrong, issuedOn: on },
        anything,
        `${run}-invoice-${id}-${n}`,
      ),
    );
  } else if (invoice.status === 'held')
    await unless(OVERTAKEN, () =>
      people.headquarters.post(
        `${at}/invoice/resolution`,
        { outcome: 'pay-accepted', reason: '样例：按验收数付款' },
        anything,
        `${run}-resolve-${id}-${n}`,
      ),
    );
  else
    await unless(OVERTAKEN, () =>
      people.finance.post(
        `${at}/payment`,
        { document: `样例付款凭证 ${id.slice(-8)}-${n}`, amountFen: invoice.amountFen, paidOn: on },
        anything,
        `${run}-pay-${id}-${n}`,
      ),
    );
};

/** Signed papers come on the file. */
const file = async ({ people, run }: World, { id, missing, papers }: PurchaseView): Promise<void> => {
  for (const { kind } of missing.filter((one) => papers.some((paper) => paper.kind === one.kind)))
    await unless([...OVERTAKEN, 'paper-filed'], () =>
      people.clerk.post(
        `/staff/purchases/${id}/papers`,
        { kind, reference: `样例档案 ${id.slice(-8)}` },
        anything,
        `${run}-file-${id}-${kind}`,
      ),
    );
};

/** Bills of what has come, and papers. */
export const paperwork = async (world: World, id: string): Promise<void> => {
  const view = await viewOf(world.people.finance, id);
  for (const order of view.orders.filter(({ status, spentFen }) => status !== 'confirmed' && spentFen > 0))
    await settle(world, id, order);
  await file(world, view);
};

/** Those above answer, and what they promise comes in one go. */
export const answerAppeals = async (world: World): Promise<void> => {
  const { people, run } = world;
  for (const { id, status, quantity, outstanding, itemId } of await people.clerk.all('/staff/appeals', appealView)) {
    const unit = SAMPLE_ITEMS.find((item) => item.id === itemId)?.baseUnit;
    if (status === 'asked') {
      const expectedAt = plusMinutes(await nowOf(world), 8 * 60);
      await unless(OVERTAKEN, () =>
        people.clerk.post(
          `/staff/appeals/${id}/promise`,
          { quantity, unit, expectedAt, reference: `样例调拨通知 ${id.slice(-6)}` },
          anything,
          `${run}-promise-${id}`,
        ),
      );
    } else {
      const lots = [{ quantity: outstanding, unit, ...(await datesOf(itemId, world)) }];
      await unless([...OVERTAKEN, 'paper-booked'], () =>
        people.storekeeper.post(
          `/staff/appeals/${id}/goods-received`,
          { document: `样例调拨单 ${id.slice(-8)}`, lots },
          anything,
          `${run}-arrival-${id}`,
        ),
      );
    }
  }
};
