import type { Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import type { Recipient, Telling } from '../notices/notice.ts';
import { place, waybill } from '../notices/words.ts';
import { countyClock } from '../shared/clock.ts';
import type { Consignment, ConsignmentStatus } from './consignment.ts';

interface Late {
  /** Past tense: what has passed. */
  readonly event: string;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** What is late, by the status a consignment has stayed at. */
export const LATE: Readonly<Partial<Record<ConsignmentStatus, Late>>> = {
  planned: { event: 'PickingOverdue', code: 'picking-overdue', zh: '开始拣货', en: 'picked' },
  picking: { event: 'DispatchOverdue', code: 'dispatch-overdue', zh: '发出', en: 'dispatched' },
  dispatched: { event: 'ReceiptOverdue', code: 'receipt-overdue', zh: '签收', en: 'received' },
};

/**
 * A consignment missed a deadline: `was` before it did, `is` with the next one. The storekeeper hears of it; the site
 * too, where it is the one that is waited for; and from so many missed deadlines on, headquarters.
 */
export const overdue = (
  was: Consignment,
  is: Consignment,
  to: Pick<Site, 'nameZh' | 'nameEn'> | undefined,
  { notices }: Pick<Policy, 'notices'>,
): Telling[] => {
  const late = LATE[was.status];
  if (late === undefined) return [];
  const { id, tier, toId } = was;
  const [due, next] = [countyClock(was.dueAt), countyClock(is.dueAt)];
  const [where, paper] = [place(to, toId), waybill(was)];
  const words = {
    zh: `送往${where.zh}的物资（${paper.zh}，第 ${tier} 级）应于 ${due} 前${late.zh}，已逾期 ${is.reminders} 次。下一时限 ${next}。`,
    en: `Goods for ${where.en} (${paper.en}, tier ${tier}) should have been ${late.en} by ${due}, China time: ${is.reminders} deadlines missed. The next is ${next}.`,
  };
  const recipients: Recipient[] = [
    { role: 'storekeeper' },
    ...(was.status === 'dispatched' ? [{ siteId: toId }] : []),
    ...(is.reminders >= notices.escalateAfter ? [{ role: 'headquarters' } as const] : []),
  ];
  return recipients.map((one) => ({
    ...{ to: one, code: late.code, about: { kind: 'consignment', id }, dueAt: is.dueAt },
    ...words,
  }));
};
