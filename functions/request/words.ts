import { baseName, type Item, issueSize } from '../catalogue/item.ts';
import type { Said } from '../shared/reason.ts';
import type { RequestStatus } from './request.ts';

/** A quantity of base units as people say it: in issue units where it is whole, with the base units beside it. */
export const inUnits = (item: Item, base: number): Said => {
  const size = issueSize(item);
  const whole = `${base}${baseName(item)}`;
  if (size === 1 || base % size !== 0) return { zh: whole, en: `${base} ${item.baseUnit}` };
  const issue = `${base / size} ${item.issueUnit}`;
  return { zh: `${issue}（${whole}）`, en: `${issue} (${base} ${item.baseUnit})` };
};

/** How a request stands, as it is said of one. */
export const STATUS_ZH: Readonly<Record<RequestStatus, string>> = {
  submitted: '待审批',
  approved: '已批准',
  refused: '未获批准',
  cancelled: '已取消',
  closed: '已办结',
};

/** Fen as yuan with two decimals. */
export const yuan = (fen: number): string =>
  `¥${(fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
