import { isMeantFor, usableAt } from '../stock/lot.ts';
import type { ClaimGiven, LotGiven, Rationale } from './rationale.ts';
import { countedIn, TIER_NAMES } from './words.ts';

/** A division as one claim sees it: every lot, and its own part. */
export interface Reason extends Omit<Rationale, 'county' | 'part' | 'parts' | 'lots' | 'claims'> {
  readonly lots: readonly LotGiven[];
  readonly claim: ClaimGiven;
}

/** Goods that a claim could not use, by why. Base units. */
export const passedOver = ({ lots, claim }: Pick<Reason, 'lots' | 'claim'>) => {
  const meant = (lot: LotGiven): boolean => isMeantFor(lot, claim);
  const sum = (of: readonly LotGiven[]) => of.reduce((total, { quantity }) => total + quantity, 0);
  return {
    designated: sum(lots.filter((lot) => !meant(lot))),
    expiring: sum(lots.filter((lot) => meant(lot) && !usableAt(lot.useBy, claim.arrival))),
  };
};

/** What a claim has come to, in whole percent of its target. */
export const percentOf = ({ target, floor, granted }: Pick<ClaimGiven, 'target' | 'floor' | 'granted'>): number =>
  target === 0 ? 100 : Math.floor(((floor + granted) / target) * 100);

/**
 * Why a claim got what it got, in a Chinese and an English sentence with the numbers: what there was, what the tiers
 * before it took, what was kept back, what its own tier and it itself got, and what it could not use.
 */
export const explain = (reason: Reason): { readonly zh: string; readonly en: string } => {
  const { claim, tiers, unit, withheld } = reason;
  const show = countedIn(unit);
  const pool = reason.lots.reduce((sum, { quantity }) => sum + Math.floor(quantity / unit.size) * unit.size, 0);
  const zh = [`共有 ${show(pool)} ${unit.name}`];
  const en = [`Counted in ${unit.name}, there were ${show(pool)}`];
  let left = pool;
  for (const tier of [1, 2, 3] as const) {
    if (tier >= claim.tier) break;
    const before = tiers.find((one) => one.tier === tier);
    if (before !== undefined) {
      left -= before.granted;
      const [needed, took] = [show(before.wanted), show(before.granted)];
      zh.push(`${TIER_NAMES[tier].zh}需 ${needed}，用 ${took}，剩 ${show(left)}`);
      en.push(`${TIER_NAMES[tier].en} needed ${needed} and took ${took}, leaving ${show(left)}`);
    }
    if (tier === 1 && withheld > 0) {
      left -= withheld;
      zh.push(`为一线预留 ${show(withheld)}，剩 ${show(left)}`);
      en.push(`${show(withheld)} were kept back for the front line, leaving ${show(left)}`);
    }
  }
  const own = tiers.find(({ tier }) => tier === claim.tier);
  if (own !== undefined) {
    zh.push(`${TIER_NAMES[own.tier].zh}可用 ${show(own.available)}，共需 ${show(own.wanted)}，得 ${show(own.granted)}`);
    en.push(
      `${TIER_NAMES[own.tier].en} could use ${show(own.available)}, needed ${show(own.wanted)} and got ${show(own.granted)}`,
    );
  }
  const { designated, expiring } = passedOver(reason);
  if (claim.reach < claim.wanted && expiring > 0) {
    zh.push(`${show(expiring)} 到达前过期，本点不能用`);
    en.push(`${show(expiring)} expire before they could arrive at this site`);
  }
  if (claim.reach < claim.wanted && designated > 0) {
    zh.push(`${show(designated)} 指定给别处`);
    en.push(`${show(designated)} are designated to others`);
  }
  const share = percentOf(claim);
  zh.push(
    `本点应有 ${show(claim.target)}，已有或在途 ${show(claim.floor)}，需 ${show(claim.wanted)}，得 ${show(claim.granted)}，达 ${share}%`,
  );
  en.push(
    `of this site's ${show(claim.target)}, ${show(claim.floor)} had come or were under way; it needed ${show(claim.wanted)} and got ${show(claim.granted)}, which makes ${share}%`,
  );
  return { zh: `${zh.join('；')}。`, en: `${en.join('; ')}.` };
};
