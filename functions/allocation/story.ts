import { z } from 'zod';
import type { Item } from '../catalogue/item.ts';
import { tier } from '../catalogue/policy.ts';
import { type Site, siteKind } from '../catalogue/site.ts';
import { type Line, lineStatus, waveOf, word } from '../request/line.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { quantity } from '../shared/quantity.ts';
import { designation, type Lot } from '../stock/lot.ts';
import { apportion } from './apportion.ts';
import { explain, percentOf } from './explain.ts';
import { goodsOf, passedBecause, type Used, whereabouts } from './goods.ts';
import { type ClaimGiven, inputOf, type Rationale, rationale } from './rationale.ts';
import { remedyOf } from './remedy.ts';
import { byHandWords, passedWords, remedyWords, usedWords, whyPassed } from './words.ts';

const words = { zh: z.string(), en: z.string() };
const sums = z.int().min(0);

const goods = z.object({
  lotId: z.string(),
  /** The maker's lot number, as printed. */
  lotNo: z.string().optional(),
  place: z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string() }),
  useBy: z.string().optional(),
  designation,
  quantity,
});

/** What one division gave a line, and why. All quantities are base units. */
const divisionStory = z.object({
  ...rationale.pick({
    division: true,
    at: true,
    unit: true,
    policy: true,
    reserve: true,
    withheld: true,
    left: true,
    tiers: true,
  }).shape,
  /** All there was in whole issue units, the reserve included. */
  pool: sums,
  claim: z.object({
    arrival: z.string(),
    target: sums,
    floor: sums,
    wanted: sums,
    granted: sums,
    /** Most that the site could have been given, alone in the pool. */
    reach: sums,
    /** What has come, is under way or is promised, of the target. */
    percent: z.int(),
    /** Lines of the site in this tier that counted. */
    lines: z.int(),
  }),
  line: z.object({ needBy: z.string(), target: quantity, floor: quantity, granted: quantity }),
  used: z.array(goods),
  passedOver: z.array(goods.extend({ because: passedBecause, ...whereabouts.shape, ...words })),
  /** What would have to arrive for the claim to be met in full; none: it is. */
  toFill: z
    .object({
      lacks: quantity,
      arriving: z
        .object({
          quantity: sums,
          usableUntil: z.string(),
          others: z.array(z.object({ tier, quantity: z.int() })),
          reserve: sums,
        })
        .optional(),
    })
    .optional(),
});

/** The whole story of one line. */
export const lineStory = z.object({
  requestId: z.string(),
  n: z.int(),
  status: lineStatus,
  tier,
  site: z.object({ id: z.string(), kind: siteKind, nameZh: z.string(), nameEn: z.string() }),
  item: z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string(), baseUnit: z.string() }),
  /** `undecided`: not approved yet; `waiting`: no division looks at it yet; `over`: refused, cancelled or done. */
  state: z.enum(['undecided', 'waiting', 'divided', 'over']),
  /** While it waits: when the pool will be divided with it. */
  countsFrom: z.string().optional(),
  ...words,
  /** What people promised it beside all divisions, and why, until it leaves: no division weighs it. */
  byHand: z.array(
    goods
      .pick({ lotId: true, lotNo: true, place: true, quantity: true })
      .extend({ ...word.shape, picking: z.boolean() }),
  ),
  division: divisionStory.optional(),
});
export type LineStory = z.infer<typeof lineStory>;

export interface StoryOf {
  readonly line: Line;
  /** All parts of the division that looked at the line last; none: none has. */
  readonly parts: readonly Rationale[];
  readonly item: Item | undefined;
  readonly sites: ReadonlyMap<string, Site>;
  readonly lots: ReadonlyMap<string, Lot>;
  readonly horizonMinutes: number;
  readonly now: string;
}

/** Why a line was promised what it was, or when it will be looked at. */
export const storyOf = (of: StoryOf): LineStory => {
  const { line, item, parts } = of;
  const found = parts
    .flatMap(({ claims }) => claims)
    .flatMap((claim) => claim.lines.flatMap((own) => (own.lineId === line.id ? [{ claim, own }] : [])))[0];
  const byHand = byHandOf(of);
  const told = byHandWords(byHand, item);
  const story = found === undefined ? outlook(of) : divided(of, found.claim, found.own);
  return {
    requestId: line.requestId,
    n: line.n,
    status: line.status,
    tier: line.tier,
    site: { ...placeOf(of, line.siteId), kind: line.siteKind },
    item: {
      id: line.itemId,
      nameZh: item?.nameZh ?? line.itemId,
      nameEn: item?.nameEn ?? line.itemId,
      baseUnit: item?.baseUnit ?? 'piece',
    },
    byHand,
    ...story,
    zh: `${story.zh}${told.zh}`,
    en: `${story.en} ${told.en}`.trim(),
  };
};

