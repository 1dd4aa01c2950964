import { createRoute, z } from '@hono/zod-openapi';
import { html } from 'hono/html';
import { limited } from '../api/limit.store.ts';
import { FOLLOWING } from '../api/limit.ts';
import { beneath, type Html, PRINTED, printedPage, signatures } from '../api/printed.ts';
import { type App, addressOf, allowStaff, idParam, problems } from '../api/route.ts';
import { countyClock } from '../shared/clock.ts';
import type { Deps } from '../shared/deps.ts';
import { yuan } from '../shared/money.ts';
import { Problem } from '../shared/problem.ts';
import { donorOf } from './care.store.ts';
import type { Donation } from './donation.ts';
import { calledOf } from './donor.ts';
import { type DonorGiftView, isReceived } from './donor-view.ts';
import { donorView, giftByCode } from './follow.store.ts';
import { giftOf } from './register.store.ts';

const tags = ['donation'];
const responses = {
  200: { description: 'A page for A4 paper.', content: { 'text/html': { schema: z.string() } } },
  ...problems,
};

const staffRoute = createRoute({
  method: 'get',
  path: '/staff/donations/{id}/acknowledgement',
  tags,
  summary: 'An acknowledgement of what was received, to be printed for the donor',
  middleware: allowStaff,
  request: { params: idParam },
  responses,
});
const donorRoute = createRoute({
  method: 'get',
  path: '/donor/donations/{code}/acknowledgement',
  tags,
  summary: 'An acknowledgement of what was received, to be printed',
  request: { params: z.object({ code: z.string().max(60) }) },
  responses,
});

const wished = ({ wish }: DonorGiftView): Html =>
  html`<dt>捐赠意愿</dt><dd>${wish.forSaid.zh}</dd><dt>意愿无法实现时</dt><dd>${wish.fallbackSaid.zh}</dd>`;

/** Where a code is typed, on whatever address this is served. */
const FOLLOWED_AT = '/donor/donations/查询码';

/** What the desk gives to whoever brings a gift (捐赠登记单): the code stands nowhere else. */
export const slip = (code: string, gift: DonorGiftView, donor: string): Html =>
  printedPage(
    '捐赠登记单',
    html`<header><h1>捐赠登记单</h1><p>${gift.id}</p></header>
<dl><dt>查询码</dt><dd><strong>${code}</strong></dd><dt>登记时间</dt><dd>${countyClock(gift.registeredAt)}</dd><dt>捐赠人</dt><dd>${donor}</dd><dt>当前状态</dt><dd>${gift.statusZh}</dd>${wished(gift)}</dl>
<table><thead><tr><th>物资</th><th>申报</th><th>清点</th></tr></thead><tbody>${gift.lines.map(
      ({ nameZh, declared, counted }) =>
        html`<tr><td>${nameZh}</td><td>${declared.quantity} ${declared.unit}</td><td>${counted?.zh ?? ''}</td></tr>`,
    )}</tbody></table>
<p>凭查询码可随时查询每件物资的去向：在本系统网址后输入 ${FOLLOWED_AT}。查询码只印在此处，请妥善保存。</p>
${signatures(['经办人', '捐赠人'])}`,
  );

const notGood = ({ damaged, wrong }: DonorGiftView['lines'][number]): string =>
  [
    ...(damaged === undefined ? [] : [`另有破损 ${damaged.zh}`]),
    ...(wrong === undefined ? [] : [`另有不符 ${wrong.zh}`]),
  ].join('；');

const goodsReceived = (lines: DonorGiftView['lines']): Html =>
  html`<table><thead><tr><th>物资</th><th>申报</th><th>实收</th><th>收到日期</th></tr></thead><tbody>${lines.map(
    (line) =>
      html`<tr><td>${line.nameZh}</td><td>${line.declared.quantity} ${line.declared.unit}</td><td>${line.counted?.zh ?? '无'}${beneath(notGood(line))}</td><td>${line.receivedOn}</td></tr>`,
  )}</tbody></table>`;

const goodsDeclined = (lines: DonorGiftView['lines']): Html =>
  html`<p>以下物资未接收：</p>
<table><thead><tr><th>物资</th><th>申报</th><th>未接收原因</th></tr></thead><tbody>${lines.map(
    ({ nameZh, declared, reasons }) =>
      html`<tr><td>${nameZh}</td><td>${declared.quantity} ${declared.unit}</td><td>${reasons.map(({ zh }) => zh).join('；')}</td></tr>`,
  )}</tbody></table>`;

/** The official receipt is finance's own paper (FACTS: donations); this one only names it, and says so where there is none. */
const officially = (receipt: string | undefined): Html =>
  receipt === undefined
    ? html`<p>本证书确认收到捐赠，不是捐赠票据；票据由财务另行开具。</p>`
    : html`<p>捐赠票据号码：<strong>${receipt}</strong></p>`;

/** What a donor is thanked with (捐赠证书): what was received, by count and not by word, and the official receipt's number. */
const acknowledgement = (gift: DonorGiftView, donor: string): Html => {
  const came = gift.lines.filter(({ outcome, receivedOn }) => outcome === 'accept' && receivedOn !== undefined);
  const declined = gift.lines.filter(({ outcome }) => outcome === 'decline');
  return printedPage(
    '捐赠证书',
    html`<header><h1>捐赠证书</h1><p>${gift.id}</p></header>
<p>${donor}：</p>
<p>您于 ${countyClock(gift.registeredAt)} 登记的捐赠已收到，谨致谢意。</p>
${gift.money?.receivedFen === undefined ? '' : html`<p>捐赠资金：<strong>${yuan(gift.money.receivedFen)}</strong>${beneath(gift.money.receivedOn)}</p>`}
${came.length === 0 ? '' : goodsReceived(came)}
${declined.length === 0 ? '' : goodsDeclined(declined)}
<dl>${wished(gift)}</dl>
${officially(gift.receipt)}
<p>凭查询码可随时查询每件物资、每分钱的去向。</p>
${signatures(['接收单位（盖章）', '日期'])}`,
  );
};

/** The page that thanks a gift's donor. @throws Problem 409 `nothing-received`. */
const acknowledgementOf = async (deps: Deps, row: Donation): Promise<Html> => {
  const [gift, donor] = await Promise.all([donorView(deps, row), donorOf(deps, row)]);
  if (!isReceived(gift))
    throw new Problem(409, 'nothing-received', {
      zh: '这笔捐赠尚无已接收的物资或资金，接收后可打印捐赠证书。',
      en: 'Nothing of this gift has been accepted and received yet: it is acknowledged once it has.',
    });
  return acknowledgement(gift, calledOf(donor));
};

/** Papers of gifts that staff print. */
export const giftPaperRoutes = (app: App, deps: Deps): void => {
  app.openapi(staffRoute, async (c) => {
    const row = await giftOf(deps, c.get('actor').county, c.req.valid('param').id);
    return c.html(await acknowledgementOf(deps, row), 200, PRINTED);
  });
};

/** Papers that a donor prints. */
export const donorPaperRoutes = (app: App, deps: Deps): void => {
  app.openapi(donorRoute, async (c) => {
    await limited(deps, FOLLOWING, addressOf(c));
    const row = await giftByCode(deps, c.req.valid('param').code);
    return c.html(await acknowledgementOf(deps, row), 200, PRINTED);
  });
};
