import type { Item } from '../catalogue/item.ts';
import type { Recipient, Telling } from '../notices/notice.ts';
import { goods, LEVELS, type Words } from '../notices/words.ts';
import type { Line } from '../request/line.ts';
import type { Request } from '../request/request.ts';
import { countyClock } from '../shared/clock.ts';
import type { Plan } from './plan.ts';

type Items = ReadonlyMap<string, Item>;

const CLERKS: Recipient = { role: 'clerk' };

const telling = (to: Recipient, { id }: Pick<Plan, 'id'>, code: string, words: Words, dueAt?: string): Telling => ({
  ...{ to, code, about: { kind: 'distribution-plan', id } },
  ...words,
  ...(dueAt !== undefined && { dueAt }),
});

/** Which plan, in half a sentence. */
const which = ({ lines, sites, leftOut }: Plan, items: Items): Words => {
  const { zh, en } = goods(
    items,
    lines.map(({ itemId, total: quantity }) => ({ itemId, quantity })),
  );
  const served = sites - leftOut;
  return { zh: `分配计划：向 ${served} 个点位发放${zh}`, en: `A distribution plan gives ${en} to ${served} sites` };
};

/** A plan waits for whoever decides at its level. */
export const toDecide = (plan: Plan, items: Items): Telling => {
  const [{ zh, en }, by, due] = [which(plan, items), LEVELS[plan.level ?? 'supply-group'], countyClock(plan.dueAt)];
  return telling(
    by.to,
    plan,
    'plan-to-decide',
    { zh: `${zh}，请${by.zh}在 ${due} 前审批。`, en: `${en}: ${by.en} decides by ${due}, China time.` },
    plan.dueAt,
  );
};

/** The supply group did not decide by its deadline, `undecidedAt`: headquarters does. */
export const escalated = (plan: Plan, items: Items, undecidedAt: string): Telling => {
  const { zh, en } = which(plan, items);
  const [was, next] = [countyClock(undecidedAt), countyClock(plan.dueAt)];
  return telling(
    LEVELS.headquarters.to,
    plan,
    'plan-escalated',
    {
      zh: `${zh}，物资保障组未在 ${was} 前作出决定，请指挥部在 ${next} 前审批。`,
      en: `${en}: the supply group did not decide by ${was}; headquarters decides by ${next}, China time.`,
    },
    plan.dueAt,
  );
};

/** Headquarters did not decide either: nobody gets anything without a decision. */
export const undecided = (plan: Plan, items: Items): Telling => {
  const { zh, en } = which(plan, items);
  const next = countyClock(plan.dueAt);
  return telling(
    LEVELS.headquarters.to,
    plan,
    'plan-undecided',
    {
      zh: `${zh}，仍无决定，已逾期 ${plan.reminders} 次。下一时限 ${next}。`,
      en: `${en}: still undecided, ${plan.reminders} deadlines missed. The next is ${next}, China time.`,
    },
    plan.dueAt,
  );
};

/** Whoever planned hears that it was refused; why is on the plan, because a notice is also sent out of the house. */
export const refused = (plan: Plan): Telling =>
  telling(CLERKS, plan, 'plan-refused', {
    zh: `分配计划 ${plan.id} 未获批准，理由见计划。`,
    en: `The distribution plan ${plan.id} was refused; the plan says why.`,
  });

/** All its needs are open. */
export const opened = (plan: Plan): Telling => {
  const [served, lost] = [plan.sites - plan.leftOut, plan.skipped.length];
  return telling(CLERKS, plan, 'plan-opened', {
    zh: `分配计划 ${plan.id} 已批准，${served} 个点位的需求已开立${lost > 0 ? `，其中 ${lost} 项因情况有变未能开立，见计划` : ''}。`,
    en: `The distribution plan ${plan.id} was approved, and the needs of its ${served} sites are open${lost > 0 ? `, but for ${lost} that cannot be met any more: the plan says which` : ''}.`,
  });
};

/** A site hears of what it never asked for. */
export const comes = ({ id, siteId, needBy }: Request, lines: readonly Line[], items: Items): Telling => {
  const { zh, en } = goods(
    items,
    lines.map(({ itemId, approved: quantity }) => ({ itemId, quantity })),
  );
  const by = countyClock(needBy);
  return {
    ...{ to: { siteId }, code: 'planned-for-site', about: { kind: 'request', id } },
    zh: `按分配计划将向贵点发放${zh}，${by} 前送达，无需申请，到货请签收。`,
    en: `By a distribution plan you are to get ${en} by ${by}, China time. You need not ask; confirm what arrives.`,
  };
};
