import type { Reason } from '../approval/approval.ts';
import { type Item, issueSize } from '../catalogue/item.ts';

const BASE_ZH: Record<Item['baseUnit'], string> = { piece: '件', gram: '克', millilitre: '毫升' };

/** A quantity of base units as people say it: in issue units where it is whole, with the base units beside it. */
export const inUnits = (item: Item, base: number): Pick<Reason, 'zh' | 'en'> => {
  const size = issueSize(item);
  if (size === 1 || base % size !== 0)
    return { zh: `${base}${BASE_ZH[item.baseUnit]}`, en: `${base} ${item.baseUnit}` };
  const issue = `${base / size} ${item.issueUnit}`;
  return { zh: `${issue}（${base}${BASE_ZH[item.baseUnit]}）`, en: `${issue} (${base} ${item.baseUnit})` };
};

/** Fen as yuan with two decimals. */
export const yuan = (fen: number): string =>
  `¥${(fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
