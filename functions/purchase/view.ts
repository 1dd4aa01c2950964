import { z } from 'zod';
import { level } from '../approval/approval.ts';
import { baseName, type Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { type Event, eventView, eventViewOf } from '../shared/event.ts';
import { quantity } from '../shared/quantity.ts';
import { isLate, nextIn } from '../workflow/timeline.ts';
import { missingPaper, missingPapers } from './papers.ts';
import { acceptedOf, outstandingOf, type Purchase, purchase, uncovered } from './purchase.ts';

/** What a purchase waits for, whose turn it is, and until when. */
const next = nextIn(['choice', 'assessment', 'decision', 'orders', 'papers', 'retry', 'nothing']).extend({
  level: level.optional(),
});

const { shape } = purchase;

export const purchaseSummary = z.object({
  ...{ id: shape.id, status: shape.status, tier: shape.tier, needBy: shape.needBy, reason: shape.reason, at: shape.at },
  item: z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string(), baseName: z.string() }),
  /** In base units, like what follows. */
  quantity: shape.quantity,
  accepted: quantity,
  outstanding: quantity,
  uncovered: quantity,
  ...{ need: shape.need, placeId: shape.placeId, fundId: shape.fundId, askedBy: shape.askedBy },
  /** What was chosen comes to, and at most. */
  totalFen: quantity.optional(),
  atMostFen: quantity.optional(),
  next,
});
export type PurchaseSummary = z.infer<typeof purchaseSummary>;

export const purchaseView = purchaseSummary.extend({
  version: z.int(),
  ...{ basis: shape.basis, rounds: shape.rounds, choice: shape.choice, orders: shape.orders, papers: shape.papers },
  ...{ overrides: shape.overrides, notes: shape.notes, referral: shape.referral, decision: shape.decision },
  /** What the file has to hold and does not yet, the most pressing first. */
  missing: z.array(missingPaper),
  failure: shape.failure,
  events: z.array(eventView),
});
export type PurchaseView = z.infer<typeof purchaseView>;

const STEPS = { sourcing: 'choice', ordered: 'orders', delivered: 'papers' } as const;

const stepOf = ({ status, failure, level: by }: Purchase): z.infer<typeof next>['step'] => {
  if (status === 'closed' || status === 'refused' || status === 'cancelled') return 'nothing';
  if (failure !== undefined) return 'retry';
  if (status === 'submitted') return by === undefined ? 'assessment' : 'decision';
  return STEPS[status];
};

const nextOf = (of: Purchase, now: string): z.infer<typeof next> => {
  const { dueAt, reminders } = of;
  const step = stepOf(of);
  if (step === 'nothing') return { step, overdue: false, reminders };
  return { step, level: of.level, dueAt, overdue: isLate(of, now), reminders };
};

export const summaryOf = (of: Purchase, item: Item | undefined, now: string): PurchaseSummary => ({
  ...{ id: of.id, status: of.status, tier: of.tier, needBy: of.needBy, reason: of.reason, at: of.at },
  item: {
    id: of.itemId,
    nameZh: item?.nameZh ?? of.itemId,
    nameEn: item?.nameEn ?? of.itemId,
    baseName: item === undefined ? '' : baseName(item),
  },
  ...{ quantity: of.quantity, accepted: acceptedOf(of), outstanding: outstandingOf(of), uncovered: uncovered(of) },
  ...{ need: of.need, placeId: of.placeId, fundId: of.fundId, askedBy: of.askedBy },
  ...{ totalFen: of.choice?.totalFen, atMostFen: of.choice?.atMostFen },
  next: nextOf(of, now),
});

/** Everything about one purchase, as one page shows it. */
export const viewOf = (
  of: Purchase,
  events: readonly Event[],
  { item, policy, now }: { readonly item: Item | undefined; readonly policy: Policy; readonly now: string },
): PurchaseView => ({
  ...summaryOf(of, item, now),
  version: of.version,
  ...{ basis: of.basis, rounds: of.rounds, choice: of.choice, orders: of.orders, papers: of.papers },
  ...{ overrides: of.overrides, notes: of.notes, referral: of.referral, decision: of.decision },
  missing: missingPapers(of, policy, now),
  failure: of.failure,
  events: events.map(eventViewOf),
});
