import type { Level } from '../approval/approval.ts';
import { isEngineering } from '../approval/assess.ts';
import { decideBy } from '../approval/deadline.ts';
import { levelFor } from '../approval/level.ts';
import type { Item } from '../catalogue/item.ts';
import { at, type Policy } from '../catalogue/policy.ts';
import { inUnits } from '../catalogue/words.ts';
import { type Fund, mayBuy } from '../funds/fund.ts';
import type { Choice } from '../offers/choice.ts';
import { planOf } from '../offers/cover.ts';
import { type Finding, priceFinding } from '../prices/price.ts';
import { yuan } from '../shared/money.ts';
import type { Reason } from '../shared/reason.ts';
import { type Purchase, uncovered } from './purchase.ts';

export interface AssessInput {
  readonly purchase: Purchase;
  readonly choice: Choice;
  readonly item: Item;
  readonly fund: Fund;
  readonly availableFen: number;
  /** What the need line lacks, in base units, without what others are to bring; none: it is for the pool. */
  readonly needed: number | undefined;
  /** What was bought of the item at once before, within the set period. */
  readonly atOnceFen: number;
  readonly policy: Policy;
  readonly now: string;
}

export type Assessment =
  | { readonly outcome: 'approved'; readonly reasons: readonly Reason[] }
  | {
      readonly outcome: 'person';
      readonly level: Level;
      readonly dueAt: string;
      readonly reasons: readonly Reason[];
    };

/** What is judged of prices: by the reference and the margin of this moment. */
type Priced = Pick<AssessInput, 'purchase' | 'choice' | 'item' | 'policy'>;

/** How each price stands to its ceiling, those included that are only tried when others do not come. */
const prices = ({ purchase, choice, item, policy }: Priced): Finding[] => [
  ...choice.orders.map((of) => priceFinding(item, of, policy)),
  ...choice.alternates.map((of) => priceFinding(item, planOf(of, uncovered(purchase)), policy)),
];

/** Prices that only headquarters may pay (FACTS: price supervision). */
export const priceDoubts = (input: Priced): Reason[] =>
  prices(input)
    .filter(({ as }) => as !== 'within')
    .map(({ reason }) => reason);

/** That the fund cannot pay it, or may not: in the numbers of this moment. */
export const fundDoubts = (
  { fund, availableFen, item }: Pick<AssessInput, 'fund' | 'availableFen' | 'item'>,
  { totalFen }: Pick<Choice, 'totalFen'>,
): Reason[] => [
  ...(fund.active && mayBuy(fund, item)
    ? []
    : [
        {
          code: 'fund-may-not-buy',
          zh: `${fund.nameZh}不得用于购买${item.nameZh}。`,
          en: `${fund.nameEn} may not buy ${item.nameEn}.`,
        },
      ]),
  ...(totalFen <= availableFen
    ? []
    : [
        {
          code: 'fund-short',
          zh: `${fund.nameZh}可用 ${yuan(availableFen)}，本次需要 ${yuan(totalFen)}，缺 ${yuan(totalFen - availableFen)}。`,
          en: `${fund.nameEn} has ${yuan(availableFen)} available of the ${yuan(totalFen)} needed: ${yuan(totalFen - availableFen)} too little.`,
        },
      ]),
];

/** What was bought at once before, in the words of a reason; nothing where nothing was. */
const before = ({ atOnceFen, policy: { approval } }: AssessInput): readonly [zh: string, en: string] =>
  atOnceFen === 0
    ? ['', '']
    : [
        `，${approval.coverDays} 天内已即时采购 ${yuan(atOnceFen)}`,
        ` on top of ${yuan(atOnceFen)} bought at once within ${approval.coverDays} days`,
      ];

/** Split into several purchases, an item gets no more at once than in one. */
const costDoubts = (input: AssessInput): Reason[] => {
  const { purchase, choice, atOnceFen, policy } = input;
  const [besideZh, beside] = before(input);
  const [limit, top] = [at(policy.approval.atOnceUpToFen, purchase.tier), policy.approval.supplyGroupUpToFen];
  if (choice.atMostFen > top)
    return [
      {
        code: 'over-supply-group-limit',
        zh: `最高可能金额 ${yuan(choice.atMostFen)}，超过物资保障组权限 ${yuan(top)}，由指挥部审批。`,
        en: `At most ${yuan(choice.atMostFen)}, above the supply group’s ${yuan(top)}: headquarters decides.`,
      },
    ];
  if (atOnceFen + choice.atMostFen > limit)
    return [
      {
        code: 'over-at-once-limit',
        zh: `最高可能金额 ${yuan(choice.atMostFen)}${besideZh}，超过第 ${purchase.tier} 级即时审批限额 ${yuan(limit)}。`,
        en: `At most ${yuan(choice.atMostFen)}${beside}, above the ${yuan(limit)} that tier ${purchase.tier} gets at once.`,
      },
    ];
  return [];
};

