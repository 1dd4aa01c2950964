import { createRoute, z } from '@hono/zod-openapi';
import { html, raw } from 'hono/html';
import { renderSVG } from 'uqr';
import { type App, allowStaff, idParam, problems } from '../api/route.ts';
import { countyDay } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { Problem } from '../shared/problem.ts';
import { byUseBy } from '../stock/lot.ts';
import { printed } from './code.ts';
import { viewConsignment } from './view.store.ts';
import type { ConsignmentView, LineView } from './view.ts';

type Html = ReturnType<typeof html>;

const TIERS = { 1: '一级（一线）', 2: '二级（重点人群）', 3: '三级（居民）' } as const;
const BASE_UNITS: Readonly<Record<string, string>> = { piece: '件', gram: '克', millilitre: '毫升' };

/** `3 箱（1500 件）`: what a picker lifts, and what the system counts. */
const amount = ({ item, quantity }: LineView): string => {
  const base = `${quantity} ${BASE_UNITS[item.baseUnit] ?? item.baseUnit}`;
  return item.issueSize > 1 && quantity % item.issueSize === 0
    ? `${quantity / item.issueSize} ${item.issueUnit}（${base}）`
    : base;
};

const STYLE = `
@page { size: A4; margin: 12mm; }
body { font: 10.5pt/1.45 "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #000; margin: 0 auto; max-width: 186mm; }
h1 { font-size: 16pt; margin: 0; letter-spacing: .3em; }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 6mm; margin-bottom: 3mm; }
header svg { width: 24mm; height: 24mm; flex: none; }
.code { font: 700 15pt/1.2 ui-monospace, monospace; letter-spacing: .06em; }
dl { display: grid; grid-template-columns: auto 1fr auto 1fr; gap: 0 4mm; margin: 0 0 3mm; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { border: .3mm solid #000; padding: 1mm 1.5mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; white-space: nowrap; }
td.number { text-align: right; white-space: nowrap; }
th.blank, td.blank { width: 13mm; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
small { color: #444; display: block; }
.copy { break-inside: avoid; padding: 4mm 0; }
.copy + .copy { border-top: .3mm dashed #000; }
.signatures { display: grid; grid-template-columns: repeat(2, 1fr); gap: 5mm 8mm; margin-top: 6mm; }
.signatures div { border-bottom: .3mm solid #000; min-height: 8mm; display: flex; align-items: flex-end; }
`;

const page = (title: string, body: Html): Html => html`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${raw(STYLE)}</style></head>
<body>${body}</body>
</html>`;

const clockTime = (iso: string | undefined): string =>
  iso === undefined
    ? ''
    : new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' }).format(
        new Date(iso),
      );

const codeOf = ({ id, code }: ConsignmentView): string => {
  if (code === undefined)
    throw new Problem(409, 'wrong-status', `${id} has no papers: its goods are settled when picking starts.`);
  return code;
};

const heading = (title: string, of: ConsignmentView): Html => html`<header>
<div><h1>${title}</h1><small>${of.id}</small></div>
<div class="code">${printed(codeOf(of))}</div>
${raw(renderSVG(codeOf(of), { border: 2 }))}
</header>`;

const names = ({ item, lotNo, lotId }: LineView): Html =>
  html`<td>${item.nameZh}<small>${item.spec ?? ''}</small></td><td>${lotNo ?? '—'}<small>${lotId.slice(-6)}</small></td>`;

/** Pick list (拣货单): by item, then by what expires first, as the shelves are walked. */
const pickList = (of: ConsignmentView): Html => {
  const lines = of.lines.toSorted(
    (a, b) => a.item.nameZh.localeCompare(b.item.nameZh, 'zh-CN') || byUseBy(a, b) || a.n - b.n,
  );
  return page(
    `拣货单 ${printed(codeOf(of))}`,
    html`${heading('拣货单', of)}
<dl><dt>发货仓库</dt><dd>${of.from.nameZh}</dd><dt>收货单位</dt><dd>${of.to.nameZh}（${of.to.township}）</dd>
<dt>保障级别</dt><dd>${TIERS[of.tier]}</dd><dt>发车期限</dt><dd>${clockTime(of.next.dueAt)}</dd></dl>
<table><thead><tr><th>行号</th><th>物资</th><th>批号</th><th>有效期至</th><th>数量</th><th class="blank">已拣</th></tr></thead>
<tbody>${lines.map(
      (
        line,
      ) => html`<tr><td>${line.n}</td>${names(line)}<td>${line.useBy ?? '—'}</td><td class="number">${amount(line)}</td><td class="blank">□</td></tr>
`,
    )}</tbody></table>
<div class="signatures"><div>拣货人：</div><div>复核人：</div></div>`,
  );
};

const transport = (of: ConsignmentView): Html => html`<dl>
<dt>发货仓库</dt><dd>${of.from.nameZh}</dd><dt>收货单位</dt><dd>${of.to.nameZh}（${of.to.township}）</dd>
<dt>承运人</dt><dd>${of.carrier ?? ''}</dd><dt>车号</dt><dd>${of.vehicle ?? ''}</dd>
<dt>发车时间</dt><dd>${clockTime(of.dispatchedAt)}</dd><dt>制单日期</dt><dd>${countyDay(of.at)}</dd></dl>`;

const STUB = { title: '物资调运单', copy: '第一联 存根（发货仓库留存）', counts: [], signs: ['发货人', '承运人'] };
const REPLY = {
  title: '物资调运单',
  copy: '第二联 回执（收货单位签收后交回）',
  counts: ['完好', '破损', '缺少', '多出'],
  signs: ['收货人', '承运人', '收货时间', '差异说明'],
};

const copyOf = (of: ConsignmentView, { title, copy, counts, signs }: typeof STUB | typeof REPLY): Html => {
  const blanks = counts.map((name) => ({ name }));
  return html`<section class="copy">${heading(title, of)}
<p><strong>${copy}</strong></p>
${transport(of)}
<table><thead><tr><th>行号</th><th>物资</th><th>批号</th><th>有效期至</th><th>数量</th>${blanks.map(({ name }) => html`<th class="blank">${name}</th>`)}</tr></thead>
<tbody>${of.lines.map(
    (
      line,
    ) => html`<tr><td>${line.n}</td>${names(line)}<td>${line.useBy ?? '—'}</td><td class="number">${amount(line)}</td>${blanks.map(() => html`<td class="blank"></td>`)}</tr>
`,
  )}</tbody></table>
<div class="signatures">${signs.map((name) => html`<div>${name}：</div>`)}</div></section>
`;
};

/** Waybill (调运单) in two copies: one stays, one comes back signed. Short ones share a sheet. */
const waybill = (of: ConsignmentView): Html =>
  page(`物资调运单 ${printed(codeOf(of))}`, html`${copyOf(of, STUB)}${copyOf(of, REPLY)}`);

/** Printed pages load and run nothing; what they show of a person's text is text. */
const PRINTED = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const;

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
