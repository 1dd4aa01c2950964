import { z } from 'zod';
import { type Level, level } from '../approval/approval.ts';
import { tier } from '../catalogue/policy.ts';
import { compare } from '../shared/order.ts';
import { KINDS, type Kind, kinds } from './kinds.ts';
import { retryStep, type Step, step, stepAt, stepFor } from './steps.ts';
import { isLate, timeline } from './timeline.ts';

/** What a row of any kind with a workflow says of itself to whoever works through a queue. */
const queued = z.object({
  ...timeline,
  tier: tier.optional(),
  /** Of a request. */
  siteId: z.string().optional(),
  level: level.optional(),
  /** Of a consignment and its papers. */
  toId: z.string().optional(),
  code: z.string().optional(),
  /** Of a purchase. */
  placeId: z.string().optional(),
  orders: z
    .array(
      z.looseObject({
        n: z.int().default(1),
        status: z.string(),
        spentFen: z.number().default(0),
        invoice: z.looseObject({ status: z.string() }).optional(),
        payment: z.unknown().optional(),
      }),
    )
    .optional(),
  /** Of a purchase a list; others file theirs in one go. */
  papers: z.unknown().optional(),
});
type Queued = z.infer<typeof queued>;

export const queueRow = z.object({
  kind: z.enum(KINDS),
  id: z.string(),
  status: z.string(),
  /** Whose need it is, or where it is going. */
  site: z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string() }).optional(),
  tier: tier.optional(),
  /** Who decides, where a decision is waited for. */
  level: level.optional(),
  dueAt: z.string(),
  overdue: z.boolean(),
  /** Deadlines that passed at the present status. */
  reminders: z.int(),
  failure: timeline.failure,
  next: step,
});
export type QueueRow = z.infer<typeof queueRow>;
/** The same before it is known what the site is called. */
export type Standing = Omit<QueueRow, 'site'> & { readonly siteId: string | undefined };

/** A work queue: which rows may stand in it, and which of them do. */
interface Queue {
  readonly zh: string;
  readonly en: string;
  readonly at: readonly { readonly kind: Kind; readonly status: string }[];
  readonly holds?: (row: Standing, of: Queued) => boolean;
  /** What is done in it, where that is not what the row's own status says. */
  readonly step?: (kind: Kind, of: Queued) => Step | undefined;
}

/** Everywhere that somebody is waited for. */
const WAITING = KINDS.flatMap((kind) => kinds[kind].waiting.map((status) => ({ kind, status })));

/** Looked at first: which of its orders, or papers, it is about. */
const purchaseStep = (zh: string, en: string): Step => ({ zh, en, method: 'GET', path: '/staff/purchases/{id}' });

/** Something came of it and nothing more will, and it is not paid. */
const isUnpaid = ({ status, spentFen, payment }: NonNullable<Queued['orders']>[number]): boolean =>
  status !== 'placed' && status !== 'confirmed' && spentFen > 0 && payment === undefined;

/** Whose turn it is with an order that is not paid: finance's, or headquarters' where the bill is held. */
const settling = ({ n, invoice }: NonNullable<Queued['orders']>[number]): Step => {
  const path = `/staff/purchases/{id}/orders/${n}`;
  if (invoice === undefined)
    return {
      zh: `财务：录入第 ${n} 号订单的发票`,
      en: `Finance: enter the bill of order ${n}`,
      ...{ method: 'POST', path: `${path}/invoice` },
    };
  return invoice.status === 'held'
    ? {
        zh: `指挥部：裁定第 ${n} 号订单不符的发票`,
        en: `Headquarters: settle the bill of order ${n}, which does not match`,
        ...{ method: 'POST', path: `${path}/invoice/resolution` },
      }
    : {
        zh: `财务：支付第 ${n} 号订单`,
        en: `Finance: pay order ${n}`,
        ...{ method: 'POST', path: `${path}/payment` },
      };
};

/** What finance can do comes before what it waits for. */
const settleStep = ({ orders = [] }: Queued): Step | undefined => {
  const open = orders.filter(isUnpaid);
  const next = open.find(({ invoice }) => invoice?.status !== 'held') ?? open[0];
  return next && settling(next);
};

