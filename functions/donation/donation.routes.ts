import { createRoute, z } from '@hono/zod-openapi';
import {
  type App,
  allow,
  allowStaff,
  answer,
  body,
  command,
  idempotencyHeader,
  idParam,
  pageOf,
  pageQuery,
  problems,
} from '../api/route.ts';
import type { Actor, Role } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { text } from '../shared/quantity.ts';
import { kinds } from '../workflow/kinds.ts';
import { retryRoute } from '../workflow/retry.routes.ts';
import { listByQueue } from '../workflow/worklist.store.ts';
import { donorOf, eraseDonor, erasureBody, issueReceipt, withdrawGift } from './care.store.ts';
import { noteAnswer } from './consent.store.ts';
import { donationRow, donationStatus } from './donation.ts';
import { confirmMoney } from './money.store.ts';
import { moneyReceivedBody, officialReceiptBody } from './money.ts';
import { receiveGift } from './receive.store.ts';
import { giftReceivedBody } from './receiving.ts';
import { giftOf } from './register.store.ts';
import { returnGift } from './return.store.ts';
import { decideGift } from './screen.store.ts';
import { screeningBody } from './screening.ts';
import { donationSummary, giftView, giftViewOf, summaryOf } from './view.ts';
import { returnedBody, toldBody } from './wish.ts';

const tags = ['donation'];
const view = giftView.meta({ id: 'Gift' });
const responses = { 200: answer('The gift as it now is', view), ...problems };
const DESK = ['clerk', 'approver', 'headquarters'] as const;

/** Who deals with donors, and may know who they are. */
const KNOW_DONORS: readonly Role[] = [...DESK, 'finance'];

const reasonBody = z.strictObject({ reason: text(200) });
const saying = (reason: string) => reasonBody.meta({ example: { reason } });

const listRoute = createRoute({
  method: 'get',
  path: '/staff/donations',
  tags,
  summary: 'Gifts, the most pressing first; or those that have ended, by status',
  middleware: allowStaff,
  request: { query: pageQuery.extend({ status: z.enum([...donationStatus.options, 'failed']).optional() }) },
  responses: {
    200: answer('A page of gifts, without their donors', pageOf(donationSummary.meta({ id: 'GiftSummary' }))),
    ...problems,
  },
});
const readRoute = createRoute({
  method: 'get',
  path: '/staff/donations/{id}',
  tags,
  summary: 'A gift: what was declared, what was found, what was counted, and who gives',
  middleware: allowStaff,
  request: { params: idParam },
  responses,
});

const stepRoute = <S extends z.ZodType>(
  name: string,
  summary: string,
  schema: S,
  by: readonly Role[],
  description = '',
) =>
  createRoute({
    method: 'post',
    path: `/staff/donations/{id}/${name}`,
    tags,
    summary,
    ...(description !== '' && { description }),
    middleware: allow(...by),
    request: { params: idParam, headers: idempotencyHeader, body: body(schema) },
    responses,
  });

const screeningRoute = stepRoute(
  'screening',
  'Decide on what the green channel left to a person, line by line',
  screeningBody.meta({
    example: {
      lines: [{ n: 1, outcome: 'accept', itemId: 'surgical-mask', as: { quantity: 20, unit: '箱' }, reason: '已核对' }],
    },
  }),
  ['approver', 'headquarters'],
  'The reason is for the donor to read. What was brought to the desk is screened by somebody else than whoever took it in.',
);
const receivedRoute = stepRoute(
  'goods-received',
  'Count a gift in: good, damaged and wrong told apart',
  giftReceivedBody.meta({
    example: {
      document: '样例送货单 1',
      lines: [{ n: 1, lots: [{ quantity: 20, unit: '箱', lotNo: '20220301', madeOn: '2022-03-01' }], final: true }],
    },
  }),
  ['storekeeper'],
  'What keeps too short for a gift is set apart. What was declared stays beside what was counted.',
);
const moneyRoute = stepRoute(
  'money-received',
  'A gift of money is in the account: it credits a fund once',
  moneyReceivedBody.meta({
    example: { amountFen: 1_000_000, document: '样例银行回单 1', receivedOn: '2022-05-12', fundId: 'gifts' },
  }),
  ['finance'],
  'Money with a wish is kept in a fund of its own, which buys nothing else.',
);
const consentRoute = stepRoute(
  'consent',
  'Note what the donor said of goods whose wish cannot be met',
  toldBody.meta({
    example: {
      decision: 'county',
      evidence: {
        medium: 'phone',
        reference: '样例电话记录 1',
        signatory: '样例捐赠人',
        occurredAt: '2022-05-12T01:00:00Z',
      },
    },
  }),
  DESK,
);
const returnRoute = stepRoute(
  'return',
  'What is left of a gift went back to its donor',
  returnedBody.meta({ example: { document: '样例退还签收单 1' } }),
  ['storekeeper'],
);
const withdrawRoute = stepRoute('withdrawal', 'The donor takes back what has not come', saying('捐赠人来电撤回'), DESK);
const receiptRoute = stepRoute(
  'receipt',
  'The official receipt was issued',
  officialReceiptBody.meta({ example: { number: '样例票据 0001' } }),
  ['finance'],
);
const erasureRoute = stepRoute(
  'erasure',
  'Take away whatever says who the donor is, at its wish',
  erasureBody.meta({ example: { reference: '样例申请书 1' } }),
  ['headquarters'],
  'Its name, its words and who signed for it go; the gift and what became of it stay. The reference stays: no name in it.',
);

/** Everything that staff do with gifts, from the screening on. */
export const donationRoutes = (app: App, deps: Deps): void => {
  const readBy = async ({ county, roles }: Pick<Actor, 'county' | 'roles'>, id: string) => {
    const row = await giftOf(deps, county, id);
    const named = roles.some((role) => KNOW_DONORS.includes(role));
    return giftViewOf(row, await donorOf(deps, row), deps.clock.now(), named);
  };
  type Step<B> = (deps: Deps, actor: Actor, once: Once, id: string, body: B) => Promise<string>;
  const does = <S extends z.ZodType>(route: ReturnType<typeof stepRoute<S>>, run: Step<z.output<S>>): void => {
    app.openapi(route as ReturnType<typeof stepRoute<z.ZodType>>, async (c) => {
      const { id } = c.req.valid('param');
      await command(c, deps, (actor, once) => run(deps, actor, once, id, c.req.valid('json') as z.output<S>));
      return c.json(await readBy(c.get('actor'), id), 200);
    });
  };
  app.openapi(listRoute, async (c) => {
    const { county } = c.get('actor');
    const { rows, cursor } = await listByQueue(deps, donationRow, county, c.req.valid('query'), kinds.donation.waiting);
    return c.json({ rows: rows.map((row) => summaryOf(row, deps.clock.now())), cursor }, 200);
  });
  app.openapi(readRoute, async (c) => c.json(await readBy(c.get('actor'), c.req.valid('param').id), 200));
  does(screeningRoute, decideGift);
  does(receivedRoute, receiveGift);
  does(moneyRoute, confirmMoney);
  does(consentRoute, noteAnswer);
  does(returnRoute, returnGift);
  does(withdrawRoute, withdrawGift);
  does(receiptRoute, issueReceipt);
  does(erasureRoute, eraseDonor);
  retryRoute(app, deps, {
    ...{ kind: 'donation', tags, by: DESK, view },
    read: (of, id) => readBy({ county: of, roles: [...DESK] }, id),
  });
};
