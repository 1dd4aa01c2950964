import type { Item } from '../catalogue/item.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Recipient, Telling } from '../notices/notice.ts';
import { countyClock } from '../shared/clock.ts';
import { yuan } from '../shared/money.ts';
import type { Reason } from '../shared/reason.ts';
import type { Arrival } from '../stock/arrival.ts';
import type { Match } from './bill.ts';
import { accepted, type Order } from './order.ts';
import { type MissingPaper, PAPERS } from './papers.ts';
import type { Purchase } from './purchase.ts';

const about = ({ id }: Pick<Purchase, 'id'>) => ({ kind: 'purchase', id });
const HEADQUARTERS: Recipient = { role: 'headquarters' };
const FINANCE: Recipient = { role: 'finance' };
const BUYERS: Recipient = { role: 'buyer' };

/** More came than was ordered: it is kept, and not paid for. */
export const overDelivered = ({ n }: Order, { over }: Arrival, item: Item): Reason => {
  const goods = inUnits(item, over);
  return {
    code: 'over-delivered',
    zh: `第 ${n} 号订单多到 ${goods.zh}，已入库，不付款。`,
    en: `Order ${n} brought ${goods.en} more than ordered: kept, and not paid for.`,
  };
};

/** An order had lapsed when its goods came, and they were still wanted. */
export const acceptedLate = ({ n }: Order, { accepted: came }: Arrival, item: Item): Reason => {
  const goods = inUnits(item, came);
  return {
    code: 'accepted-late',
    zh: `第 ${n} 号订单逾期作废后到货，仍有需要，验收 ${goods.zh}。`,
    en: `Order ${n} had lapsed when its goods came: still wanted, ${goods.en} are accepted.`,
  };
};

/** What of a delivery is not as it was ordered, in the order in which a supplier is called about it. */
const differences = (
  { damaged, wrong, over, under }: Arrival,
  isOver: boolean,
  item: Item,
): Pick<Reason, 'zh' | 'en'>[] =>
  [
    { amount: damaged, zh: '损坏', en: 'damaged' },
    { amount: wrong, zh: '品种不符', en: 'of another item' },
    { amount: over, zh: '多到', en: 'over' },
    { amount: isOver ? under : 0, zh: '不再到货', en: 'that will not come' },
  ].flatMap(({ amount, zh, en }) => {
    const goods = inUnits(item, amount);
    return amount === 0 ? [] : [{ zh: `${zh} ${goods.zh}`, en: `${goods.en} ${en}` }];
  });

/** Goods did not come as they were ordered: whoever bought them takes it up with the supplier. None: they did. */
export const differing = (of: Purchase, order: Order, arrival: Arrival, item: Item): Telling[] => {
  const found = differences(arrival, order.status === 'closed', item);
  if (found.length === 0) return [];
  return [
    {
      ...{ to: BUYERS, about: about(of), code: 'delivery-differs' },
      zh: `采购 ${of.id} 第 ${order.n} 号订单（${item.nameZh}）到货不符：${found.map(({ zh }) => zh).join('、')}。请与供应商联系。`,
      en: `Order ${order.n} of ${of.id} (${item.nameEn}) did not come as ordered: ${found.map(({ en }) => en).join(', ')}. Take it up with the supplier.`,
    },
  ];
};

/** All has come of an order that will: its bill is to be entered. None: something may still come, or nothing is owed. */
export const toBill = (of: Purchase, order: Order, item: Item, dueAt: string): Telling[] => {
  if (order.status !== 'closed' || order.spentFen === 0) return [];
  const [goods, owed, due] = [inUnits(item, accepted(order)), yuan(order.spentFen), countyClock(dueAt)];
  return [
    {
      ...{ to: FINANCE, about: about(of), code: 'to-bill', dueAt },
      zh: `采购 ${of.id} 第 ${order.n} 号订单已验收${item.nameZh} ${goods.zh}，应付 ${owed}，请在 ${due} 前录入发票。`,
      en: `Order ${order.n} of ${of.id}: ${goods.en} of ${item.nameEn} are accepted and ${owed} are owed. Enter the bill by ${due}, China time.`,
    },
  ];
};

/** A bill does not match: headquarters settles it, and finance does not pay. None: it matches. */
export const held = (of: Purchase, { n }: Order, { status, reason }: Match, dueAt: string): Telling[] =>
  status === 'matched'
    ? []
    : [HEADQUARTERS, FINANCE].map((to) => ({
        ...{ to, about: about(of), code: reason.code, dueAt },
        zh: `采购 ${of.id} 第 ${n} 号订单的${reason.zh}请指挥部处理。`,
        en: `Order ${n} of ${of.id}. ${reason.en} Headquarters settles it.`,
      }));

/** Who brings a paper. */
const bearerOf = ({ kind, held: isHeld }: MissingPaper): Recipient => {
  if (isHeld === true) return HEADQUARTERS;
  return kind === 'invoice' || kind === 'payment-voucher' ? FINANCE : BUYERS;
};

const roleOf = (to: Recipient): string => ('role' in to ? to.role : to.siteId);

/**
 * Papers are overdue: each of those who bring them hears of theirs, and once it has been so for longer, headquarters of
 * all of them.
 */
export const papersOverdue = (
  of: Purchase,
  item: Pick<Item, 'nameZh' | 'nameEn'>,
  missing: readonly MissingPaper[],
  isLong: boolean,
  dueAt: string,
): Telling[] => {
  const overdue = missing.filter((one) => one.overdue);
  const told = overdue.flatMap((one) => [
    { to: bearerOf(one), one },
    ...(isLong && bearerOf(one) !== HEADQUARTERS ? [{ to: HEADQUARTERS, one }] : []),
  ]);
  return [...Map.groupBy(told, ({ to }) => roleOf(to)).values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const names = some.map(({ one: { kind, order } }) => ({
      zh: `${PAPERS[kind].zh}${order === undefined ? '' : `（第 ${order} 号订单）`}`,
      en: `${PAPERS[kind].en}${order === undefined ? '' : ` of order ${order}`}`,
    }));
    return [
      {
        ...{ to: first.to, about: about(of), code: 'purchase-papers-overdue', dueAt },
        zh: `采购 ${of.id}（${item.nameZh}）的材料已超过期限：${names.map(({ zh }) => zh).join('、')}。`,
        en: `Papers of the purchase ${of.id} (${item.nameEn}) are past their deadline: ${names.map(({ en }) => en).join(', ')}.`,
      },
    ];
  });
};
