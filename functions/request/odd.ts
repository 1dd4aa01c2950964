import type { Oddity } from '../approval/approval.ts';
import type { Item } from '../catalogue/item.ts';
import type { Policy, Tier } from '../catalogue/policy.ts';
import type { SiteKind } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Open } from './line.ts';
import { ration } from './norm.ts';

/** A median of fewer asks than this says nothing. */
const ENOUGH = 3;

/** Who asks, and for how long. */
export interface Asking {
  readonly siteId: string;
  readonly siteKind: SiteKind;
  readonly tier: Tier;
  /** People of the group that the request is for. */
  readonly people: number;
  readonly coverDays: number;
}

export interface AskedLine {
  readonly n: number;
  readonly item: Item;
  /** Base units. */
  readonly quantity: number;
  /** Base units from earlier asks that count towards the same norm. */
  readonly earlier: number;
}

/** The middle of the sorted values; of an even number, the lower of the two, so that it is a quantity somebody asked. */
export const median = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1];

/** More than the ration allows the group for the days covered, with what it has from earlier asks for these days. */
export const overNorm = ({ n, item, quantity, earlier }: AskedLine, asking: Asking): Oddity | undefined => {
  const norm = ration(item, asking.tier, asking.people, asking.coverDays);
  if (norm === undefined || earlier + quantity <= norm) return undefined;
  const [asked, had, allowed] = [inUnits(item, quantity), inUnits(item, earlier), inUnits(item, norm)];
  const { people, coverDays } = asking;
  const [besideZh, beside] = earlier === 0 ? ['', ''] : [`，此前已批 ${had.zh}`, ` on top of ${had.en}`];
  return {
    n,
    code: 'over-norm',
    zh: `${item.nameZh}：申请 ${asked.zh}${besideZh}，${people} 人 ${coverDays} 天的定量为 ${allowed.zh}。`,
    en: `${item.nameEn}: asked ${asked.en}${beside}; the norm for ${people} people and ${coverDays} days is ${allowed.en}.`,
  };
};

/**
 * Many times the median of what this site asks for, or, where fewer than three asks of it are in the sample, of what its
 * kind asks for: 5000 instead of 500 (FACTS: Human Essentials 3052).
 */
export const overMedian = (
  { n, item, quantity }: Pick<AskedLine, 'n' | 'item' | 'quantity'>,
  { siteId, siteKind }: Asking,
  asks: readonly Open[],
  times: Policy['approval']['oddTimesMedian'],
): Oddity | undefined => {
  const own = asks.filter((ask) => ask.siteId === siteId);
  const like = own.length >= ENOUGH ? own : asks.filter((ask) => ask.siteKind === siteKind);
  const usual = like.length >= ENOUGH ? median(like.map((ask) => ask.quantity)) : undefined;
  if (usual === undefined || quantity < times * usual) return undefined;
  const [asked, before] = [inUnits(item, quantity), inUnits(item, usual)];
  const [whoZh, who] = like === own ? ['本点', 'this site'] : ['同类点位', 'sites of this kind'];
  return {
    n,
    code: 'over-median',
    zh: `${item.nameZh}：申请 ${asked.zh}，达到${whoZh}申请中位数 ${before.zh} 的 ${times} 倍。`,
    en: `${item.nameEn}: asked ${asked.en}, at least ${times} times the median of ${who}, ${before.en}.`,
  };
};
