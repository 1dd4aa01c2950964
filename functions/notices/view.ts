import { z } from 'zod';
import { type Step, step, stepAt, stepFor } from '../workflow/steps.ts';
import { about, attempt, type Notice } from './notice.ts';

export const noticeStatus = z.enum(['open', 'done']);
export type NoticeStatus = z.infer<typeof noticeStatus>;

export const noticeView = z.object({
  id: z.string(),
  status: noticeStatus,
  code: z.string(),
  zh: z.string(),
  en: z.string(),
  about,
  at: z.string(),
  /** By when somebody has to act; none: it is for information. */
  dueAt: z.string().optional(),
  next: step,
  acknowledged: z.object({ by: z.string(), at: z.string() }).optional(),
});

/** Staff also see whose inbox it is in, and what became of it at the webhook; none: there is no webhook. */
export const staffNoticeView = noticeView.extend({
  inbox: z.string(),
  webhook: z.object({ state: z.enum(['waiting', 'delivered', 'given-up']), attempts: z.array(attempt) }).optional(),
});

const read = (path: string): Step => ({ zh: '查看', en: 'Look at it', method: 'GET', path });

/** What to do about a notice where the row's own step does not say it: by its code. */
const STEPS: Readonly<Record<string, Step | undefined>> = {
  'request-referred': stepAt('request', 'submitted'),
  'request-escalated': stepAt('request', 'submitted'),
  'decision-overdue': stepAt('request', 'submitted'),
  'one-day-released': { ...read('/staff/requests/{id}'), zh: '复核已发放的物资', en: 'Review what was released' },
  'need-overdue': stepAt('request', 'approved'),
  'picking-overdue': stepAt('consignment', 'planned'),
  'dispatch-overdue': stepAt('consignment', 'picking'),
  shortfall: stepAt('shortfall', 'open'),
  'shortfall-overdue': stepAt('shortfall', 'open'),
  'papers-overdue': stepAt('emergency-issue', 'papers-due'),
  'dispatch-paper-overdue': stepAt('dispatch-paper', 'due'),
  'emergency-issue': stepAt('emergency-issue', 'papers-due'),
  'recall-to-release': {
    ...{ zh: '检验后放行', en: 'Look at it, and release it', method: 'POST' },
    path: '/staff/lots/{id}/release',
  },
  'purchase-opened': stepAt('purchase', 'sourcing'),
  'purchase-returned': stepAt('purchase', 'sourcing'),
  'purchase-sourced-again': stepAt('purchase', 'sourcing'),
  'sourcing-overdue': stepAt('purchase', 'sourcing'),
  'purchase-referred': stepAt('purchase', 'submitted'),
  'purchase-escalated': stepAt('purchase', 'submitted'),
  'purchase-undecided': stepAt('purchase', 'submitted'),
  'purchase-ordered': stepAt('purchase', 'ordered'),
  'to-bill': stepAt('purchase', 'delivered'),
  'invoice-held': stepAt('purchase', 'delivered'),
  'purchase-papers-overdue': stepAt('purchase', 'delivered'),
  'gift-to-review': stepAt('donation', 'review'),
  'gift-review-overdue': stepAt('donation', 'review'),
  'gift-late': stepAt('donation', 'expected'),
  'gift-to-ask': stepAt('donation', 'asking'),
  'gift-to-return': stepAt('donation', 'returning'),
  'plan-to-decide': stepAt('distribution-plan', 'submitted'),
  'plan-escalated': stepAt('distribution-plan', 'submitted'),
  'plan-undecided': stepAt('distribution-plan', 'submitted'),
  'gap-found': stepAt('gap', 'open'),
  'gap-overdue': stepAt('gap', 'open'),
  'appeal-overdue': read('/staff/appeals/{id}'),
  'stop-pick': {
    ...{ zh: '停止拣货，撤销配送批', en: 'Stop picking, and call the consignment off', method: 'POST' },
    path: '/staff/consignments/{id}/cancel',
  },
  'receipt-overdue': {
    ...read('/staff/consignments/{id}'),
    zh: '联系承运人和点位，催其签收',
    en: 'Ask the carrier and the site, and have it confirmed',
  },
};

/** Where what a notice is about is read, by its kind. */
const STAFF: Readonly<Record<string, Step>> = {
  request: read('/staff/requests/{id}'),
  consignment: read('/staff/consignments/{id}'),
  shortfall: read('/staff/shortfalls/{id}'),
  'dispatch-paper': read('/staff/consignments/{id}'),
  gap: read('/staff/requests/{id}/lines/{n}/rationale'),
  appeal: read('/staff/appeals/{id}'),
  stocktake: read('/staff/stocktakes/{id}'),
  'emergency-issue': read('/staff/emergency-issues/{id}'),
  lot: read('/staff/lots/{id}/movements'),
  item: read('/staff/stock/{id}'),
  purchase: read('/staff/purchases/{id}'),
  donation: read('/staff/donations/{id}'),
  'distribution-plan': read('/staff/distribution-plans/{id}'),
  adjustment: read('/staff/adjustments/{id}'),
  offer: read('/staff/offers/{id}'),
  'price-inspection': read('/staff/price-inspections/{id}'),
};
const POINT: Readonly<Record<string, Step>> = {
  request: read('/point/requests/{id}'),
  consignment: {
    ...read('/point/consignments'),
    zh: '查看运单，到货后清点签收',
    en: 'Find the waybill here, and confirm what has arrived',
  },
};

/** What a point does where goods of its are not coming after all. */
const NOT_COMING: Step = { ...read('/point/requests'), zh: '查看需求的新安排', en: 'See what is planned for it now' };
const POINT_STEPS: Readonly<Record<string, Step | undefined>> = { redirected: NOT_COMING, returned: NOT_COMING };

const ACKNOWLEDGE = { zh: '阅知', en: 'Acknowledge it', method: 'POST' } as const;

/** What whoever reads a notice does next; where nothing more is known, that it was read. */
const nextFor = ({ id, code, about: of }: Notice, audience: 'staff' | 'point'): Step => {
  const known = audience === 'staff' ? (STEPS[code] ?? STAFF[of.kind]) : (POINT_STEPS[code] ?? POINT[of.kind]);
  return known === undefined
    ? { ...ACKNOWLEDGE, path: `/${audience}/notices/${id}/acknowledgement` }
    : stepFor(known, of);
};

/** A notice as its reader sees it. */
export const viewOf = (notice: Notice, audience: 'staff' | 'point'): z.infer<typeof noticeView> => {
  const { id, code, zh, en, about: of, at, dueAt, acknowledged } = notice;
  return {
    ...{ id, status: acknowledged === undefined ? 'open' : 'done', code, zh, en, about: of, at, dueAt },
    ...{ next: nextFor(notice, audience), acknowledged },
  };
};

const webhookOf = ({ posting, posted }: Notice): z.infer<typeof staffNoticeView>['webhook'] => {
  if (posted !== undefined) return { state: posted.as, attempts: posted.attempts };
  return posting && { state: 'waiting', attempts: posting.attempts };
};

export const staffViewOf = (notice: Notice): z.infer<typeof staffNoticeView> => ({
  ...viewOf(notice, 'staff'),
  inbox: notice.inbox,
  webhook: webhookOf(notice),
});