/** Goods of a class that a person decides on, more than is lacking by now, or packs that come to far more than is sought. */
const goodsDoubts = ({ purchase, choice, item, needed }: AssessInput): Reason[] => {
  const bought = uncovered(purchase);
  const [most, lacking] = [inUnits(item, bought), inUnits(item, needed ?? bought)];
  const packed = choice.orders.reduce((sum, { quantity }) => sum + quantity, 0);
  const comes = inUnits(item, packed);
  return [
    ...(isEngineering(item)
      ? [
          {
            code: 'engineering-material',
            zh: `${item.nameZh}：工程材料类（${item.category}），须人工审批。`,
            en: `${item.nameEn}: engineering material (${item.category}), which a person decides.`,
          },
        ]
      : []),
    ...(needed !== undefined && needed < bought
      ? [
          {
            code: 'need-has-shrunk',
            zh: `${item.nameZh}：拟购 ${most.zh}，目前只缺 ${lacking.zh}。`,
            en: `${item.nameEn}: ${most.en} are to be bought, and by now ${lacking.en} are lacking.`,
          },
        ]
      : []),
    // More than half as much again.
    ...(2 * packed > 3 * bought
      ? [
          {
            code: 'pack-surplus',
            zh: `${item.nameZh}：需要 ${most.zh}，按整包装将订购 ${comes.zh}。`,
            en: `${item.nameEn}: ${most.en} are sought, and in whole packs ${comes.en} would be ordered.`,
          },
        ]
      : []),
  ];
};

/** What speaks for buying at once. */
const grounds = (input: AssessInput): Reason[] => {
  const { purchase, choice, fund, availableFen, policy } = input;
  const limit = yuan(at(policy.approval.atOnceUpToFen, purchase.tier));
  const [besideZh, beside] = before(input);
  return [
    {
      code: 'within-limit',
      zh: `第 ${purchase.tier} 级，最高可能金额 ${yuan(choice.atMostFen)}${besideZh}，限额 ${limit}。`,
      en: `Tier ${purchase.tier}, at most ${yuan(choice.atMostFen)}${beside} of ${limit}.`,
    },
    {
      code: 'fund-suffices',
      zh: `${fund.nameZh}可用 ${yuan(availableFen)}，本次占用 ${yuan(choice.totalFen)}。`,
      en: `${fund.nameEn} has ${yuan(availableFen)} available, of which this takes up ${yuan(choice.totalFen)}.`,
    },
    ...prices(input).map(({ reason }) => reason),
  ];
};

/** Who decides, and by when, for these reasons. */
export const referredFor = (
  { purchase, choice, policy, now }: Pick<AssessInput, 'purchase' | 'choice' | 'policy' | 'now'>,
  reasons: readonly Reason[],
  level: Level = levelFor(choice.atMostFen, policy),
): Assessment => {
  const { dueAt, urgent } = decideBy(level, purchase.tier, purchase.needBy, policy, now);
  return { outcome: 'person', level, dueAt, reasons: [...reasons, ...urgent] };
};

/**
 * The green channel (绿色通道) on what a buyer chose: at once where every price, those of the alternates included, is
 * within its ceiling, where the worst case is within the limit and where the fund can pay. Else a person decides; on a
 * price above the ceiling or that nothing vouches for, and on what the fund cannot pay, headquarters.
 */
export const assess = (input: AssessInput): Assessment => {
  const headquarters = [...priceDoubts(input), ...fundDoubts(input, input.choice)];
  const doubts = [...headquarters, ...costDoubts(input), ...goodsDoubts(input)];
  if (doubts.length === 0) return { outcome: 'approved', reasons: grounds(input) };
  return referredFor(input, doubts, headquarters.length > 0 ? 'headquarters' : undefined);
};