const byHandOf = (of: StoryOf): LineStory['byHand'] =>
  of.line.holds.flatMap(({ lotId, placeId, quantity: amount, consignmentId, byHand }) =>
    byHand === undefined
      ? []
      : [
          {
            ...{ lotId, lotNo: of.lots.get(lotId)?.lotNo, place: placeOf(of, placeId), quantity: amount },
            ...{ ...byHand, picking: consignmentId !== undefined },
          },
        ],
  );

const placeOf = ({ sites }: StoryOf, id: string) => {
  const { nameZh = id, nameEn = id } = sites.get(id) ?? {};
  return { id, nameZh, nameEn };
};

/** Of a line that no division explains: why not, and when one will. */
const outlook = ({ line, horizonMinutes, now }: StoryOf): Pick<LineStory, 'state' | 'countsFrom' | 'zh' | 'en'> => {
  if (line.status === 'submitted')
    return { state: 'undecided', zh: '尚未审批，未参与分配。', en: 'Not decided yet, and so not divided.' };
  if (line.status !== 'open')
    return { state: 'over', zh: '已无需求，没有物资分配给它。', en: 'Not needed any more; nothing is promised to it.' };
  const wave = waveOf(line, now);
  const due = plusMinutes(line.needBy, -horizonMinutes);
  if (due > (wave ?? now))
    return {
      state: 'waiting',
      countsFrom: due,
      zh: `需求时限较远，${countyClock(due)} 起参与分配，目前没有为它预留物资。`,
      en: `Needed late: it is weighed from ${countyClock(due)} on, and nothing is promised before.`,
    };
  if (wave !== undefined)
    return {
      state: 'waiting',
      countsFrom: wave,
      zh: `等待 ${countyClock(wave)} 的汇总时点，届时与在此之前的需求一并分配。`,
      en: `It waits for the wave at ${countyClock(wave)}, to be weighed with all that is asked until then.`,
    };
  return {
    state: 'waiting',
    countsFrom: now,
    zh: '尚未分配，一分钟内处理。',
    en: 'Not divided yet: that happens within a minute.',
  };
};

/** A lot by the number that is printed on it, and its place by name. */
const namedIn = (of: StoryOf, used: Used) => {
  const { nameZh: zh, nameEn: en } = placeOf(of, used.lot.placeId);
  return { ...used, name: of.lots.get(used.lot.lotId)?.lotNo ?? used.lot.lotId, place: { zh, en } };
};

const divided = (
  of: StoryOf,
  claim: ClaimGiven,
  own: ClaimGiven['lines'][number],
): Pick<LineStory, 'state' | 'zh' | 'en' | 'division'> => {
  const { parts } = of;
  const [first] = parts;
  if (first === undefined) throw new Error('A line is explained by a division');
  const input = inputOf(parts);
  const { used, passed } = goodsOf(parts, apportion(input).grants, { claim, line: own });
  const remedy = remedyOf(input, claim);
  const { division, at, unit, policy, reserve, withheld, left, tiers } = first;
  const { arrival, target, floor, wanted, granted, reach, lines } = claim;
  const view = ({ lot, quantity: amount }: Used) => ({
    lotId: lot.lotId,
    lotNo: of.lots.get(lot.lotId)?.lotNo,
    place: placeOf(of, lot.placeId),
    useBy: lot.useBy,
    designation: lot.designation,
    quantity: amount,
  });
  const lots = parts.flatMap((part) => part.lots);
  const short = explain({ ...first, lots, claim });
  const told = [
    ...(of.line.status === 'cancelled'
      ? [{ zh: '需求已取消，以下是取消前的分配。', en: 'Cancelled since; this is how it was divided before.' }]
      : []),
    {
      zh: `${countyClock(at)} 第 ${division} 次分配：${short.zh}`,
      en: `Division ${division} at ${countyClock(at)}. ${short.en}`,
    },
    usedWords(
      used.map((one) => namedIn(of, one)),
      unit,
    ),
    passedWords(passed, claim, unit),
    remedyWords(remedy, unit),
  ];
  return {
    state: 'divided',
    zh: told.map(({ zh }) => zh).join(''),
    en: told
      .map(({ en }) => en)
      .join(' ')
      .trim(),
    division: {
      ...{ division, at, unit, policy, reserve, withheld, left, tiers },
      pool: lots.reduce((sum, lot) => sum + lot.quantity - (lot.quantity % unit.size), 0),
      claim: { arrival, target, floor, wanted, granted, reach, percent: percentOf(claim), lines: lines.length },
      line: { needBy: own.needBy, target: own.target, floor: own.floor, granted: own.granted },
      used: used.map(view),
      passedOver: passed.map((one) => {
        const { because, given, ownSite, left: unused } = one;
        return { ...view(one), because, given, ownSite, left: unused, ...whyPassed(one, claim, unit) };
      }),
      toFill: remedy && {
        lacks: remedy.lacks,
        arriving: remedy.arriving && { ...remedy.arriving, others: [...remedy.arriving.others] },
      },
    },
  };
};
