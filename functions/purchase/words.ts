import type { OrderStatus } from './order.ts';
import type { DutyStep, PurchaseStatus } from './purchase.ts';

/** How a purchase stands, as people call it. */
export const STATUS_ZH: Readonly<Record<PurchaseStatus, string>> = {
  sourcing: '询价选货源',
  submitted: '待审批',
  ordered: '已下单',
  delivered: '已到货，待结算',
  closed: '已办结',
  refused: '未批准',
  cancelled: '已取消',
};

/** The same of an order. */
export const ORDER_STATUS_ZH: Readonly<Record<OrderStatus, string>> = {
  placed: '待确认',
  confirmed: '已确认',
  closed: '已完成',
  declined: '供应商谢绝',
  lapsed: '逾期作废',
  cancelled: '已取消',
};

/** The steps that are different people's. */
export const DUTY_ZH: Readonly<Record<DutyStep, string>> = {
  ask: '提出需求',
  buy: '采购',
  approve: '审批',
  accept: '验收',
  pay: '付款',
};
