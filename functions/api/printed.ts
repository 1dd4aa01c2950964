import { html, raw } from 'hono/html';

export type Html = ReturnType<typeof html>;

/** Between the margins, an A4 sheet is so wide. */
const SHEET_MM = 186;

const STYLE = `
@page { size: A4; margin: 12mm; }
body { font: 10.5pt/1.45 "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #000; margin: 0 auto; max-width: ${SHEET_MM}mm; }
h1 { font-size: 16pt; margin: 0; letter-spacing: .3em; }
header { display: flex; justify-content: space-between; align-items: flex-end; gap: 6mm; margin-bottom: 3mm; }
p { margin: 0 0 2mm; }
dl { display: grid; grid-template-columns: auto 1fr auto 1fr; gap: 0 4mm; margin: 0 0 3mm; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th, td { border: .3mm solid #000; padding: 1mm 1.5mm; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 600; }
td.number { text-align: right; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
small { color: #444; display: block; }
.signatures { display: grid; grid-template-columns: repeat(2, 1fr); gap: 5mm 8mm; margin-top: 6mm; }
.signatures div { border-bottom: .3mm solid #000; min-height: 8mm; display: flex; align-items: flex-end; }
`;

/** A page to be printed on A4, in Chinese. `style` says what this paper has beside what all papers have. */
export const printedPage = (title: string, body: unknown, style = ''): Html => html`<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${raw(STYLE + style)}</style></head>
<body>${body}</body>
</html>`;

/** Lines to be signed on. */
export const signatures = (names: readonly string[]): Html =>
  html`<div class="signatures">${names.map((name) => html`<div>${name}：</div>`)}</div>`;

/** The second line of a cell, where there is something to say in it. */
export const beneath = (text: string | undefined): Html | string =>
  text === undefined || text === '' ? '' : html`<small>${text}</small>`;

/** Printed pages load and run nothing; what they show of a person's text is text. */
export const PRINTED = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const;
