import { baseName, counted, type Item, issueSize } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { inUnits } from '../catalogue/words.ts';
import { estimatedFen } from '../request/estimate.ts';
import { yuan } from '../shared/money.ts';
import type { Reason, Said } from '../shared/reason.ts';
import type { DonationLine, Outcome } from './donation.ts';
import { expires, keepsAtLeastUntil, lastDay } from './shelf-life.ts';

/** What a line is judged by. Quantities are base units. */
export interface Facts {
  /** None: not of the catalogue, or not in use. */
  readonly item: Item | undefined;
  /** The day on which it comes, on the county's calendar. */
  readonly day: string;
  /** What approved need lacks of the item, and what is free of it. */
  readonly short: number;
  readonly free: number;
  readonly wish: { readonly designated: boolean; readonly related: boolean };
  readonly policy: Policy['donation'];
}

/** One thing that was found: it alone would lead to this. */
interface Finding extends Reason {
  readonly outcome: Outcome;
}

const found = (outcome: Outcome, code: string, { zh, en }: Said): Finding => ({ outcome, code, zh, en });

type Asked = Pick<DonationLine, 'asked' | 'what' | 'madeOn' | 'useBy' | 'certificates' | 'declaredFen' | 'itemId'>;

/** What is asked for is worth so many times what was declared, or the other way round: somebody slipped. */
const VALUE_TIMES = 10;

const datesFound = (line: Asked, item: Item, { day, short, policy }: Facts): Finding[] => {
  if (!expires(item) && line.useBy === undefined) return [];
  const last = lastDay(line, item);
  if (last === undefined)
    return [
      found('review', 'dates-missing', {
        zh: `${item.nameZh}有保质期，请补充生产日期或有效期。`,
        en: `${item.nameEn} expires: when was it made, or until when is it good?`,
      }),
    ];
  if (last < day)
    return [
      found('decline', 'expired', {
        zh: `${item.nameZh}有效期至 ${last}，送达时已过期。`,
        en: `${item.nameEn} is good until ${last} only: it would be expired when it comes.`,
      }),
    ];
  const { day: least, rule } = keepsAtLeastUntil(item, line, policy, day);
  if (last >= least) return [];
  const of = {
    zh: `${item.nameZh}有效期至 ${last}，${rule.zh}（至少到 ${least}）`,
    en: `${item.nameEn} is good until ${last}; ${rule.en}, until ${least} at least`,
  };
  return [
    short > 0
      ? found('review', 'short-dated-needed', {
          zh: `${of.zh}；目前紧缺，由人工审核。`,
          en: `${of.en}. It is short now, so a person looks at it.`,
        })
      : found('decline', 'short-dated', { zh: `${of.zh}，暂不接收。`, en: `${of.en}. It is not taken in.` }),
  ];
};

const certificatesFound = (line: Asked, item: Item, { policy }: Facts): Finding[] =>
  line.certificates.length === 0 && policy.certifiedCategories.some((category) => item.category.startsWith(category))
    ? [
        found('review', 'certificate-missing', {
          zh: `${item.nameZh}须有质量合格证明，请补充。`,
          en: `${item.nameEn} needs a certificate of quality.`,
        }),
      ]
    : [];

/** Quantities far beyond what anybody lacks or has are asked about: 5000 instead of 500 (FACTS). */
const amountFound = (line: Asked, item: Item, base: number, { short, free, policy }: Facts): Finding[] => {
  const most = Math.max(policy.plausibleTimes * (short + free), policy.plausibleUnits * issueSize(item));
  const worth = Number(estimatedFen([{ item, quantity: base }]));
  const { declaredFen } = line;
  const isOddlyValued =
    declaredFen !== undefined &&
    declaredFen > 0 &&
    worth > 0 &&
    (declaredFen > VALUE_TIMES * worth || worth > VALUE_TIMES * declaredFen);
  return [
    ...(base > most
      ? [
          found('review', 'odd-quantity', {
            zh: `数量 ${inUnits(item, base).zh}远多于目前所需（缺 ${short}${baseName(item)}），请核实。`,
            en: `${inUnits(item, base).en} is far more than is needed now (${short} base units short). Is it meant?`,
          }),
        ]
      : []),
    ...(isOddlyValued
      ? [
          found('review', 'odd-value', {
            zh: `申报价值 ${yuan(declaredFen)}，按参考价约 ${yuan(worth)}，请核实。`,
            en: `Declared as worth ${yuan(declaredFen)}; by reference prices it is worth some ${yuan(worth)}.`,
          }),
        ]
      : []),
  ];
};

const itemFound = ({ itemId, what }: Asked, item: Item | undefined): Finding[] => {
  if (item?.active === true) return [];
  const name = item?.nameZh ?? what ?? itemId ?? '';
  return [
    found('review', item === undefined ? 'item-unknown' : 'item-not-issued', {
      zh: `“${name}”不在现用物资目录中，由人工核对。`,
      en: `${item?.nameEn ?? name} is not in the catalogue in use: a person looks at what it is.`,
    }),
  ];
};

/** 《公益事业捐赠法》: nobody chooses a beneficiary in whom they have an interest. */
const wishFound = ({ designated, related }: Facts['wish']): Finding[] =>
  designated && related
    ? [
        found('decline', 'interested-party', {
          zh: '捐赠人不得指定与其有利害关系的受益人（《公益事业捐赠法》）。',
          en: 'A donor may not choose a beneficiary in whom it has an interest.',
        }),
      ]
    : [];

/** What was decided, with every reason. */
export interface Screened {
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
  /** In base units, where that is known. */
  readonly quantity?: number | undefined;
}

const SEVERITY: readonly Outcome[] = ['decline', 'review', 'accept'];

/** The worst of what was found decides, and everything found is said. */
const judged = (findings: readonly Finding[]): Pick<Screened, 'outcome' | 'reasons'> => ({
  outcome: SEVERITY.find((one) => findings.some(({ outcome }) => outcome === one)) ?? 'accept',
  reasons: findings.map(({ code, zh, en }) => ({ code, zh, en })),
});

/**
 * Screens a line of a gift (FACTS: donations): known and convertible, long enough in date, certified, plausible, and not
 * for somebody in whom the donor has an interest.
 */
export const screen = (line: Asked, facts: Facts): Screened => {
  const { item } = facts;
  const base = item === undefined ? undefined : counted(item, line.asked, '');
  const findings = [
    ...wishFound(facts.wish),
    ...itemFound(line, item),
    ...(typeof base === 'object'
      ? [found('review', 'unit-unknown', { zh: base.zh ?? base.message, en: base.message })]
      : []),
    ...(item === undefined ? [] : [...datesFound(line, item, facts), ...certificatesFound(line, item, facts)]),
    ...(item === undefined || typeof base !== 'number' ? [] : amountFound(line, item, base, facts)),
  ];
  return { ...judged(findings), quantity: typeof base === 'number' && base > 0 ? base : undefined };
};

/** Screens money: by its sum, and by whom it is for. */
export const screenMoney = (
  { amountFen }: { readonly amountFen: number },
  { wish, policy }: Pick<Facts, 'wish' | 'policy'>,
): Screened =>
  judged([
    ...wishFound(wish),
    ...(amountFen > policy.reviewAboveFen
      ? [
          found('review', 'large-sum', {
            zh: `金额 ${yuan(amountFen)}较大，由人工核对。`,
            en: `${yuan(amountFen)} is a large sum: a person looks at it.`,
          }),
        ]
      : []),
  ]);
