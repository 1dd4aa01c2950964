import { createRoute, z } from '@hono/zod-openapi';
import { accepts } from 'hono/accepts';
import { html } from 'hono/html';
import { beneath, type Html, PRINTED, printedPage, signatures } from '../api/printed.ts';
import { type App, allowStaff, idParam, problems } from '../api/route.ts';
import type { Round } from '../purchase/purchase.ts';
import { roundsOf } from '../purchase/rounds.ts';
import { DUTY_ZH, ORDER_STATUS_ZH, STATUS_ZH } from '../purchase/words.ts';
import { systemActor } from '../shared/actor.ts';
import { countyClock } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { yuan } from '../shared/money.ts';
import { viewFile } from './purchase-file.store.ts';
import { type FilePaper, type PurchaseFile, purchaseFile } from './purchase-file.ts';

const STEP: Readonly<Record<PurchaseFile['people'][number]['step'], string>> = {
  ...DUTY_ZH,
  bill: '录入发票',
  settle: '核定发票',
};

const LEVEL: Readonly<Record<NonNullable<Round['decision']>['level'], string>> = {
  'at-once': '绿色通道即时',
  'supply-group': '物资保障组',
  headquarters: '指挥部',
};

/** Who took a step, as the paper calls it: the green channel is nobody's sign-in. */
const called = (by: string): string => (by === systemActor('').sub ? '绿色通道' : by);

const STYLE = `
h3 { font-size: 10.5pt; margin: 2mm 0 1mm; break-after: avoid; }
h2 { font-size: 11.5pt; margin: 4mm 0 1.5mm; break-after: avoid; }
ul { margin: 0 0 2mm; padding-left: 5mm; }
.missing { font-weight: 600; }
table { margin-bottom: 1.5mm; }
.signatures { break-inside: avoid; }
`;

type Column = readonly [name: string, mm: number];
type Cell = Html | string | number | Promise<Html>;

