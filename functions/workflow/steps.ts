import { z } from 'zod';
import { lineAt } from '../request/line.ts';
import type { Kind } from './kinds.ts';

/** What somebody does next, and the call that does it. */
export const step = z
  .object({ zh: z.string(), en: z.string(), method: z.enum(['GET', 'POST']), path: z.string() })
  .meta({ id: 'Step' });
export type Step = z.infer<typeof step>;

/** What is to be done, by kind and status; `{id}` and `{code}` are the row's; with `{n}`, `{id}` is the request's of the line that the row's id names. One entry more for each place where somebody is waited for. */
const STEPS: Readonly<Record<string, Step>> = {
  'request.submitted': {
    zh: '审批：批准、核减或不予批准',
    en: 'Decide: approve, cut or refuse',
    method: 'POST',
    path: '/staff/requests/{id}/decision',
  },
  'request.approved': {
    zh: '查看尚未收到的物资，催办或另行安排',
    en: 'See what is outstanding, chase it or arrange for it otherwise',
    method: 'GET',
    path: '/staff/requests/{id}',
  },
  'consignment.planned': {
    zh: '开始拣货',
    en: 'Start picking',
    method: 'POST',
    path: '/staff/consignments/{id}/picking',
  },
  'consignment.picking': {
    zh: '交给承运人并登记发出',
    en: 'Hand the goods to a carrier',
    method: 'POST',
    path: '/staff/consignments/{id}/dispatch',
  },
  'consignment.dispatched': {
    zh: '催点位凭运单码签收，或代录签收单',
    en: 'Have the site confirm by the code of the waybill, or enter its signed paper',
    method: 'POST',
    path: '/staff/consignments/{id}/receipt',
  },
  'shortfall.open': {
    zh: '查明下落：丢失、找到或退回',
    en: 'Find out what became of it: lost, found or returned',
    method: 'POST',
    path: '/staff/shortfalls/{id}/resolution',
  },
  'gap.open': {
    zh: '决定缺口如何处理：采购、请求下拨、等待或关闭缺口',
    en: 'Decide what becomes of what is lacking: buy it, ask those above, wait or give it up',
    method: 'POST',
    path: '/staff/requests/{id}/lines/{n}/supply',
  },
  'appeal.asked': {
    zh: '催问上级答复，登记答应下拨的数量，或另行采购',
    en: 'Ask those above again, and enter what they promise; or buy it instead',
    method: 'POST',
    path: '/staff/appeals/{id}/promise',
  },
  'appeal.promised': {
    zh: '催问下拨物资，到货后清点入库',
    en: 'Ask where it is, and count in what comes',
    method: 'POST',
    path: '/staff/appeals/{id}/goods-received',
  },
  'dispatch-paper.due': {
    zh: '补录已签字的发货单：承运人、车辆和发出时间',
    en: 'Enter the signed dispatch paper: with whom it left, and when',
    method: 'POST',
    path: '/staff/consignments/{id}/dispatch',
  },
  'purchase.sourcing': {
    zh: '选定报价',
    en: 'Choose among the offers',
    method: 'POST',
    path: '/staff/purchases/{id}/choice',
  },
  'purchase.submitted': {
    zh: '审批采购：批准、退回或不予批准',
    en: 'Decide: approve, send back or refuse',
    method: 'POST',
    path: '/staff/purchases/{id}/decision',
  },
  'purchase.ordered': {
    zh: '与供应商确认订单，催其到货',
    en: 'Have the suppliers confirm, and see that the goods come',
    method: 'GET',
    path: '/staff/purchases/{id}',
  },
  'purchase.delivered': {
    zh: '补齐票据、付款和手续',
    en: 'See which bills, payments and papers are missing',
    method: 'GET',
    path: '/staff/purchases/{id}',
  },
  'donation.review': {
    zh: '审核捐赠：逐行接收或不接收，写明理由',
    en: 'Screen the gift: accept or decline each line, and say why',
    method: 'POST',
    path: '/staff/donations/{id}/screening',
  },
  'donation.expected': {
    zh: '物资到后清点入库；资金由财务核对到账',
    en: 'Count it in when it comes; of money, finance confirms that it is in the account',
    method: 'GET',
    path: '/staff/donations/{id}',
  },
  'donation.received': {
    zh: '查看捐赠的去向',
    en: 'See where the gift is',
    method: 'GET',
    path: '/staff/donations/{id}',
  },
  'donation.asking': {
    zh: '征求捐赠人意见并登记答复',
    en: 'Ask the donor what becomes of it, and note the answer',
    method: 'POST',
    path: '/staff/donations/{id}/consent',
  },
  'donation.returning': {
    zh: '退还剩余物资并登记凭证',
    en: 'Give back what is left, and enter the paper that shows it',
    method: 'POST',
    path: '/staff/donations/{id}/return',
  },
  'distribution-plan.submitted': {
    zh: '审批分配计划：批准或不予批准',
    en: 'Decide on the plan: approve or refuse',
    method: 'POST',
    path: '/staff/distribution-plans/{id}/decision',
  },
  'emergency-issue.papers-due': {
    zh: '补办手续并复核',
    en: 'File the signed papers, and say whether they are in order',
    method: 'POST',
    path: '/staff/emergency-issues/{id}/papers',
  },
};

/** A step with the row's own names in its path. */
export const stepFor = (of: Step, names: { readonly id: string; readonly code?: string | undefined }): Step => {
  const { requestId, n } = lineAt(names.id);
  const id = of.path.includes('{n}') ? requestId : names.id;
  const path = of.path.replace('{id}', id).replace('{n}', String(n));
  return { ...of, path: path.replace('{code}', names.code ?? '{code}') };
};

/** What is done at a status by whoever is waited for there; none: nobody is. */
export const stepAt = (kind: string, status: string): Step | undefined => STEPS[`${kind}.${status}`];

/** Lets a row go on whose workflow gave up. */
export const retryStep = (kind: Kind): Step => ({
  zh: '排除故障原因后重试',
  en: 'Put right what the failure names, then let it go on',
  method: 'POST',
  path: `/staff/${kind}s/{id}/retry`,
});
