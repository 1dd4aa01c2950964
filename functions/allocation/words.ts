import type { Item } from '../catalogue/item.ts';
import type { Tier } from '../catalogue/policy.ts';
import { inUnits } from '../catalogue/words.ts';
import { countyClock, countyDay } from '../shared/clock.ts';
import type { Passed, PassedBecause, Used } from './goods.ts';
import type { ClaimGiven, Rationale } from './rationale.ts';
import type { Remedy } from './remedy.ts';

/** The same in both languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** The tiers as sentences name them. */
export const TIER_NAMES: Readonly<Record<Tier, { readonly zh: string; readonly en: string }>> = {
  1: { zh: '一线', en: 'the front line' },
  2: { zh: '重点人群', en: 'vulnerable people' },
  3: { zh: '居民', en: 'residents' },
};

/** An amount of base units as sentences say it: in issue units, to the hundredth. */
export const countedIn =
  ({ size }: Rationale['unit']) =>
  (amount: number): string =>
    String(Math.round((amount / size) * 100) / 100);

/** The goods that a line got, lot by lot, as people name a lot and a place. */
export const usedWords = (
  used: readonly (Used & { readonly name: string; readonly place: Words })[],
  unit: Rationale['unit'],
): Words => {
  if (used.length === 0) return { zh: '本需求没有用到任何批次。', en: 'The line uses no lot.' };
  const show = countedIn(unit);
  const each = used.map(({ lot: { useBy }, quantity, name, place }) => ({
    zh: `${place.zh}的批次 ${name} ${show(quantity)} ${unit.name}（${useBy === undefined ? '不过期' : `保质期至 ${useBy}`}）`,
    en: `${show(quantity)} of lot ${name} at ${place.en} (${useBy === undefined ? 'does not expire' : `use by ${useBy}`})`,
  }));
  return {
    zh: `本需求用${each.map(({ zh }) => zh).join('、')}。`,
    en: `The line uses ${each.map(({ en }) => en).join(', ')}.`,
  };
};

const BECAUSE: Readonly<Record<PassedBecause, Words>> = {
  designated: { zh: '定向给别处', en: 'designated to others' },
  expires: { zh: '到达前过期', en: 'expiring before it arrives' },
  'part-unit': { zh: '不足一个发放单位', en: 'less than one issue unit' },
  'not-needed': { zh: '不需要，所缺已配足', en: 'not needed, as nothing lacks' },
  reserve: { zh: '为一线预留', en: 'kept back for the front line' },
  shared: { zh: '与同级其他点分用', en: 'shared with others of the tier' },
  'tier-before': { zh: '先给前一级', en: 'given to the tiers before' },
  'own-site': { zh: '用于本点其他需求', en: 'used for other lines of the site' },
  'tier-after': { zh: '用于后一级，到得更早', en: 'used by the tiers after, which it reaches sooner' },
  room: { zh: '本需求占用的批次已达上限', en: 'beyond the lots that one line may hold' },
};

/** What became of all the goods that a line was not given, added up. */
export const passedWords = (passed: readonly Passed[], claim: ClaimGiven, unit: Rationale['unit']): Words => {
  const show = countedIn(unit);
  const sums = new Map<PassedBecause, number>();
  const add = (why: PassedBecause, quantity: number) => sums.set(why, (sums.get(why) ?? 0) + quantity);
  for (const { because, quantity, given, ownSite, left } of passed) {
    if (because === 'designated' || because === 'expires' || because === 'part-unit') {
      add(because, quantity);
      continue;
    }
    for (const { tier, quantity: got } of given)
      add(tier < claim.tier ? 'tier-before' : tier === claim.tier ? 'shared' : 'tier-after', got);
    add('own-site', ownSite);
    add(because === 'reserve' || because === 'room' ? because : 'not-needed', left);
  }
  const each = [...sums].flatMap(([why, quantity]) =>
    quantity === 0 ? [] : [{ zh: `${BECAUSE[why].zh} ${show(quantity)}`, en: `${show(quantity)} ${BECAUSE[why].en}` }],
  );
  if (each.length === 0) return { zh: '', en: '' };
  return {
    zh: `其余的：${each.map(({ zh }) => zh).join('；')}。`,
    en: `The rest: ${each.map(({ en }) => en).join('; ')}.`,
  };
};