const isUnfiled = (papers: unknown): boolean =>
  z
    .array(z.looseObject({ filed: z.unknown().optional() }))
    .safeParse(papers)
    .data?.some(({ filed }) => filed === undefined) === true;

/** Every work queue by its name, which is its path: one entry a queue. What to do in it says `steps.ts`. */
export const QUEUES = {
  'to-approve': {
    zh: '待审批的申请、采购和分配计划',
    en: 'Requests, purchases and distribution plans that wait for a person to decide',
    at: [
      { kind: 'request', status: 'submitted' },
      { kind: 'purchase', status: 'submitted' },
      { kind: 'distribution-plan', status: 'submitted' },
    ],
    // Without a level it is the green channel's turn.
    holds: (row) => row.level !== undefined,
  },
  'to-supply': {
    zh: '待处理缺口',
    en: 'What approved need lacks, nobody brings and nobody has decided on',
    at: [{ kind: 'gap', status: 'open' }],
  },
  'to-source': {
    zh: '待选定报价',
    en: 'Purchases for which a buyer has to choose offers',
    at: [{ kind: 'purchase', status: 'sourcing' }],
  },
  'to-confirm': {
    zh: '待供应商确认',
    en: 'Purchases with orders that a supplier has yet to confirm',
    at: [{ kind: 'purchase', status: 'ordered' }],
    holds: (_, { orders }) => orders?.some(({ status }) => status === 'placed') === true,
    step: () =>
      purchaseStep(
        '采购员：请供应商确认订单，登记确认或谢绝',
        'Buyer: have the supplier confirm, or enter that it declines',
      ),
  },
  'to-accept': {
    zh: '待验收入库',
    en: 'Purchases with goods on their way, to be accepted',
    at: [{ kind: 'purchase', status: 'ordered' }],
    holds: (_, { orders }) => orders?.some(({ status }) => status === 'confirmed') === true,
    step: () => purchaseStep('仓库管理员：到货后清点验收', 'Storekeeper: count in what comes'),
  },
  'to-settle': {
    zh: '待开票、付款',
    en: 'Purchases whose bills or payments are missing',
    // A bill does not wait until the rest has been bought of somebody else.
    at: ['sourcing', 'submitted', 'ordered', 'delivered'].map((status) => ({ kind: 'purchase', status })),
    holds: (_, { orders }) => orders?.some(isUnpaid) === true,
    step: (_, row) => settleStep(row),
  },
  'to-pick': { zh: '待拣货', en: 'Consignments to be picked', at: [{ kind: 'consignment', status: 'planned' }] },
  'to-dispatch': {
    zh: '待发出',
    en: 'Consignments to be dispatched',
    at: [{ kind: 'consignment', status: 'picking' }],
  },
  'to-receive': {
    zh: '在途待签收',
    en: 'Consignments on their way, to be confirmed by the site',
    at: [{ kind: 'consignment', status: 'dispatched' }],
  },
  unaccounted: {
    zh: '去向待查',
    en: 'Goods that did not arrive, to be found, returned or given up',
    at: [{ kind: 'shortfall', status: 'open' }],
  },
  papers: {
    zh: '待补手续',
    en: 'Papers that are due: of purchases, of emergency issues, and of dispatches that their receipts came before',
    at: [
      { kind: 'purchase', status: 'delivered' },
      { kind: 'emergency-issue', status: 'papers-due' },
      { kind: 'dispatch-paper', status: 'due' },
    ],
    holds: ({ kind }, { papers }) => kind !== 'purchase' || isUnfiled(papers),
    step: (kind) =>
      kind === 'purchase'
        ? purchaseStep('经办人：补齐签字的申请、审批和报价材料', 'Clerk: file the signed need, approval and quotes')
        : undefined,
  },
  'from-above': {
    zh: '请求下拨待答复、待到货',
    en: 'Goods asked for from above, to be answered or to arrive',
    at: [
      { kind: 'appeal', status: 'asked' },
      { kind: 'appeal', status: 'promised' },
    ],
  },
  'to-screen': {
    zh: '待人工审核的捐赠',
    en: 'Gifts that wait for a person to screen them',
    at: [{ kind: 'donation', status: 'review' }],
  },
  'gifts-expected': {
    zh: '待送达、待到账的捐赠',
    en: 'Gifts that are yet to be brought, or to be found in the account',
    at: [{ kind: 'donation', status: 'expected' }],
  },
  'to-ask': {
    zh: '待捐赠人答复、待退还的捐赠',
    en: 'Gifts whose wish cannot be met: the donor is asked, or gets back what is left',
    at: [
      { kind: 'donation', status: 'asking' },
      { kind: 'donation', status: 'returning' },
    ],
  },
  overdue: { zh: '已逾期', en: 'Whatever has missed a deadline', at: WAITING, holds: (row) => row.overdue },
  failed: {
    zh: '流程中断待处理',
    en: 'Whatever a workflow gave up on',
    at: KINDS.map((kind) => ({ kind, status: 'failed' })),
    holds: (row) => row.failure !== undefined,
  },
} as const satisfies Readonly<Record<string, Queue>>;

