import type { z } from 'zod';
import { getItem, getPolicy } from '../catalogue/catalogue.store.ts';
import { notifyAll } from '../notices/notice.ts';
import { toSource } from '../purchase/notices.ts';
import { buyable } from '../purchase/opening.store.ts';
import { boughtOf, opened, withAnother } from '../purchase/opening.ts';
import { purchaseRow } from '../purchase/purchase.ts';
import type { CloseShortBody } from '../request/close-short.ts';
import { type Line, lineIdOf, lineRow, MAX_PURCHASES, short, waitedEnough } from '../request/line.ts';
import { type Request, requestRow } from '../request/request.ts';
import { insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { invalid, notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { asking } from '../workflow/timeline.ts';
import { appealing } from './appeal.store.ts';
import { deciding, settleGap } from './gap.store.ts';
import { type Sought, soughtFor } from './sought.store.ts';
import { demandShort, type SupplyBody, type supplyView } from './supply.ts';

type Buying = Extract<SupplyBody, { decision: 'buy' }>;
type AskingAbove = Extract<SupplyBody, { decision: 'ask-above' }>;
type Waiting = Extract<SupplyBody, { decision: 'wait' }>;

/** A need line, by its request and its number in it. */
export interface LineAt {
  readonly id: string;
  readonly n: number;
}

/** What another capability does about a shortfall, handed in by whoever composes the two. Returns the request's id. */
export interface Supplying {
  readonly closeShort: (actor: Actor, once: Once, requestId: string, body: CloseShortBody) => Promise<string>;
}

/** @throws Problem 404 `unknown-request` or `unknown-line`. */
const readLine = async (
  deps: Deps,
  county: string,
  { id, n }: LineAt,
): Promise<{ readonly request: Request; readonly line: Line }> => {
  const keys = keysOf(county);
  const [request, line] = await Promise.all([
    get(deps, requestRow, keys.request(id)),
    get(deps, lineRow, keys.requestLine(id, n)),
  ]);
  if (request === undefined) throw notFound('request', id);
  if (line === undefined) throw notFound('line', `${n} of ${id}`);
  return { request, line };
};

const NOTHING_SOUGHT: Sought = { purchases: [], appeals: [], bought: 0, above: 0 };

/** What is sought for a line already, bought or asked of those above, and what of its shortfall nobody brings yet. */
const lackingOf = async (deps: Deps, county: string, line: Line) => {
  const [{ purchases, appeals, bought, above } = NOTHING_SOUGHT] = await soughtFor(deps, county, [line]);
  return {
    purchases,
    appeals: appeals.map(({ id }) => id),
    lacking: {
      ...{ quantity: Math.max(0, short(line) - bought - above), bounds: true },
      why: {
        zh: `第 ${line.n} 项尚缺 ${short(line)}，正在采购 ${bought}，已请求上级下拨 ${above}（均为基本单位）。`,
        en: `line ${line.n} is short of ${short(line)}; ${bought} are being bought for it and ${above} asked of those above.`,
      },
    },
  };
};

/**
 * Opens a purchase for what a line lacks and nobody brings. The line remembers it, so that two who decide at once do not
 * buy it twice.
 */
const buy = (deps: Deps, actor: Actor, once: Once, at: LineAt, body: Buying): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const now = deps.clock.now();
    const { request, line } = await readLine(deps, county, at);
    demandShort(request, line);
    const { itemId, tier, needBy } = line;
    const [{ item, fundId }, policy, { purchases, lacking }] = await Promise.all([
      buyable(deps, county, { ...body, itemId }, line),
      getPolicy(deps, county),
      lackingOf(deps, county, line),
    ]);
    const quantity = boughtOf(item, body, lacking);
    const gap = await deciding(deps, line, lacking.quantity - quantity, now);
    const id = deps.ids.next('pur');
    const need = { requestId: request.id, n: line.n, askedBy: request.askedBy };
    const { placeId, reason } = body;
    const of = { county, id, tier, needBy, itemId, quantity, reason, placeId, fundId, need, askedBy: actor.sub };
    const purchase = opened(of, policy, now);
    const told = notifyAll(deps.ids, { county, at: now }, [toSource(purchase, item)]);
    await commit(deps, {
      actor,
      now,
      actions: [
        insert(purchaseRow, asking(purchase, told.asking, now)),
        replace(lineRow, { ...waitedEnough(line), purchases: withAnother(purchases, id) }),
        ...gap.actions,
        ...told.actions,
      ],
      news: [
        {
          ...{ of: purchaseRow.keyOf(purchase), version: 1, name: 'PurchaseOpened', reason },
          data: { itemId, quantity, need: { requestId: request.id, n: line.n } },
        },
        ...gap.news,
      ],
      once: { by: once, result: id },
    });
    return id;
  });