/** Why a line was not given one lot, or the rest of it, with what became of that. */
export const whyPassed = (of: Passed, claim: ClaimGiven, unit: Rationale['unit']): Words => {
  const { because, lot, given, ownSite, left } = of;
  if (because === 'expires')
    return {
      zh: `保质期至 ${lot.useBy}，预计 ${countyDay(claim.arrival)} 到达，到达前过期。`,
      en: `It expires on ${lot.useBy}, and would arrive on ${countyDay(claim.arrival)}.`,
    };
  const show = countedIn(unit);
  const went = [
    ...given.map(({ tier, quantity }) => ({
      zh: `${tier === claim.tier ? '同级其他点' : TIER_NAMES[tier].zh}用 ${show(quantity)}`,
      en: `${tier === claim.tier ? 'others of the tier' : TIER_NAMES[tier].en} got ${show(quantity)}`,
    })),
    ...(ownSite > 0
      ? [{ zh: `本点其他需求用 ${show(ownSite)}`, en: `other lines of the site got ${show(ownSite)}` }]
      : []),
    ...(left > 0 ? [{ zh: `留存 ${show(left)}`, en: `${show(left)} stayed in the pool` }] : []),
  ];
  const { zh, en } = BECAUSE[because];
  return {
    zh: `${[zh, ...went.map((one) => one.zh)].join('；')}。`,
    en: `${`${en[0]?.toUpperCase()}${en.slice(1)}`}${went.length === 0 ? '' : `: ${went.map((one) => one.en).join(', ')}`}.`,
  };
};

/** Goods that people promised a line beside all divisions, each with whose word it is and why. */
export const byHandWords = (
  byHand: readonly {
    readonly lotId: string;
    readonly lotNo?: string | undefined;
    readonly place: { readonly nameZh: string; readonly nameEn: string };
    readonly quantity: number;
    readonly by: string;
    readonly at: string;
    readonly reason: string;
  }[],
  item: Item | undefined,
): Words => {
  const each = byHand.map(({ lotId, lotNo = lotId, place, quantity, by, at, reason }) => {
    const { zh, en } = item === undefined ? { zh: `${quantity}`, en: `${quantity}` } : inUnits(item, quantity);
    return {
      zh: `${place.nameZh}的批次 ${lotNo} ${zh}（${by} 于 ${countyClock(at)}：${reason}）`,
      en: `${en} of lot ${lotNo} at ${place.nameEn} (${by} at ${countyClock(at)}: ${reason})`,
    };
  });
  return each.length === 0
    ? { zh: '', en: '' }
    : {
        zh: `人工占用，不参与分配：${each.map(({ zh }) => zh).join('、')}。`,
        en: `Held by hand, outside of all divisions: ${each.map(({ en }) => en).join(', ')}.`,
      };
};

/** What would have to arrive. */
export const remedyWords = (remedy: Remedy | undefined, unit: Rationale['unit']): Words => {
  if (remedy === undefined) return { zh: '本点所缺已配足。', en: 'The site lacks nothing more.' };
  const show = countedIn(unit);
  const { lacks, arriving } = remedy;
  const [lacking, lackingEn] = [`本点还缺 ${show(lacks)} ${unit.name}`, `The site still lacks ${show(lacks)}`];
  if (arriving === undefined)
    return {
      zh: `${lacking}：占用的批次已达上限，发走一部分后才能再配，再到货也无济于事。`,
      en: `${lackingEn}: it holds as many lots as it may, so that part of it has to leave first, whatever arrives.`,
    };
  const { quantity, usableUntil, others, reserve } = arriving;
  const rest = [
    ...others.map((other) => ({
      zh: `${TIER_NAMES[other.tier].zh}其他点得 ${show(other.quantity)}`,
      en: `${show(other.quantity)} would go to other sites of ${TIER_NAMES[other.tier].en}`,
    })),
    ...(reserve > 0
      ? [{ zh: `为一线预留 ${show(reserve)}`, en: `${show(reserve)} would be kept back for the front line` }]
      : []),
  ];
  return {
    zh: `${lacking}：要配足，须再到 ${show(quantity)} ${unit.name}，不限用途，保质期至少到 ${usableUntil}${rest.length === 0 ? '' : `（其中${rest.map((one) => one.zh).join('，')}）`}。`,
    en: `${lackingEn}: to meet it in full, ${show(quantity)} more would have to arrive, open to all and usable until ${usableUntil} at least${rest.length === 0 ? '' : `, of which ${rest.map((one) => one.en).join(', ')}`}.`,
  };
};
