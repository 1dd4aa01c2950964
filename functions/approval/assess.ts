import type { Item } from '../catalogue/item.ts';
import { at, type Policy } from '../catalogue/policy.ts';
import { ration } from '../request/norm.ts';
import { type AskedLine, type Asking, overNorm } from '../request/odd.ts';
import { inUnits, yuan } from '../request/words.ts';
import type { Level, Oddity, Reason } from './approval.ts';
import { decideBy } from './deadline.ts';
import { levelFor } from './level.ts';

export interface AssessInput {
  readonly asking: Asking;
  readonly needBy: string;
  readonly estimatedFen: number;
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
  if (item.posts.length > 0 && !item.posts.includes(siteKind))
    return {
      code: 'wrong-post',
      zh: `${item.nameZh}：限发 ${item.posts.join('、')}，不含 ${siteKind}。`,
      en: `${item.nameEn}: kept for ${item.posts.join(', ')}, not for ${siteKind}.`,
    };
  return undefined;
};

/** First digit of GB/T 38565: living supplies and emergency equipment are used up, engineering materials are not. */
const isEngineering = (item: Item): boolean => item.category.startsWith('3');

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

const costDoubt = ({ asking, estimatedFen, policy }: AssessInput): Reason[] => {
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
  if (estimatedFen > limit)
    return [
      {
        code: 'over-at-once-limit',
        zh: `估算金额 ${yuan(estimatedFen)}，超过第 ${asking.tier} 级即时审批限额 ${yuan(limit)}。`,
        en: `Estimated at ${yuan(estimatedFen)}, above the ${yuan(limit)} that tier ${asking.tier} gets at once.`,
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

/** What speaks for approving at once. */
const grounds = ({ asking, estimatedFen, lines, policy }: AssessInput): Reason[] => [
  {
    code: 'within-limit',
    zh: `第 ${asking.tier} 级，估算金额 ${yuan(estimatedFen)}，限额 ${yuan(at(policy.approval.atOnceUpToFen, asking.tier))}。`,
    en: `Tier ${asking.tier}, estimated at ${yuan(estimatedFen)} of ${yuan(at(policy.approval.atOnceUpToFen, asking.tier))}.`,
  },
  ...lines.flatMap(({ item, quantity }) => {
    const norm = ration(item, asking.tier, asking.people, asking.coverDays);
    if (norm === undefined) return [];
    const [asked, allowed] = [inUnits(item, quantity), inUnits(item, norm)];
    return [
      {
        code: 'within-norm',
        zh: `${item.nameZh}：申请 ${asked.zh}，定量 ${allowed.zh}。`,
        en: `${item.nameEn}: asked ${asked.en} of a norm of ${allowed.en}.`,
      },
    ];
  }),
];

/**
 * The green channel (绿色通道): approves at once what is within norm, period and limits; refuses what may not be issued
 * to such a post at all; sends the rest to a person at the level that its cost calls for. Policy is data, stamped on the
 * decision by its version.
 */
export const assess = (input: AssessInput): Assessment => {
  const { asking, lines, needBy, policy, now } = input;
  const bars = lines.map((line) => barred(line, asking));
  if (bars.every((bar) => bar !== undefined)) return { outcome: 'refused', reasons: bars };
  const doubtful = [...costDoubt(input), ...periodDoubt(input), ...lines.flatMap((line) => doubts(line, input))];
  if (doubtful.length === 0) return { outcome: 'approved', reasons: grounds(input) };
  const level = levelFor(input.estimatedFen, policy);
  const { dueAt, urgent } = decideBy(level, asking.tier, needBy, policy, now);
  return { outcome: 'person', level, dueAt, reasons: [...doubtful, ...urgent] };
};
