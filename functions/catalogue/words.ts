import type { Said } from '../shared/reason.ts';
import { baseName, type Item, issueSize } from './item.ts';

/** A quantity of base units as people say it: in issue units where it is whole, with the base units beside it. */
export const inUnits = (item: Item, base: number): Said => {
  const size = issueSize(item);
  const whole = `${base}${baseName(item)}`;
  if (size === 1 || base % size !== 0) return { zh: whole, en: `${base} ${item.baseUnit}` };
  const issue = `${base / size} ${item.issueUnit}`;
  return { zh: `${issue}（${whole}）`, en: `${issue} (${base} ${item.baseUnit})` };
};
