import { type Item, isForPost } from '../catalogue/item.ts';
import { at, type Policy } from '../catalogue/policy.ts';
import { inUnits } from '../catalogue/words.ts';
import { ration } from '../request/norm.ts';
import { type AskedLine, type Asking, overNorm } from '../request/odd.ts';
import { yuan } from '../shared/money.ts';
import type { Reason } from '../shared/reason.ts';
import type { Level, Oddity } from './approval.ts';
import { decideBy } from './deadline.ts';
import { levelFor } from './level.ts';

export interface AssessInput {
  readonly asking: Asking;
  readonly needBy: string;
  readonly estimatedFen: number;
  /** What the site was approved at once before, within the set period. */
  readonly atOnceFen: number;
  /** It asked more often in these days than is looked through: there may be more. */
  readonly often: boolean;
  readonly lines: readonly AskedLine[];
  /** What was odd at intake, and confirmed. */
  readonly odd: readonly Oddity[];
  readonly policy: Policy;
  readonly now: string;
}

export interface Assessment {
  readonly outcome: 'approved' | 'person' | 'refused';
  /** Who decides, and by when, where a person has to. */
  readonly level?: Level;
  readonly dueAt?: string;
  /** Every reason for this outcome, with its numbers. */
  readonly reasons: readonly Reason[];
}

/** Withdrawn from issue since it was asked for, or kept for other kinds of posts (定岗位). */
const barred = ({ item }: AskedLine, { siteKind }: Asking): Reason | undefined => {
  if (!item.active)
    return { code: 'inactive-item', zh: `${item.nameZh}：已停止发放。`, en: `${item.nameEn}: no longer issued.` };
  if (!isForPost(item, siteKind))
    return {
      code: 'wrong-post',
      zh: `${item.nameZh}：限发 ${item.posts.join('、')}，不含 ${siteKind}。`,
      en: `${item.nameEn}: kept for ${item.posts.join(', ')}, not for ${siteKind}.`,
    };
  return undefined;
};

/** First digit of GB/T 38565: living supplies and emergency equipment are used up, engineering materials are not. */
export const isEngineering = ({ category }: Pick<Item, 'category'>): boolean => category.startsWith('3');

/** Why a person has to look at a line. */
const doubts = (line: AskedLine, { asking, odd }: AssessInput): Reason[] => {
  const { item, n, quantity } = line;
  const norm = ration(item, asking.tier, asking.people, asking.coverDays);
  const found: (Reason | undefined)[] = [barred(line, asking), overNorm(line, asking)];
  if (isEngineering(item))
    found.push({
      code: 'engineering-material',
      zh: `${item.nameZh}：工程材料类（${item.category}），须人工审批。`,
      en: `${item.nameEn}: engineering material (${item.category}), which a person decides.`,
    });
  if (norm === undefined) {
    found.push(odd.find((reason) => reason.n === n && reason.code === 'over-median'));
    if (item.reference === undefined)
      found.push({
        code: 'nothing-to-measure-by',
        zh: `${item.nameZh}：${inUnits(item, quantity).zh}，既无定量也无参考价。`,
        en: `${item.nameEn}: ${inUnits(item, quantity).en}, with neither a norm nor a reference price.`,
      });
  }
  return found.flatMap((reason) => (reason === undefined ? [] : [bare(reason)]));
};

const bare = ({ code, zh, en }: Reason): Reason => ({ code, zh, en });

/** What was approved at once before, in the words of a reason; nothing where nothing was. */
const before = ({ atOnceFen, policy: { approval } }: AssessInput): readonly [zh: string, en: string] =>
  atOnceFen === 0
    ? ['', '']
    : [
        `，${approval.coverDays} 天内已即时批准 ${yuan(atOnceFen)}`,
        ` on top of ${yuan(atOnceFen)} approved at once within ${approval.coverDays} days`,
      ];

