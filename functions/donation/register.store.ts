import { getItems, getPolicy, getSites, mainWarehouse } from '../catalogue/catalogue.store.ts';
import { type Action, insert } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { begun } from '../workflow/timeline.ts';
import { type Donation, donationRow } from './donation.ts';
import { noted } from './donor.ts';
import type { GiftBody } from './gift.ts';
import { contentOf, numbered } from './numbered.ts';
import { demandKnown, type Known, type Origin, registered } from './registering.ts';
import { hashOf, newSalt, type TrackingCode, trackingCode, trackingRow } from './tracking.ts';

/** Everything that a registration is held against. */
export const knownFor = async (deps: Deps, county: string, body: GiftBody, now: string): Promise<Known> => {
  const { goods = [], money, wish } = body;
  const placeId = body.placeId ?? (await mainWarehouse(deps, county));
  const named = goods.flatMap(({ itemId }) => (itemId === undefined ? [] : [itemId]));
  const [items, sites, { donation: policy }] = await Promise.all([
    getItems(deps, county, [...named, ...(money?.mayBuy ?? [])]),
    getSites(deps, county, [
      ...(wish.for.to === 'sites' ? wish.for.siteIds : []),
      ...(placeId === undefined ? [] : [placeId]),
    ]),
    getPolicy(deps, county),
  ]);
  return { items, sites, placeId, policy, now };
};

/** A gift that is about to be registered: its row, its donor and its code, and the actions that write the two last. */
export const giftMade = (
  deps: Deps,
  actor: Actor,
  body: GiftBody,
  known: Known,
  { channel, key, number }: Origin,
): { readonly gift: Omit<Donation, 'start' | 'attempt'>; readonly actions: readonly Action[] } => {
  const [{ county, sub }, { now }, salt] = [actor, known, newSalt()];
  const [id, donorId] = [deps.ids.next('gft'), deps.ids.next('dnr')];
  const codeHash = hashOf(trackingCode(county, key, salt));
  return {
    gift: registered(body, known, { county, id, donorId, channel, salt, codeHash, registeredBy: sub }),
    actions: [
      noted({ ...body.donor, county, id: donorId, note: body.note, at: now }),
      insert(trackingRow, { county, hash: codeHash, donationId: id }),
      ...(number === undefined ? [] : [numbered({ county, number, donationId: id, content: contentOf(body) })]),
    ],
  };
};

/**
 * Registers a gift of goods or money: the green channel screens it next. Returns its id; its code is `codeOf` that.
 *
 * @throws Problem 422 by field.
 */
export const registerGift = (deps: Deps, actor: Actor, once: Once, body: GiftBody, origin: Origin): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const known = await knownFor(deps, actor.county, body, now);
    demandKnown(body, known);
    const { gift, actions } = giftMade(deps, actor, body, known, origin);
    await commit(deps, {
      ...{ actor, now, once: { by: once, result: gift.id } },
      actions: [insert(donationRow, { ...gift, ...begun(now, now) }), ...actions],
      news: [
        {
          ...{ of: donationRow.keyOf({ ...gift, ...begun(now, now) }), version: 1, name: 'GiftRegistered' },
          data: {
            ...{ channel: gift.channel, lines: gift.lines.length, wish: gift.wish.for },
            ...(gift.money && { amountFen: gift.money.amountFen }),
          },
        },
      ],
    });
    return gift.id;
  });

/** @throws Problem 404 `unknown-gift`. */
export const giftOf = async (deps: Deps, county: string, id: string): Promise<Donation> => {
  const row = await get(deps, donationRow, keysOf(county).donation(id));
  if (row === undefined) throw notFound('gift', id);
  return row;
};

/**
 * The code that follows a gift, for whoever registered it under this key.
 *
 * @throws Problem 404 `unknown-gift`; 409 `code-replaced` where another follows it by now.
 */
export const codeOfGift = async (deps: Deps, county: string, id: string, key: string): Promise<TrackingCode> => {
  const { salt, codeHash } = await giftOf(deps, county, id);
  const code = trackingCode(county, key, salt);
  if (hashOf(code) !== codeHash)
    throw new Problem(409, 'code-replaced', {
      zh: `捐赠 ${id} 已登记，但查询码已更换，请使用新的查询码。`,
      en: `The gift ${id} is registered, and another code has replaced this one: use that.`,
    });
  return code;
};
