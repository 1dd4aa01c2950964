import { createRoute, z } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { beneath, type Html, PRINTED, printedPage, signatures } from '../api/printed.ts';
import { type App, allowStaff, idParam, problems } from '../api/route.ts';
import { getSite } from '../catalogue/catalogue.store.ts';
import { countyClock } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { viewStocktake } from './stocktake-view.store.ts';
import type { StocktakeLineView, StocktakeView } from './stocktake-view.ts';

/** Rows of an A4 sheet that leave room for its heading, its signatures and names that take two lines. */
const ROWS = 16;
/** For goods that are on no line. */
const BLANK_ROWS = 5;

const STYLE = `
td { height: 9mm; }
.sheet + .sheet { break-before: page; }
.signatures { grid-template-columns: repeat(3, 1fr); }
`;

const STATUS = { available: '可用', quarantined: '待检', condemned: '报废' } as const;

/** Millimetres of the 186 between the margins. */
const COLUMNS = [
  ...[['行号', 12] as const, ['物资', 54] as const, ['批号', 34] as const, ['有效期至', 26] as const],
  ...[['状态', 16] as const, ['实盘数量', 26] as const, ['单位', 18] as const],
];

const rowOf = ({ n, nameZh, spec, lotNo, lotId, useBy, status, isUnknown }: StocktakeLineView): Html => html`<tr>
<td>${n}</td><td>${nameZh}${beneath(spec)}</td>
<td>${lotNo ?? '—'}<small>${isUnknown ? '未知批次' : lotId.slice(-6)}</small></td><td>${useBy ?? '—'}</td>
<td>${STATUS[status]}</td><td></td><td></td>
</tr>
`;

const blankRow: Html = html`<tr>${COLUMNS.map(() => html`<td></td>`)}</tr>
`;

const sheetOf = (
  of: StocktakeView,
  place: string,
  rows: readonly (Html | Promise<Html>)[],
  n: number,
  all: number,
) => html`<section class="sheet">
<header><div><h1>盘点表</h1><small>${of.id}　第 ${n}/${all} 页</small></div><div>${place}<small>${countyClock(of.at)}</small></div></header>
<table><colgroup>${COLUMNS.map(([, mm]) => html`<col style="width: ${mm}mm">`)}</colgroup>
<thead><tr>${COLUMNS.map(([name]) => html`<th>${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table>
${signatures(['盘点人', '复核人', '盘点时间'])}
</section>
`;

/** Count sheet (盘点表): what is to be counted, and nothing of what the books say. Its last page has room for finds. */
const countSheet = (of: StocktakeView, place: string): Html => {
  const rows = [...of.lines.map(rowOf), ...Array.from({ length: BLANK_ROWS }, () => blankRow)];
  const sheets = Array.from({ length: Math.ceil(rows.length / ROWS) }, (_, i) => rows.slice(i * ROWS, (i + 1) * ROWS));
  return printedPage(
    `盘点表 ${of.id}`,
    sheets.map((some, i) => sheetOf(of, place, some, i + 1, sheets.length)),
    STYLE,
  );
};

const sheet = createRoute({
  method: 'get',
  path: '/staff/stocktakes/{id}/sheet',
  tags: ['stock'],
  summary: 'Count sheet, to print; it does not say what the books say',
  middleware: allowStaff,
  request: { params: idParam },
  responses: {
    200: { description: 'A page to print, A4', content: { 'text/html': { schema: z.string() } } },
    ...problems,
  },
});

export const sheetRoute = (app: App, deps: Deps): void => {
  app.openapi(sheet, async (c) => {
    const actor = c.get('actor');
    const view = await viewStocktake(deps, actor, c.req.valid('param').id, 'all');
    const { nameZh } = await getSite(deps, actor.county, view.placeId);
    return c.html(await countSheet(view, nameZh), 200, PRINTED);
  });
};
