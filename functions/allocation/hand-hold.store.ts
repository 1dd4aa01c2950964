import { getItem, getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import { type Line, lineRow, openRow } from '../request/line.ts';
import { type Request, requestRow } from '../request/request.ts';
import { MAX_ACTIONS, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, getAll, ofType, partition } from '../shared/table.store.ts';
import { availableAt, balanceRow, holdDelta } from '../stock/balance.ts';
import { type HandHeld, type HandHoldBody, type HandReleaseBody, handHeld, handReleased } from './hand-hold.ts';

/** Which line of a request. */
export interface LineOf {
  readonly id: string;
  readonly n: number;
}

/** @throws Problem 404 `unknown-request` or `unknown-line`. */
const readLine = async (deps: Deps, county: string, { id, n }: LineOf): Promise<{ request: Request; line: Line }> => {
  const keys = keysOf(county);
  const [request, line] = await Promise.all([
    get(deps, requestRow, keys.request(id)),
    get(deps, lineRow, keys.requestLine(id, n)),
  ]);
  if (request === undefined) throw notFound('request', id);
  if (line === undefined) throw notFound('line', `${n} of ${id}`);
  return { request, line };
};

/** Every other line that an item's pointers lead to. */
const othersOf = async (deps: Deps, { county, itemId, id }: Line): Promise<Line[]> => {
  const keys = keysOf(county);
  const pointers = ofType(openRow, await partition(deps, keys.item(itemId).PK, 'OPEN#'));
  const wanted = pointers.filter(({ lineId }) => lineId !== id);
  return getAll(
    deps,
    lineRow,
    wanted.map(({ requestId, n }) => keys.requestLine(requestId, n)),
  );
};

type Command = Pick<Parameters<typeof commit>[1], 'actor' | 'now' | 'once'>;

/** The request for its event, the line, those that had to give goods, and the balances: with the event, one transaction. */
const write = async (
  deps: Deps,
  by: Command,
  request: Request,
  { line, deltas, others = [] }: Pick<HandHeld, 'line' | 'deltas'> & { readonly others?: readonly Line[] },
  news: Pick<News, 'name' | 'reason' | 'data'>,
): Promise<void> => {
  const { county, itemId } = line;
  await commit(deps, {
    ...by,
    actions: [
      replace(requestRow, request),
      replace(lineRow, line),
      ...others.map((other) => replace(lineRow, other)),
      ...deltas.map(({ held, ...place }) => holdDelta({ county, itemId, ...place }, held)),
    ],
    news: [{ of: requestRow.keyOf(request), version: request.version + 1, ...news }],
  });
};

/** The request, its line, event and marker. */
const ALWAYS = 4;

/**
 * A person promises goods of a lot to a line. The item is divided anew by whoever the stream wakes. Returns the
 * request's id.
 *
 * @throws Problem 404 `unknown-request`, `unknown-line`; 409 `too-many-holders`; and as the rule `handHeld` says.
 */
export const holdByHand = (deps: Deps, actor: Actor, once: Once, of: LineOf, body: HandHoldBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { county } = actor;
    const { request, line } = await readLine(deps, county, of);
    const { itemId, siteId } = line;
    const [item, site, policy, balance, others] = await Promise.all([
      getItem(deps, county, itemId),
      getSite(deps, county, siteId),
      getPolicy(deps, county),
      get(deps, balanceRow, availableAt({ county, itemId, lotId: body.lotId, placeId: body.placeId })),
      body.takeFrom ? othersOf(deps, line) : [],
    ]);
    const held = handHeld({ request, line, item, site, balance, others, policy, body, actor, now });
    const { lines: givers, releases } = held.taken;
    const most = MAX_ACTIONS - ALWAYS - held.deltas.length;
    if (givers.length > most)
      throw new Problem(
        409,
        'too-many-holders',
        `${givers.length} need lines would have to give goods back, and one promise takes from ${most}: promise less, then the rest.`,
      );
    await write(
      deps,
      { actor, now, once: { by: once, result: of.id } },
      request,
      { ...held, others: givers },
      {
        name: 'GoodsHeldByHand',
        reason: body.reason,
        data: { n: of.n, itemId, lotId: body.lotId, placeId: body.placeId, quantity: held.quantity, taken: releases },
      },
    );
    return of.id;
  });

/**
 * A person takes promises by hand back. Returns the request's id.
 *
 * @throws Problem 404 `unknown-request`, `unknown-line`; 403 and 409 as the rule `handReleased` says.
 */
export const releaseByHand = (
  deps: Deps,
  actor: Actor,
  once: Once,
  of: LineOf,
  body: HandReleaseBody,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { request, line } = await readLine(deps, actor.county, of);
    const { released, ...left } = handReleased(request, line, body, actor);
    await write(deps, { actor, now, once: { by: once, result: of.id } }, request, left, {
      name: 'HandHoldReleased',
      reason: body.reason,
      data: { n: of.n, itemId: line.itemId, released },
    });
    return of.id;
  });