export const queueName = z.enum(Object.keys(QUEUES) as [QueueName, ...QueueName[]]);
export type QueueName = keyof typeof QUEUES;
export const workQueue = (name: QueueName): Queue => QUEUES[name];

/**
 * The worklists in which rows of a queue may stand. Whatever its status, a row that is yet to be started or resumed
 * stands with its duty, and one that failed with the failures.
 */
export const worklistsOf = ({ at }: Queue): string[] => {
  const kindsOf = [...new Set(at.map(({ kind }) => kind))];
  const duties = kindsOf.flatMap((kind) => [`${kind}.failed`, `${kind}.start`, `${kind}.resume`]);
  return [...new Set([...duties, ...at.map(({ kind, status }) => `${kind}.${status}`)])];
};

const nextOf = ({ step: own }: Queue, kind: Kind, row: Queued): Step => {
  const of = row.failure === undefined ? (own?.(kind, row) ?? stepAt(kind, row.status)) : retryStep(kind);
  if (of === undefined) throw new Error(`No step is known for a ${kind} that is ${row.status}`);
  return stepFor(of, row);
};

/** A stored row as it stands in a queue; none: it does not. */
export const standing = (queue: Queue, kind: Kind, stored: unknown, now: string): Standing | undefined => {
  const row = queued.parse(stored);
  const { id, status, siteId, toId, placeId, tier: of, level: by, dueAt, reminders, failure } = row;
  if (!queue.at.some((place) => place.kind === kind && (place.status === status || place.status === 'failed')))
    return undefined;
  if (failure === undefined && stepAt(kind, status) === undefined) return undefined;
  const overdue = isLate(row, now);
  const view: Standing = {
    ...{ kind, id, status, siteId: siteId ?? toId ?? placeId, tier: of, level: by, dueAt, overdue, reminders, failure },
    next: nextOf(queue, kind, row),
  };
  return queue.holds === undefined || queue.holds(view, row) ? view : undefined;
};

export const queueCount = z.object({
  name: queueName,
  zh: z.string(),
  en: z.string(),
  /** Counted up to 200. */
  count: z.int(),
  overdue: z.int(),
  /** There are more than were counted. */
  more: z.boolean(),
});
export type QueueCount = z.infer<typeof queueCount>;

/** How pressing a row is, as text that sorts: overdue first, then by tier, then what is due first. */
export const pressing = ({ overdue, tier: of = 3, dueAt, kind, id }: Standing): string =>
  `${overdue ? 0 : 1}#${of}#${dueAt}#${kind}#${id}`;

export const byPressing = (a: Standing, b: Standing): number => compare(pressing(a), pressing(b));

/** Those that wait at this level of decision; all, where none is asked for. */
export const atLevel = (rows: readonly Standing[], asked: Level | undefined): Standing[] =>
  rows.filter((row) => asked === undefined || row.level === asked);
