import { issueSize, itemBody, unitsOf } from '../functions/catalogue/item.ts';
import { at, policyInForce, tierOf } from '../functions/catalogue/policy.ts';
import type { RecipientGroup, SiteKind } from '../functions/catalogue/site.ts';
import { compare } from '../functions/shared/order.ts';
import { type Dice, diceOf } from './dice.ts';
import { SAMPLE_ITEMS } from './zeku/items.ts';
import { SAMPLE_SITES, type SampleSite, ZEKU } from './zeku/sites.ts';

/** One site's ask, as it will be made. Minutes are virtual, counted from the start of the rehearsal. */
export interface Demand {
  readonly n: number;
  readonly atMinute: number;
  readonly needByMinute: number;
  readonly siteId: string;
  /** Who sends it: the site itself, or a clerk for somebody on the telephone. */
  readonly by: 'point' | 'clerk';
  readonly recipients: RecipientGroup;
  readonly coverDays: number;
  readonly reason: string;
  readonly lines: readonly { readonly itemId: string; readonly quantity: number; readonly unit: string }[];
  /** When somebody finds that it is no longer needed. */
  readonly cancelMinute?: number;
}

interface Habit {
  readonly recipients: RecipientGroup;
  readonly reason: string;
  readonly items: readonly string[];
}

const PROTECTION = ['surgical-mask', 'n95-mask', 'protective-suit', 'gloves', 'disinfectant-84'];
const ON_POST: Habit = {
  recipients: 'post',
  reason: '一线值守防护用品补充',
  items: [...PROTECTION, 'face-shield', 'shoe-covers', 'antigen-test', 'alcohol-75', 'hand-gel', 'thermometer'],
};
const AT_SAMPLING: Habit = {
  recipients: 'post',
  reason: '核酸采样轮次物资',
  items: [...PROTECTION, 'sampling-tube', 'throat-swab', 'surgical-cap', 'medical-waste-bag', 'isolation-gown'],
};
const IN_ISOLATION: Habit = {
  recipients: 'post',
  reason: '隔离点人员生活保障',
  items: ['vegetable-pack', 'rice', 'instant-noodles', 'drinking-water', 'quilt', 'surgical-mask', 'antigen-test'],
};
const AT_HOME: Habit = {
  recipients: 'residents',
  reason: '居民生活物资和防护用品',
  items: ['surgical-mask', 'vegetable-pack', 'potato', 'chinese-cabbage', 'rice', 'flour', 'tsampa', 'cooking-oil'],
};
const FOR_THE_VULNERABLE: Habit = {
  recipients: 'vulnerable',
  reason: '老人、婴幼儿和困难家庭保障',
  items: ['surgical-mask', 'vegetable-pack', 'infant-formula', 'rice', 'antigen-test', 'carrot', 'cooking-oil'],
};

const HABITS: Readonly<Record<SiteKind, { readonly perDay: number; readonly habits: readonly Habit[] }>> = {
  warehouse: { perDay: 0, habits: [] },
  hospital: { perDay: 3, habits: [ON_POST, AT_SAMPLING, IN_ISOLATION] },
  isolation: { perDay: 1.5, habits: [ON_POST, IN_ISOLATION, IN_ISOLATION] },
  sampling: { perDay: 1.2, habits: [AT_SAMPLING] },
  checkpoint: { perDay: 1, habits: [ON_POST] },
  township: { perDay: 0.3, habits: [ON_POST] },
  community: { perDay: 1, habits: [AT_HOME, AT_HOME, FOR_THE_VULNERABLE] },
  village: { perDay: 0.6, habits: [AT_HOME, AT_HOME, FOR_THE_VULNERABLE] },
};

const CATALOGUE = new Map(SAMPLE_ITEMS.map(({ id, ...body }) => [id, itemBody.parse(body)]));
const POLICY = policyInForce(ZEKU, undefined);
const DAY = 1_440;
const FRONT_LINE: readonly SiteKind[] = ['hospital', 'isolation', 'sampling', 'checkpoint'];

/** About what the norm allows, now and then more; a unit as people use it, which is not always the issue unit. */
const lineOf = (dice: Dice, site: SampleSite, habit: Habit, coverDays: number, itemId: string): Demand['lines'] => {
  const item = CATALOGUE.get(itemId);
  if (item === undefined || (item.posts.length > 0 && !item.posts.includes(site.kind))) return [];
  const size = issueSize(item);
  const tier = tierOf(site, habit.recipients, POLICY);
  const norm = at({ tier1: undefined, tier2: undefined, tier3: undefined, ...item.norms }, tier);
  if (norm === undefined) return [];
  const allowed = (norm.quantity * site.people[habit.recipients] * coverDays) / norm.days;
  const base = allowed * (dice.chance(0.05) ? dice.between(1.2, 3) : dice.between(0.4, 1));
  const [unit, of] = dice.chance(0.25) ? dice.pick(Object.entries(unitsOf(item))) : [item.issueUnit, size];
  return [{ itemId, quantity: Math.max(1, Math.round(base / of)), unit }];
};

const demandOf = (dice: Dice, site: SampleSite, habits: readonly Habit[], day: number): Omit<Demand, 'n'> => {
  const frontLine = FRONT_LINE.includes(site.kind);
  const habit = dice.pick(habits);
  const coverDays = frontLine ? dice.whole(1, 2) : dice.whole(2, 4);
  // The front line asks round the clock; elsewhere people ask in the twelve hours of a working day.
  const atMinute = Math.round(day * DAY + (frontLine ? dice.between(0, DAY) : dice.between(0, DAY / 2)));
  const needByMinute = atMinute + Math.round(frontLine ? dice.between(240, 720) : dice.between(720, 2 * DAY));
  const cancelled = dice.chance(0.05);
  const cancelMinute = atMinute + dice.whole(20, 240);
  const by = dice.chance(0.2) ? 'clerk' : 'point';
  const lines = dice.some(habit.items, dice.whole(1, 4)).flatMap((id) => lineOf(dice, site, habit, coverDays, id));
  return {
    atMinute,
    needByMinute,
    siteId: site.id,
    by,
    recipients: habit.recipients,
    coverDays,
    reason: habit.reason,
    lines,
    ...(cancelled && { cancelMinute }),
  };
};

/**
 * What the sample county asks for in so many days, earliest first; `share`: only that part of it, over all sites. The same
 * seed makes the same demands.
 */
export const demandsFor = (seed: number, days: number, share = 1): Demand[] =>
  SAMPLE_SITES.flatMap((site) => {
    const dice = diceOf(seed, site.id);
    const { habits, ...full } = HABITS[site.kind];
    const perDay = full.perDay * share;
    return Array.from({ length: days }, (_, day) => day).flatMap((day) => {
      const number = Math.floor(perDay) + (dice.chance(perDay % 1) ? 1 : 0);
      return Array.from({ length: number }, () => demandOf(dice, site, habits, day));
    });
  })
    .filter(({ lines }) => lines.length > 0)
    .toSorted((a, b) => a.atMinute - b.atMinute || compare(a.siteId, b.siteId))
    .map((demand, i) => ({ n: i + 1, ...demand }));