const costDoubt = (input: AssessInput): Reason[] => {
  const { asking, estimatedFen, atOnceFen, policy } = input;
  const [besideZh, beside] = before(input);
  const limit = at(policy.approval.atOnceUpToFen, asking.tier);
  const top = policy.approval.supplyGroupUpToFen;
  if (estimatedFen > top)
    return [
      {
        code: 'over-supply-group-limit',
        zh: `估算金额 ${yuan(estimatedFen)}，超过物资保障组权限 ${yuan(top)}，由指挥部审批。`,
        en: `Estimated at ${yuan(estimatedFen)}, above the supply group’s ${yuan(top)}: headquarters decides.`,
      },
    ];
  if (atOnceFen + estimatedFen > limit)
    return [
      {
        code: 'over-at-once-limit',
        zh: `估算金额 ${yuan(estimatedFen)}${besideZh}，超过第 ${asking.tier} 级即时审批限额 ${yuan(limit)}。`,
        en: `Estimated at ${yuan(estimatedFen)}${beside}, above the ${yuan(limit)} that tier ${asking.tier} gets at once.`,
      },
    ];
  return [];
};

/** A longer time than policy sets would stretch the norm with it (定期限). */
const periodDoubt = ({ asking, policy }: AssessInput): Reason[] =>
  asking.coverDays > policy.approval.coverDays
    ? [
        {
          code: 'long-period',
          zh: `申请 ${asking.coverDays} 天用量，规定期限为 ${policy.approval.coverDays} 天。`,
          en: `Asked for ${asking.coverDays} days; the set period is ${policy.approval.coverDays} days.`,
        },
      ]
    : [];

/** What cannot be added up cannot be held against a norm or a limit. */
const oftenDoubt = ({ often }: AssessInput): Reason[] =>
  often
    ? [
        {
          code: 'asked-often',
          zh: '该点位近期申请次数过多，无法逐一核计定量和限额，须人工审批。',
          en: 'This site asked more often lately than is held against norm and limit: a person decides.',
        },
      ]
    : [];

/** What speaks for approving at once. */
const grounds = (input: AssessInput): Reason[] => {
  const { asking, estimatedFen, lines, policy } = input;
  const limit = yuan(at(policy.approval.atOnceUpToFen, asking.tier));
  const [besideZh, beside] = before(input);
  return [
    {
      code: 'within-limit',
      zh: `第 ${asking.tier} 级，估算金额 ${yuan(estimatedFen)}${besideZh}，限额 ${limit}。`,
      en: `Tier ${asking.tier}, estimated at ${yuan(estimatedFen)}${beside} of ${limit}.`,
    },
    ...lines.flatMap(({ item, quantity, earlier }) => {
      const norm = ration(item, asking.tier, asking.people, asking.coverDays);
      if (norm === undefined) return [];
      const [asked, had, allowed] = [inUnits(item, quantity), inUnits(item, earlier), inUnits(item, norm)];
      const [hadZh, hadEn] = earlier === 0 ? ['', ''] : [`，此前已批 ${had.zh}`, ` on top of ${had.en}`];
      return [
        {
          code: 'within-norm',
          zh: `${item.nameZh}：申请 ${asked.zh}${hadZh}，定量 ${allowed.zh}。`,
          en: `${item.nameEn}: asked ${asked.en}${hadEn} of a norm of ${allowed.en}.`,
        },
      ];
    }),
  ];
};

/**
 * The green channel (绿色通道): approves at once what is within norm, period and limits; refuses what may not be issued
 * to such a post at all; sends the rest to a person at the level that its cost calls for. Policy is data, stamped on the
 * decision by its version.
 */
export const assess = (input: AssessInput): Assessment => {
  const { asking, lines, needBy, policy, now } = input;
  const bars = lines.map((line) => barred(line, asking));
  if (bars.every((bar) => bar !== undefined)) return { outcome: 'refused', reasons: bars };
  const known = [...costDoubt(input), ...oftenDoubt(input), ...periodDoubt(input)];
  const doubtful = [...known, ...lines.flatMap((line) => doubts(line, input))];
  if (doubtful.length === 0) return { outcome: 'approved', reasons: grounds(input) };
  const level = levelFor(input.estimatedFen, policy);
  const { dueAt, urgent } = decideBy(level, asking.tier, needBy, policy, now);
  return { outcome: 'person', level, dueAt, reasons: [...doubtful, ...urgent] };
};
