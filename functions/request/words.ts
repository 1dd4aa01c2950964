import { baseName, type Item, issueSize } from '../catalogue/item.ts';
import type { Reason } from '../shared/reason.ts';

/** A quantity of base units as people say it: in issue units where it is whole, with the base units beside it. */
export const inUnits = (item: Item, base: number): Pick<Reason, 'zh' | 'en'> => {
  const size = issueSize(item);
  const whole = `${base}${baseName(item)}`;
  if (size === 1 || base % size !== 0) return { zh: whole, en: `${base} ${item.baseUnit}` };
  const issue = `${base / size} ${item.issueUnit}`;
  return { zh: `${issue}（${whole}）`, en: `${issue} (${base} ${item.baseUnit})` };
};

/** Fen as yuan with two decimals. */
export const yuan = (fen: number): string =>
  `¥${(fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
