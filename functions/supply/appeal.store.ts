import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import { counted } from '../catalogue/item.ts';
import type { Tier } from '../catalogue/policy.ts';
import { keepsStock } from '../catalogue/site.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { invalid, notFound } from '../shared/problem.ts';
import type { AskedQuantity } from '../shared/quantity.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { begun } from '../workflow/timeline.ts';
import {
  type Appeal,
  type AppealBody,
  appealRow,
  type EndBody,
  endedBy,
  type PromiseBody,
  promised,
} from './appeal.ts';

/** A need line that goods are asked for, and its place in the order of those who need them. */
interface AppealedNeed {
  readonly requestId: string;
  readonly n: number;
  readonly askedBy: string;
  readonly tier: Tier;
}

/** @throws Problem 404 `unknown-appeal`. */
export const appealOf = async (deps: Deps, county: string, id: string): Promise<Appeal> => {
  const row = await get(deps, appealRow, keysOf(county).appeal(id));
  if (row === undefined) throw notFound('appeal', id);
  return row;
};

/** In base units. @throws Problem 422 by field. */
const amountOf = async (deps: Deps, county: string, itemId: string, asked: AskedQuantity): Promise<number> => {
  const item = (await getItems(deps, county, [itemId])).get(itemId);
  if (item === undefined) throw invalid('invalid', 'itemId', `There is no item ${itemId}.`);
  const amount = counted(item, asked, '');
  if (typeof amount !== 'number') throw invalid('invalid', amount.path, amount.message);
  return amount;
};

/** What those above are asked for: so many base units, where they are to be brought, and the letter. */
export interface Asking extends Pick<Appeal, 'itemId' | 'quantity' | 'placeId' | 'to' | 'document' | 'reason'> {
  readonly need?: AppealedNeed;
}

/** A new appeal, with what it takes of a transaction. */
interface Appealing {
  readonly id: string;
  readonly actions: readonly Action[];
  readonly news: readonly News[];
}

/**
 * Asks those above for goods, for a need line or for the pool: for whoever commits it, with more or alone.
 *
 * @throws Problem 422 `not-a-warehouse`.
 */
export const appealing = async (
  deps: Deps,
  { county, sub }: Actor,
  { need, ...asking }: Asking,
  now: string,
): Promise<Appealing> => {
  const { itemId, placeId, to, document, reason } = asking;
  const [places, policy] = await Promise.all([getSites(deps, county, [placeId]), getPolicy(deps, county)]);
  if (!keepsStock(places.get(placeId)))
    throw invalid('not-a-warehouse', 'placeId', {
      zh: `没有在用的仓库“${placeId}”。`,
      en: `There is no warehouse ${placeId} in use.`,
    });
  const row: Appeal = {
    ...{ county, id: deps.ids.next('apl'), version: 1, status: 'asked', reminders: 0 },
    ...begun(now, plusMinutes(now, policy.purchase.appealMinutes)),
    ...{ ...asking, askedBy: sub, arrivals: [], at: now, tier: need?.tier ?? 3 },
    ...(need !== undefined && { need: { requestId: need.requestId, n: need.n, askedBy: need.askedBy } }),
  };
  return {
    id: row.id,
    actions: [insert(appealRow, row)],
    news: [{ of: appealRow.keyOf(row), version: 1, name: 'GoodsAppealedFor', reason, data: { itemId, to, document } }],
  };
};

/** Asks those above for goods for the pool. Returns the appeal's id. @throws Problem 422 by field. */
export const askForPool = (deps: Deps, actor: Actor, once: Once, body: AppealBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { quantity: asked, unit, ...rest } = body;
    const quantity = await amountOf(deps, actor.county, body.itemId, { quantity: asked, unit });
    const { id, actions, news } = await appealing(deps, actor, { ...rest, quantity }, now);
    await commit(deps, { actor, now, actions, news, once: { by: once, result: id } });
    return id;
  });

/** The appeal in its next state, with what happened to it. */
const write = async (
  deps: Deps,
  { actor, once, now }: { readonly actor: Actor; readonly once: Once; readonly now: string },
  next: Appeal,
  news: Omit<News, 'of' | 'version'>,
): Promise<string> => {
  await commit(deps, {
    actor,
    now,
    actions: [replace(appealRow, next)],
    news: [{ of: appealRow.keyOf(next), version: next.version + 1, ...news }],
    once: { by: once, result: next.id },
  });
  return next.id;
};

/**
 * Those above have said what they send, and by when. Returns the appeal's id.
 *
 * @throws Problem 404 `unknown-appeal`; 409 `wrong-status`; 422 by field.
 */
export const promiseAppeal = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { quantity, unit, expectedAt, reference }: PromiseBody,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await appealOf(deps, actor.county, id);
    const amount = await amountOf(deps, actor.county, row.itemId, { quantity, unit });
    const given = { quantity: amount, expectedAt: new Date(expectedAt).toISOString(), reference };
    return write(deps, { actor, once, now }, promised(row, { ...given, by: actor.sub, at: now }, now), {
      name: 'GoodsPromised',
      data: given,
    });
  });

/**
 * Those above send nothing, or what is left of it is given up. Returns the appeal's id.
 *
 * @throws Problem 404 `unknown-appeal`; 409 `wrong-status`.
 */
export const endAppeal = (deps: Deps, actor: Actor, once: Once, id: string, { reason }: EndBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await appealOf(deps, actor.county, id);
    const next = endedBy(row, { by: actor.sub, at: now, reason }, now);
    return write(deps, { actor, once, now }, next, { name: 'AppealEnded', reason, data: { status: next.status } });
  });
