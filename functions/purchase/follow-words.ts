import type { Item } from '../catalogue/item.ts';
import type { Supplier } from '../catalogue/supplier.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Fund } from '../funds/fund.ts';
import type { Planned } from '../offers/choice.ts';
import { countyClock } from '../shared/clock.ts';
import { yuan } from '../shared/money.ts';
import type { Reason } from '../shared/reason.ts';
import { accepted, type Order, outstanding } from './order.ts';

/** Whose names the sentences need. */
interface Named {
  readonly item: Item;
  readonly suppliers: ReadonlyMap<string, Pick<Supplier, 'nameZh' | 'nameEn'>>;
}

const named = (supplierId: string, { suppliers }: Named): Pick<Reason, 'zh' | 'en'> => {
  const { nameZh = supplierId, nameEn = supplierId } = suppliers.get(supplierId) ?? {};
  return { zh: nameZh, en: nameEn };
};

/** No supplier answered in time. */
export const unconfirmed = (of: Order, by: Named): Reason => {
  const [who, goods, due] = [named(of.supplierId, by), inUnits(by.item, of.quantity), countyClock(of.confirmBy)];
  return {
    code: 'order-unconfirmed',
    zh: `第 ${of.n} 号订单（${who.zh}，${goods.zh}）在 ${due} 前未确认，作废，释放 ${yuan(of.encumberedFen)}。`,
    en: `Order ${of.n} (${who.en}, ${goods.en}) was not confirmed by ${due}, China time: it is over, and ${yuan(of.encumberedFen)} are free.`,
  };
};

/** A confirmed order did not come, or not whole. */
export const late = (of: Order, by: Named): Reason => {
  const [who, due] = [named(of.supplierId, by), countyClock(of.deliverBy)];
  const [came, missing] = [inUnits(by.item, accepted(of)), inUnits(by.item, outstanding(of))];
  return {
    code: 'order-late',
    zh: `第 ${of.n} 号订单（${who.zh}）应于 ${due} 前到货，已到 ${came.zh}，未到 ${missing.zh}，不再等待，释放 ${yuan(of.encumberedFen)}。`,
    en: `Order ${of.n} (${who.en}) was due by ${due}, China time: ${came.en} came and ${missing.en} did not, which is not waited for; ${yuan(of.encumberedFen)} are free.`,
  };
};

/** The need was met otherwise before anybody confirmed. */
export const calledOff = (of: Order, by: Named): Reason => {
  const [who, goods] = [named(of.supplierId, by), inUnits(by.item, of.quantity)];
  return {
    code: 'surplus-cancelled',
    zh: `需求已由其他来源满足，取消第 ${of.n} 号未确认订单（${who.zh}，${goods.zh}），释放 ${yuan(of.encumberedFen)}。`,
    en: `The need was met otherwise: order ${of.n} (${who.en}, ${goods.en}), not confirmed yet, is called off, and ${yuan(of.encumberedFen)} are free.`,
  };
};

/** The need was met otherwise, and suppliers rely on what they confirmed. */
export const kept = (amount: number, { item }: Named): Reason => {
  const goods = inUnits(item, amount);
  return {
    code: 'surplus-kept',
    zh: `需求已由其他来源满足，已确认订单中的 ${goods.zh}到货后留作统一储备。`,
    en: `The need was met otherwise: ${goods.en} of what was confirmed are kept for the pool.`,
  };
};

/** The next offer is tried. */
export const triedNext = (of: Planned, by: Named): Reason => {
  const [who, goods] = [named(of.supplierId, by), inUnits(by.item, of.quantity)];
  return {
    code: 'next-tried',
    zh: `改向${who.zh}订购 ${goods.zh}，占用 ${yuan(of.totalFen)}。`,
    en: `${goods.en} are ordered of ${who.en} instead, which takes up ${yuan(of.totalFen)}.`,
  };
};

/** The next offer costs more than the fund has. */
export const unaffordable = (of: Planned, availableFen: number, by: Named): Reason => {
  const who = named(of.supplierId, by);
  return {
    code: 'fund-exhausted',
    zh: `备选${who.zh}需要 ${yuan(of.totalFen)}，资金可用 ${yuan(availableFen)}，未订购。`,
    en: `The next, ${who.en}, takes ${yuan(of.totalFen)}, and the fund has ${yuan(availableFen)} available: not ordered.`,
  };
};

/** The fund was closed, or restricted to other goods, since it was chosen. */
export const fundBarred = ({ nameZh, nameEn }: Pick<Fund, 'nameZh' | 'nameEn'>, { item }: Named): Reason => ({
  code: 'fund-may-not-buy',
  zh: `${nameZh}已停用或不得再用于购买${item.nameZh}，备选报价未订购。`,
  en: `${nameEn} is closed or may not buy ${item.nameEn} any more: no next offer is ordered.`,
});

/** The next offer would cost more than was decided on. */
export const beyond = (of: Planned, by: Named): Reason => {
  const who = named(of.supplierId, by);
  return {
    code: 'beyond-decision',
    zh: `备选${who.zh}需要 ${yuan(of.totalFen)}，超出已批准的最高金额，未订购。`,
    en: `The next, ${who.en}, takes ${yuan(of.totalFen)}, more than was approved at most: not ordered.`,
  };
};

/** One purchase has as many orders as one row holds. */
export const full = (): Reason => ({
  code: 'orders-full',
  zh: '本采购的订单数已达上限，其余请另行采购。',
  en: 'This purchase has as many orders as it can have: buy the rest in another.',
});

/** Nobody is left to try. */
export const sourcedAgain = (amount: number, { item }: Named): Reason => {
  const goods = inUnits(item, amount);
  return {
    code: 'sourced-again',
    zh: `备选报价已用完，尚缺 ${goods.zh}，请采购员重新选择。`,
    en: `No offer is left to try, and ${goods.en} are lacking: a buyer chooses anew.`,
  };
};

/** All orders were called off before anything came. */
export const notNeeded = ({ item }: Named): Reason => ({
  code: 'not-needed',
  zh: `${item.nameZh}：需求已由其他来源满足，采购取消。`,
  en: `${item.nameEn}: the need was met otherwise, and the purchase is cancelled.`,
});