const table = (columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html => html`<table>
<colgroup>${columns.map(([, mm]) => html`<col style="width: ${mm}mm">`)}</colgroup>
<thead><tr>${columns.map(([name]) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${rows.map(
  (cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
)}</tbody></table>`;

const list = (sentences: readonly string[]): Html | string =>
  sentences.length === 0 ? '' : html`<ul>${sentences.map((one) => html`<li>${one}</li>`)}</ul>`;

const base = (amount: number, { item }: PurchaseFile): string => `${amount} ${item.baseName}`;

/** Whose need it is for, and who approved that. */
const neededFor = ({ need: of }: PurchaseFile): Html | string => {
  if (of === undefined) return '补充储备';
  const { requestId, n, site, approved } = of;
  const by = approved && `${countyClock(approved.at)} 由 ${called(approved.by)} 批准（${LEVEL[approved.level]}）`;
  return html`${site?.nameZh ?? ''} 申请 ${requestId} 第 ${n} 项${beneath(by)}`;
};

const need = (of: PurchaseFile): Html => html`<h2>一、需求</h2>
<dl><dt>物资</dt><dd>${of.item.nameZh}${beneath(of.item.spec)}</dd><dt>数量</dt><dd>${of.asked.zh}</dd>
<dt>用途</dt><dd>${neededFor(of)}</dd><dt>需求时限</dt><dd>${countyClock(of.needBy)}</dd>
<dt>收货地点</dt><dd>${of.place.nameZh}</dd><dt>资金来源</dt><dd>${of.fund.nameZh}</dd>
<dt>事由</dt><dd>${of.reason}</dd><dt>提出时间</dt><dd>${countyClock(of.at)}</dd></dl>
<h2>二、依据与豁免</h2>
<p>依据 ${of.basis.document}，豁免：${of.basis.waives.join('；')}。方式从简，档案不减。</p>`;

const people = (of: PurchaseFile): Html => html`<h2>三、经办（需求、采购、验收相分离）</h2>
${table(
  [
    ['环节', 36],
    ['经办人', 90],
    ['时间', 60],
  ],
  of.people.map(({ step, by, at, request, round = 1, order }) => [
    html`${STEP[step]}${order === undefined ? '' : `（订单 ${order}）`}${round === 1 ? '' : `（第 ${round} 轮）`}${request === undefined ? '' : `（申请 ${request}）`}`,
    called(by),
    at === undefined ? '见申请' : countyClock(at),
  ]),
)}
${list(of.overrides.map(({ step, by, at, reason }) => `${countyClock(at)} 指挥部 ${by} 夜间一人兼办“${STEP[step]}”：${reason}`))}`;

const alternate = (
  { supplier, price, deliveryFeeFen, bundle }: PurchaseFile['alternates'][number],
  i: number,
): string =>
  [
    `备选 ${i + 1}：${supplier.nameZh}，${price.zh}`,
    ...(deliveryFeeFen > 0 ? [`运费 ${yuan(deliveryFeeFen)}`] : []),
    ...(bundle === undefined ? [] : [`搭售 ${bundle.what} ${yuan(bundle.priceFen)}`]),
  ].join('，');

const decided = ({ decision }: Round): Html | string =>
  decision === undefined
    ? ''
    : html`<p>${decision.outcome === 'approved' ? '批准' : '不予批准'}（${LEVEL[decision.level]}，规则第 ${decision.policyVersion} 版）${decision.note === undefined ? '' : `：${decision.note}`}</p>${list(decision.reasons.map(({ zh }) => zh))}`;

/** What was chosen and decided in one round; told apart where there were several. */
const round = (one: Round, i: number, all: readonly Round[]): Html =>
  html`${all.length === 1 ? '' : html`<h3>第 ${i + 1} 轮（${countyClock(one.choice.at)}）</h3>`}${list(one.choice.reasons.map(({ zh }) => zh))}
${one.choice.singleSource === undefined ? '' : html`<p>单一来源理由：${one.choice.singleSource}</p>`}
${decided(one)}${one.decision === undefined && i < all.length - 1 ? html`<p>退回，重新选择。</p>` : ''}`;

const choice = (of: PurchaseFile): Html => {
  const rounds = roundsOf(of);
  return html`<h2>四、货源比选与审批</h2>
${rounds.length === 0 ? html`<p>尚未选定货源。</p>` : rounds.map(round)}
${list(of.alternates.map(alternate))}
${list(of.referral.map(({ zh }) => zh))}`;
};

const orders = (of: PurchaseFile): Html => html`<h2>五、订单、价格与验收</h2>
${table(
  [
    ['号', 12],
    ['供应商', 30],
    ['数量与单价', 44],
    ['限价核对', 50],
    ['验收', 50],
  ],
  of.orders.map((order) => [
    html`${order.n}${beneath(of.rounds.length === 0 ? undefined : `第 ${order.round} 轮`)}`,
    html`${order.supplier.nameZh}${beneath(ORDER_STATUS_ZH[order.status])}${beneath(order.confirmed && `确认凭据 ${order.confirmed.reference}`)}${beneath(order.ended?.reason)}`,
    html`${order.ordered.zh}${beneath(order.price.zh)}${beneath(order.deliveryFeeFen > 0 ? `运费 ${yuan(order.deliveryFeeFen)}` : undefined)}${beneath(order.bundle && `搭售 ${order.bundle.what} ${yuan(order.bundle.priceFen)}`)}${beneath(`合计 ${yuan(order.totalFen)}`)}`,
    order.priceCheck?.zh ?? '下单时未留存',
    html`${order.parts.map(
      ({ document, accepted, damaged, wrong, at, note }) =>
        html`<small>${countyClock(at)} ${document}：合格 ${base(accepted, of)}${damaged > 0 ? `，破损 ${base(damaged, of)}` : ''}${wrong > 0 ? `，错货 ${base(wrong, of)}` : ''}${note === undefined ? '' : `（${note}）`}</small>`,
    )}`,
  ]),
)}`;

/** How a bill stands to what was ordered and accepted: what a person settled does not match by itself. */
const standOf = ({ status, resolved }: NonNullable<PurchaseFile['orders'][number]['invoice']>): string => {
  if (status === 'held') return '与订单、验收不符，待指挥部裁定';
  if (resolved === undefined) return '三单相符';
  const { by, at, was, reason } = resolved;
  return `原 ${yuan(was)} 不符，${countyClock(at)} 经 ${by} 裁定：${reason}`;
};

const money = (of: PurchaseFile): Html => html`<h2>六、结算</h2>
${table(
  [
    ['订单', 14],
    ['应付', 34],
    ['发票', 69],
    ['付款', 69],
  ],
  of.orders
    .filter(({ spentFen }) => spentFen > 0)
    .map(({ n, spentFen, invoice, payment }) => [
      n,
      yuan(spentFen),
      invoice === undefined ? '未到' : html`${invoice.number} ${yuan(invoice.amountFen)}${beneath(standOf(invoice))}`,
      payment === undefined ? '未付' : html`${payment.document} ${yuan(payment.amountFen)}${beneath(payment.paidOn)}`,
    ]),
)}
${list(of.drawn.map(({ credit, document, amountFen }) => `动用 ${of.fund.nameZh} 第 ${credit} 笔入账（${document}）${yuan(amountFen)}`))}
<p>已支出 ${yuan(of.spentFen)}，尚冻结 ${yuan(of.encumberedFen)}。</p>`;

const paper = ({ zh, order, reference, dueAt, missing, overdue }: FilePaper): Html => {
  const name = order === undefined ? zh : `${zh}（订单 ${order}）`;
  return missing
    ? html`<li class="missing">缺：${name}${dueAt === undefined ? '' : `，${countyClock(dueAt)} 前补齐`}${overdue ? '（已逾期）' : ''}</li>`
    : html`<li>${name}：${reference ?? ''}</li>`;
};

/** The file on one or two sheets of A4, as an inspection reads it. */
const filePage = (of: PurchaseFile): Html =>
  printedPage(
    `采购档案 ${of.id}`,
    html`<header><div><h1>采购档案</h1><small>${of.id}</small></div><div>${STATUS_ZH[of.status]}</div></header>
${need(of)}${people(of)}${choice(of)}${orders(of)}${money(of)}
<h2>七、凭证</h2><ul>${of.papers.map(paper)}</ul>
${of.notes.length === 0 ? '' : html`<h2>八、经过</h2>${list(of.notes.map(({ at, zh }) => `${countyClock(at)} ${zh}`))}`}
${signatures(['采购人', '验收人', '审批人', '财务'])}`,
    STYLE,
  );

const fileRoute = createRoute({
  method: 'get',
  path: '/staff/purchases/{id}/file',
  tags: ['purchase'],
  summary: 'The procurement file; for `Accept: text/html`, one or two sheets to print',
  middleware: allowStaff,
  request: { params: idParam },
  responses: {
    200: {
      description: 'All that an inspection asks for',
      content: {
        'application/json': { schema: purchaseFile.meta({ id: 'PurchaseFile' }) },
        'text/html': { schema: z.string() },
      },
    },
    ...problems,
  },
});

export const purchaseFileRoutes = (app: App, deps: Deps): void => {
  app.openapi(fileRoute, async (c) => {
    const file = await viewFile(deps, c.get('actor').county, c.req.valid('param').id);
    const isPrinted =
      accepts(c, { header: 'Accept', supports: ['application/json', 'text/html'], default: 'application/json' }) ===
      'text/html';
    return isPrinted ? c.html(await filePage(file), 200, PRINTED) : c.json(file, 200);
  });
};
