import { z } from 'zod';
import { at, type Policy, tier } from '../catalogue/policy.ts';
import type { Recipient, Telling } from '../notices/notice.ts';
import { amount, type Names, place, type Words } from '../notices/words.ts';
import { isLeftToWait, type Line, lineAt, short } from '../request/line.ts';
import { weighedFrom } from '../request/notes.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import { positive } from '../shared/quantity.ts';
import type { Reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import {
  begun,
  isLate,
  machinery,
  moved,
  nextIn,
  raised,
  timeline,
  withoutMachinery,
  worklistKeys,
} from '../workflow/timeline.ts';

export const gapStatus = z.enum(['open', 'settled']);

const gap = z.object({
  ...timeline,
  status: gapStatus,
  requestId: z.string(),
  n: z.int(),
  siteId: z.string(),
  tier,
  itemId: z.string(),
  needBy: z.string(),
  /** Base units that nobody brings. */
  quantity: positive,
  /** Since when it has been so. */
  at: z.string(),
});

/**
 * A gap (待决缺口): what an approved line lacks, nobody brings and nobody has decided on. Its id is that of its line: there
 * is one at most, which opens again whenever it is so again.
 */
export const gapRow = defineRow({
  type: 'gap',
  v: 1,
  traced: true,
  schema: gap,
  keys: (row) => ({ ...keysOf(row.county).gap(row.id), ...worklistKeys('gap', row) }),
});
export type Gap = ReturnType<typeof gapRow.parse>;

/**
 * Base units of a line that somebody has to decide on: it lacks them, they come by no purchase and no appeal, and they
 * were not left to wait. None before it has been in a division: what was not divided yet is not short.
 */
export const undecided = (line: Line, coming: number, policy: Policy, now: string): number => {
  const isWeighed = line.status === 'open' && line.rationale > 0 && weighedFrom(line, policy, now) === undefined;
  return isWeighed && !isLeftToWait(line, now) ? Math.max(0, short(line) - coming) : 0;
};

/** So much of a line is for somebody to decide on, for the first time or again. */
export const found = (was: Gap | undefined, line: Line, quantity: number, policy: Policy, now: string): Gap => {
  const { county, id, requestId, n, siteId, tier: of, itemId, needBy } = line;
  const dueAt = plusMinutes(now, at(policy.purchase.supplyMinutes, of));
  const stands = { requestId, n, siteId, tier: of, itemId, needBy, quantity, at: now, reminders: 0 };
  return was === undefined
    ? { county, id, version: 1, status: 'open', ...stands, ...begun(now, dueAt) }
    : raised<Gap>({ ...was, ...stands, status: 'open', dueAt }, now);
};

/** So much of it is still undecided; nothing: it is settled, and whoever waited for it is owed a resume. */
export const reduced = (row: Gap, quantity: number, now: string): Gap => {
  if (quantity > 0) return { ...row, quantity };
  const { failure, ...rest } = row;
  return moved<Gap>(rest, { status: 'settled', reminders: 0 }, now);
};

/** A gap as staff read it. */
export const gapView = gap.omit(machinery).extend({ next: nextIn(['decision', 'retry', 'nothing']) });

export const gapViewOf = (row: Gap, now: string): z.infer<typeof gapView> => {
  const { dueAt, reminders } = row;
  const next =
    row.status === 'settled'
      ? { step: 'nothing' as const, overdue: false, reminders }
      : {
          step: row.failure === undefined ? ('decision' as const) : ('retry' as const),
          ...{ dueAt, overdue: isLate(row, now), reminders },
        };
  return { ...withoutMachinery(row), next };
};

const DECIDES: Recipient = { role: 'approver' };

/** Whose need lacks what. */
const which = ({ siteId, itemId, tier: of, quantity, needBy }: Gap, { site, items }: Names): Words => {
  const [of_, left, by] = [place(site, siteId), amount(items, itemId, quantity), countyClock(needBy)];
  return {
    zh: `${of_.zh}所需${left.zh}（第 ${of} 级，需求时限 ${by}）库存不足，也没有来源`,
    en: `${left.en} for ${of_.en} (tier ${of}, needed by ${by}) are not in the pool, and nobody brings them`,
  };
};

/** Whoever decides on it is told. */
export const gapFound = (row: Gap, names: Names): Telling => {
  const [{ zh, en }, by] = [which(row, names), countyClock(row.dueAt)];
  return {
    ...{ to: DECIDES, code: 'gap-found', about: { kind: 'gap', id: row.id }, dueAt: row.dueAt },
    zh: `${zh}：请在 ${by} 前决定采购、请求下拨、等待或关闭缺口。`,
    en: `${en}: decide by ${by}, China time, whether to buy, to ask those above, to wait or to give it up.`,
  };
};

/** How whoever has to decide is chased. */
export const gapChase = {
  row: gapRow,
  event: 'GapOverdue',
  again: ({ purchase }: Policy, row: Gap): number => at(purchase.supplyMinutes, row.tier),
  names: ({ siteId, itemId }: Gap) => ({ siteId, itemIds: [itemId] }),
  words: (row: Gap, names: Names): Reason => {
    const { zh, en } = which(row, names);
    return {
      code: 'gap-overdue',
      zh: `${zh}，已过处理时限，仍无人决定。`,
      en: `${en}; nobody has decided on it in time.`,
    };
  },
  first: DECIDES,
  later: { role: 'headquarters' },
} as const;

/** The line that a gap is of, by its id. */
export const gapOf = (county: string, lineId: string) => {
  const { requestId, n } = lineAt(lineId);
  return { line: keysOf(county).requestLine(requestId, n), gap: keysOf(county).gap(lineId) };
};
