import { z } from 'zod';
import { type Policy, tier } from '../catalogue/policy.ts';
import { type Names, place, waybill } from '../notices/words.ts';
import { plusMinutes } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import type { Reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { begun, moved, timeline, worklistKeys } from '../workflow/timeline.ts';
import type { Consignment } from './consignment.ts';

export const dispatchPaperStatus = z.enum(['due', 'filed']);

/**
 * The paper (待补发货单) that says with whom and when goods left whose receipt was entered first. Its id is that of the
 * consignment: there is one at most.
 */
export const dispatchPaperRow = defineRow({
  type: 'dispatch-paper',
  v: 1,
  traced: true,
  schema: z.object({
    ...timeline,
    status: dispatchPaperStatus,
    fromId: z.string(),
    toId: z.string(),
    tier,
    code: z.string().optional(),
    at: z.string(),
  }),
  keys: (row) => ({ ...keysOf(row.county).dispatchPaper(row.id), ...worklistKeys('dispatch-paper', row) }),
});
export type DispatchPaper = ReturnType<typeof dispatchPaperRow.parse>;

/** The paper of goods that left by a receipt's word: due as those of an emergency are. */
export const dispatchPaperOf = (
  { county, id, fromId, toId, tier: of, code }: Consignment,
  { delivery }: Pick<Policy, 'delivery'>,
  now: string,
): DispatchPaper => ({
  ...{ county, id, version: 1, status: 'due', fromId, toId, tier: of, code, at: now },
  ...{ ...begun(now, plusMinutes(now, delivery.papersMinutes)), reminders: 0 },
});

/** It is on the file. Whoever waited for it is owed a resume. */
export const filed = (row: DispatchPaper, now: string): DispatchPaper => {
  const { failure, ...rest } = row;
  return moved<DispatchPaper>(rest, { status: 'filed', reminders: 0 }, now);
};

/** How it is chased. */
export const dispatchPaperChase = {
  row: dispatchPaperRow,
  event: 'DispatchPaperOverdue',
  again: ({ delivery }: Policy): number => delivery.papersMinutes,
  names: ({ toId }: DispatchPaper) => ({ siteId: toId, itemIds: [] }),
  words: (row: DispatchPaper, { site }: Pick<Names, 'site'>): Reason => {
    const [to, paper] = [place(site, row.toId), waybill(row)];
    return {
      code: 'dispatch-paper-overdue',
      zh: `送往${to.zh}的物资（${paper.zh}）签收已入账，发货单仍未补录，已超过期限。`,
      en: `Goods for ${to.en} (${paper.en}) were received, and their dispatch paper is still due, past its deadline.`,
    };
  },
  first: { role: 'storekeeper' },
  later: { role: 'headquarters' },
} as const;
