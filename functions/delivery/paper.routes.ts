import { createRoute, z } from '@hono/zod-openapi';
import { html, raw } from 'hono/html';
import { renderSVG } from 'uqr';
import { beneath, type Html, PRINTED, printedPage, signatures } from '../api/printed.ts';
import { type App, allowStaff, idParam, problems } from '../api/route.ts';
import { countyDay } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { Problem } from '../shared/problem.ts';
import { byUseBy } from '../stock/lot.ts';
import { printed } from './code.ts';
import { columnsFor, sheetsOf, WIDTHS } from './sheets.ts';
import { viewConsignment } from './view.store.ts';
import type { ConsignmentView, LineView } from './view.ts';

const TIERS = { 1: '一级（一线）', 2: '二级（重点人群）', 3: '三级（居民）' } as const;

/** `3 箱（1500 个）`: what a picker lifts, and what the system counts. */
const amount = ({ item, quantity }: LineView): Html | string => {
  const base = `${quantity} ${item.baseName}`;
  return item.issueSize > 1 && quantity % item.issueSize === 0
    ? html`${quantity / item.issueSize} ${item.issueUnit}<span>（${base}）</span>`
    : base;
};

const STYLE = `
header svg { width: 24mm; height: 24mm; flex: none; }
.code { font: 700 15pt/1.2 ui-monospace, monospace; letter-spacing: .06em; }
th { white-space: nowrap; }
td.number span { display: inline-block; white-space: nowrap; }
td.date { white-space: nowrap; }
.sheet { break-inside: avoid; padding: 4mm 0; }
.sheet.next { break-before: page; }
.sheet + .sheet:not(.next) { border-top: .3mm dashed #000; }
`;

const clockTime = (iso: string | undefined): string =>
  iso === undefined
    ? ''
    : new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' }).format(
        new Date(iso),
      );

const codeOf = ({ id, code, status }: ConsignmentView): string => {
  if (status === 'cancelled')
    throw new Problem(409, 'wrong-status', `${id} was called off: its papers are void, and none is printed any more.`);
  if (code === undefined)
    throw new Problem(409, 'wrong-status', `${id} has no papers: its goods are settled when picking starts.`);
  return code;
};

/** Which sheet of how many. */
type Nth = readonly [n: number, of: number];

const heading = (title: string, of: ConsignmentView, [n, all]: Nth): Html => html`<header>
<div><h1>${title}</h1><small>${of.id}　第 ${n}/${all} 页</small></div>
<div class="code">${printed(codeOf(of))}</div>
${raw(renderSVG(codeOf(of), { border: 2 }))}
</header>`;

const row = (line: LineView, blanks: readonly string[]): Html => html`<tr>
<td>${line.n}</td><td>${line.item.nameZh}${beneath(line.item.spec)}</td>
<td>${line.lotNo ?? '—'}${beneath(line.lotId.slice(-6))}</td><td class="date">${line.useBy ?? '—'}</td>
<td class="number">${amount(line)}</td>${blanks.map((blank) => html`<td>${blank}</td>`)}
</tr>
`;

const tableOf = (lines: readonly LineView[], columns: readonly string[], blank = ''): Html => {
  const { n, lot, useBy, quantity, blank: byHand } = WIDTHS;
  const widths = [n, columnsFor(columns.length).name, lot, useBy, quantity, ...columns.map(() => byHand)];
  const names = ['行号', '物资', '批号', '有效期至', '数量', ...columns];
  const blanks = columns.map(() => blank);
  return html`<table>
<colgroup>${widths.map((mm) => html`<col style="width: ${mm}mm">`)}</colgroup>
<thead><tr>${names.map((name) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${lines.map((line) => row(line, blanks))}</tbody></table>`;
};