/** Those above are asked for what a line lacks and nobody brings, or for some of it. */
const above = (deps: Deps, actor: Actor, once: Once, at: LineAt, body: AskingAbove): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const now = deps.clock.now();
    const { request, line } = await readLine(deps, county, at);
    demandShort(request, line);
    const [item, { appeals, lacking }] = await Promise.all([
      getItem(deps, county, line.itemId),
      lackingOf(deps, county, line),
    ]);
    const quantity = boughtOf(item, body, lacking);
    const gap = await deciding(deps, line, lacking.quantity - quantity, now);
    if (appeals.length === MAX_PURCHASES)
      throw new Problem(409, 'too-many-appeals', `${appeals.length} appeals for this are open: wait for one of them.`);
    const { placeId, to, document, reason } = body;
    const { id, actions, news } = await appealing(
      deps,
      actor,
      {
        ...{ itemId: line.itemId, quantity, placeId, to, document, reason },
        need: { requestId: request.id, n: line.n, tier: line.tier, askedBy: request.askedBy },
      },
      now,
    );
    await commit(deps, {
      ...{ actor, now, news: [...news, ...gap.news], once: { by: once, result: id } },
      actions: [...actions, replace(lineRow, { ...waitedEnough(line), appeals: [...appeals, id] }), ...gap.actions],
    });
    return id;
  });

/** What is short is left to wait until then, with a reason. Unless it has been met by then, it is undecided again. */
const wait = (deps: Deps, actor: Actor, once: Once, at: LineAt, { until, reason }: Waiting): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { request, line } = await readLine(deps, actor.county, at);
    demandShort(request, line);
    const then = new Date(until).toISOString();
    if (then <= now) throw invalid('past-until', 'until', 'Until some time that is yet to come.');
    const gap = await deciding(deps, line, 0, now);
    await commit(deps, {
      actor,
      now,
      actions: [
        replace(requestRow, request),
        replace(lineRow, { ...line, waits: { by: actor.sub, at: now, reason, until: then } }),
        ...gap.actions,
      ],
      news: [
        {
          ...{ of: requestRow.keyOf(request), version: request.version + 1, name: 'ShortfallLeftToWait', reason },
          data: { n: line.n, short: short(line), until: then },
        },
        ...gap.news,
      ],
      once: { by: once, result: request.id },
    });
    return request.id;
  });

/**
 * Decides what becomes of what the pool cannot meet of an approved line: it is bought, asked of those above, left to
 * wait, or given up. Returns the id of the purchase, the appeal or the request.
 *
 * @throws Problem 404 `unknown-request` or `unknown-line`; 409 `wrong-status`, `nothing-short`, `nothing-lacking`; 403
 * `wrong-role` for whoever may not give it up; 422 by field.
 */
export const decideSupply = async (
  deps: Deps & Supplying,
  actor: Actor,
  once: Once,
  at: LineAt,
  body: SupplyBody,
): Promise<string> => {
  switch (body.decision) {
    case 'buy':
      return buy(deps, actor, once, at, body);
    case 'wait':
      return wait(deps, actor, once, at, body);
    case 'close-short': {
      if (!actor.roles.some((role) => role === 'approver' || role === 'headquarters'))
        throw new Problem(403, 'wrong-role', 'Giving need up takes one of the roles approver, headquarters.');
      const closed = await deps.closeShort(actor, once, at.id, { reason: body.reason, lines: [at.n] });
      await settleGap(deps, actor, lineIdOf({ requestId: at.id, n: at.n }));
      return closed;
    }
    default:
      return above(deps, actor, once, at, body);
  }
};

/** What came of a decision, by the id that it returned. */
export const suppliedAs = async (
  deps: Deps,
  county: string,
  at: LineAt,
  made: string,
): Promise<z.infer<typeof supplyView>> => {
  const { line } = await readLine(deps, county, at);
  return {
    ...{ requestId: at.id, n: at.n, short: line.status === 'open' ? short(line) : 0 },
    ...(made.startsWith('pur_') && { purchaseId: made }),
    ...(made.startsWith('apl_') && { appealId: made }),
  };
};
