import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { countyAsked } from '../api/county.store.ts';
import { limited } from '../api/limit.store.ts';
import { FOLLOWING, REGISTERING } from '../api/limit.ts';
import { county } from '../api/open.ts';
import {
  type App,
  type AppEnv,
  addressOf,
  answer,
  body,
  command,
  problems,
  secretKeyHeader,
  storedSecretly,
} from '../api/route.ts';
import type { Actor } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import type { Once } from '../shared/once.ts';
import { text } from '../shared/quantity.ts';
import { giftTrace } from '../trace/gift-trace.ts';
import { withdrawByCode } from './care.store.ts';
import { answerByCode } from './consent.store.ts';
import type { Donation } from './donation.ts';
import { donorGiftView, registeredGift } from './donor-view.ts';
import { donorView, giftByCode } from './follow.store.ts';
import { GIFT_EXAMPLE, giftBody } from './gift.ts';
import { codeOfGift, giftOf, registerGift } from './register.store.ts';
import { printedCode } from './tracking.ts';
import { answerBody } from './wish.ts';

const tags = ['donation'];

const view = donorGiftView.meta({ id: 'FollowedGift' });
const codeParam = z.object({ code: z.string().max(60) });

const registerRoute = createRoute({
  method: 'post',
  path: '/donor/donations',
  tags,
  summary: 'Register a gift of goods or of money',
  request: {
    headers: secretKeyHeader,
    query: z.strictObject({ county }),
    body: body(giftBody.meta({ example: GIFT_EXAMPLE })),
  },
  responses: { 201: answer('The gift, and the code that follows it', registeredGift), ...problems },
});
const followRoute = createRoute({
  method: 'get',
  path: '/donor/donations/{code}',
  tags,
  summary: 'Follow a gift by its code',
  request: { params: codeParam },
  responses: {
    200: answer(
      'The gift as it now is, and where every unit and every fen of it is',
      donorGiftView.extend({ trace: giftTrace }).meta({ id: 'TracedGift' }),
    ),
    ...problems,
  },
});
const stepRoute = <S extends z.ZodType>(name: string, summary: string, schema: S) =>
  createRoute({
    method: 'post',
    path: `/donor/donations/{code}/${name}`,
    tags,
    summary,
    request: { params: codeParam, headers: secretKeyHeader, body: body(schema) },
    responses: { 200: answer('The gift as it now is', view), ...problems },
  });
const consentRoute = stepRoute(
  'consent',
  'Say what becomes of goods whose wish cannot be met',
  answerBody.meta({ example: { decision: 'county' } }),
);
const withdrawRoute = stepRoute(
  'withdrawal',
  'Take back a gift that has not come yet',
  z.strictObject({ reason: text(200) }).meta({ example: { reason: '已另行捐出' } }),
);

/** Whoever gives has no account: the code is what they are known by. */
const donorOfCounty = (of: string): Actor => ({ sub: 'donor', county: of, roles: [] });

/** Runs a donor's command once. Its key opens the answer and its path the gift: neither is stored as it was sent. */
const donorCommand = (
  c: Context<AppEnv>,
  deps: Deps,
  of: string,
  route: string,
  run: (actor: Actor, once: Once) => Promise<string>,
): Promise<string> => {
  c.set('actor', donorOfCounty(of));
  return command(c, deps, run, (sent) => storedSecretly({ ...sent, route }));
};

/** What a donor does with a gift that the code names, by the gift's own id from there on. */
const step = async (
  c: Context<AppEnv>,
  deps: Deps,
  { code, name }: { readonly code: string; readonly name: string },
  run: (actor: Actor, once: Once, id: string) => Promise<string>,
) => {
  await limited(deps, FOLLOWING, addressOf(c));
  const { county: of, id } = await giftByCode(deps, code);
  await donorCommand(c, deps, of, `${name} of ${id}`, (actor, once) => run(actor, once, id));
  return donorView(deps, await giftOf(deps, of, id));
};

/** Where a gift is: put together by another room, and handed in by whoever composes the two. */
export interface Tracing {
  readonly traceGift: (row: Donation) => Promise<z.infer<typeof giftTrace>>;
}

/** Everything a donor does. */
export const donorRoutes = (app: App, deps: Deps & Tracing): void => {
  app.openapi(registerRoute, async (c) => {
    await limited(deps, REGISTERING, addressOf(c));
    const of = await countyAsked(deps, c.req.valid('query').county);
    const [given, key] = [c.req.valid('json'), c.req.valid('header')['idempotency-key']];
    const id = await donorCommand(c, deps, of, 'registration', (actor, once) =>
      registerGift(deps, actor, once, given, { channel: 'donor', key }),
    );
    const [code, row] = await Promise.all([codeOfGift(deps, of, id, key), giftOf(deps, of, id)]);
    return c.json({ trackingCode: printedCode(code), gift: await donorView(deps, row) }, 201);
  });
  app.openapi(followRoute, async (c) => {
    await limited(deps, FOLLOWING, addressOf(c));
    const row = await giftByCode(deps, c.req.valid('param').code);
    const [view, trace] = await Promise.all([donorView(deps, row), deps.traceGift(row)]);
    return c.json({ ...view, trace }, 200);
  });
  app.openapi(consentRoute, async (c) => {
    const [{ code }, given] = [c.req.valid('param'), c.req.valid('json')];
    const view = await step(c, deps, { code, name: 'consent' }, (actor, once, id) =>
      answerByCode(deps, actor, once, id, given),
    );
    return c.json(view, 200);
  });
  app.openapi(withdrawRoute, async (c) => {
    const [{ code }, given] = [c.req.valid('param'), c.req.valid('json')];
    const view = await step(c, deps, { code, name: 'withdrawal' }, (actor, once, id) =>
      withdrawByCode(deps, actor, once, id, given),
    );
    return c.json(view, 200);
  });
};