/** A paper, sheet by sheet: each says what it belongs to and which one it is; the last is signed. */
const sheets = (
  lines: readonly LineView[],
  columns: readonly string[],
  each: (nth: Nth) => Html,
  { blank, signs }: { readonly blank?: string; readonly signs: readonly string[] },
): Html => {
  const all = sheetsOf(lines, columnsFor(columns.length));
  return html`${all.map(
    (some, i) => html`<section class="${i === 0 ? 'sheet' : 'sheet next'}">${each([i + 1, all.length])}
${tableOf(some, columns, blank)}
${i + 1 < all.length ? '' : signatures(signs)}
</section>
`,
  )}`;
};

const route = ({ from, to }: ConsignmentView): Html =>
  html`<dt>发货仓库</dt><dd>${from.nameZh}</dd><dt>收货单位</dt><dd>${to.nameZh}（${to.township}）</dd>`;

/** Once they have left, nobody asks any more by when they should have. */
const departure = ({ dispatchedAt, next }: ConsignmentView): Html =>
  dispatchedAt === undefined
    ? html`<dt>发车期限</dt><dd>${clockTime(next.dueAt)}</dd>`
    : html`<dt>发车时间</dt><dd>${clockTime(dispatchedAt)}</dd>`;

/** Pick list (拣货单): by item, then by what expires first, as the shelves are walked. */
const pickList = (of: ConsignmentView): Html => {
  const lines = of.lines.toSorted(
    (a, b) => a.item.nameZh.localeCompare(b.item.nameZh, 'zh-CN') || byUseBy(a, b) || a.n - b.n,
  );
  const each = (nth: Nth) => html`${heading('拣货单', of, nth)}
<dl>${route(of)}
<dt>保障级别</dt><dd>${TIERS[of.tier]}</dd>${departure(of)}</dl>`;
  const body = sheets(lines, ['已拣'], each, { blank: '□', signs: ['拣货人', '复核人'] });
  return printedPage(`拣货单 ${printed(codeOf(of))}`, body, STYLE);
};

const transport = (of: ConsignmentView): Html => html`<dl>${route(of)}
<dt>承运人</dt><dd>${of.carrier ?? ''}</dd><dt>车号</dt><dd>${of.vehicle ?? ''}</dd>
<dt>发车时间</dt><dd>${clockTime(of.dispatchedAt)}</dd><dt>制单日期</dt><dd>${countyDay(of.at)}</dd></dl>`;

const STUB = { copy: '第一联 存根（发货仓库留存）', counts: [], signs: ['发货人', '承运人'] };
const REPLY = {
  copy: '第二联 回执（收货单位签收后交回）',
  counts: ['完好', '破损', '缺少', '多出'],
  signs: ['收货人', '承运人', '收货时间', '差异说明'],
};

const copyOf = (of: ConsignmentView, { copy, counts, signs }: typeof STUB | typeof REPLY): Html =>
  sheets(
    of.lines,
    counts,
    (nth) => html`${heading('物资调运单', of, nth)}
<p><strong>${copy}</strong></p>
${transport(of)}`,
    { signs },
  );

/** Waybill (调运单) in two copies: one stays, one comes back signed. Short ones share a sheet. */
const waybill = (of: ConsignmentView): Html =>
  printedPage(`物资调运单 ${printed(codeOf(of))}`, html`${copyOf(of, STUB)}${copyOf(of, REPLY)}`, STYLE);

const paperRoute = (name: 'pick-list' | 'waybill', summary: string) =>
  createRoute({
    method: 'get',
    path: `/staff/consignments/{id}/${name}`,
    tags: ['delivery'],
    summary,
    middleware: allowStaff,
    request: { params: idParam },
    responses: {
      200: { description: 'A page to print, A4', content: { 'text/html': { schema: z.string() } } },
      ...problems,
    },
  });

export const paperRoutes = (app: App, deps: Deps): void => {
  for (const [route, paper] of [
    [paperRoute('pick-list', 'Pick list, to print'), pickList],
    [paperRoute('waybill', 'Waybill in two copies, to print'), waybill],
  ] as const)
    app.openapi(route, async (c) => {
      const view = await viewConsignment(deps, c.get('actor').county, c.req.valid('param').id);
      return c.html(await paper(view), 200, PRINTED);
    });
};
