import { settledNotices } from '../notices/settle.store.ts';
import { lineRow } from '../request/line.ts';
import { insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { MAX_QUANTITY } from '../shared/quantity.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { type Balance, putOn, type StockStatus, takenOff } from './balance.ts';
import { givenBackFor } from './give-back.store.ts';
import type { Lot } from './lot.ts';
import { lotAt, movementsOfLot, shelvesOf } from './lot-shelves.store.ts';
import { record } from './movement.ts';
import { recallOf } from './recall.store.ts';
import { notRecalled } from './recall.ts';
import { releaseNoticeId } from './recall-words.ts';
import {
  ACTS,
  type Act,
  changeFaults,
  keepersOf,
  MAX_GIVING_BACK,
  type StatusChange,
  type StatusChangeBody,
  statusChangeRow,
} from './status-change.ts';

/**
 * Goods of a lot become another status where they lie. Those that become unusable and were planned for somebody are given
 * back to the pool in the same transaction, weakest claim first. Returns the change's id.
 *
 * @throws Problem 404 `unknown-lot`; 422 by field; 409 `more-than-on-hand`, `in-picking` with consignments and numbers,
 * `too-many-holders`, `lot-recalled` when they are to be released; 403 `same-person` when whoever set them apart would
 * release them.
 */
export const changeStatus = (
  deps: Deps,
  actor: Actor,
  once: Once,
  of: { readonly act: Act; readonly lotId: string; readonly from: StockStatus },
  body: StatusChangeBody,
): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const { act, lotId, from } = of;
    const { to, kind, event, become } = ACTS[act];
    const { placeId, reason, note } = body;
    const { lot, item, shelves, balance, amount } = await lotAt(deps, county, lotId, body, from, changeFaults(body));
    const target = shelves.get(to);
    if ((target?.onHand ?? 0) + amount > MAX_QUANTITY)
      throw new Problem(422, 'invalid', 'No shelf holds so much.', [
        { path: 'quantity', message: `No shelf holds more than ${MAX_QUANTITY}.` },
      ]);
    if (act === 'release') await demandSecondPerson(deps, actor, lotId, placeId);
    const at = deps.clock.now();
    const over = await lastOfQuarantine(deps, actor, lot, balance, amount, at);
    const back = await givenBackFor(deps, item, balance, amount, { path: 'quantity', become, most: MAX_GIVING_BACK });
    const row: StatusChange = {
      ...{ county, id: deps.ids.next('sta'), version: 1, act, itemId: item.id, lotId, placeId, from, to },
      ...{ quantity: amount, reason, note, released: [...back.releases], at, by: actor.sub },
    };
    await commit(deps, {
      actor,
      now: row.at,
      actions: [
        insert(statusChangeRow, row),
        takenOff(balance, amount, back.quantity),
        putOn(lot, { placeId, status: to }, target, amount),
        ...(act === 'release' ? [notRecalled(county, lotId)] : []),
        record({
          ...{ county, id: deps.ids.next('mov'), lotId, itemId: item.id, kind, placeId, effects: {} },
          ...{ shelves: { [from]: -amount, [to]: amount }, document: row.id, reason, at: row.at, by: row.by },
        }),
        ...back.lines.map((line) => replace(lineRow, line)),
        ...over.actions,
      ],
      news: [
        {
          of: statusChangeRow.keyOf(row),
          version: 1,
          name: event,
          reason: note ?? reason,
          data: { lotId, placeId, from, quantity: amount, released: row.released },
        },
        ...over.news,
      ],
      once: { by: once, result: row.id },
    });
    return row.id;
  });

/** The notice that asked to release a lot whose recall was lifted is over, once nothing of it is set apart any more. */
const lastOfQuarantine = async (
  deps: Deps,
  actor: Actor,
  lot: Lot,
  { status, placeId }: Balance,
  amount: number,
  now: string,
): Promise<Awaited<ReturnType<typeof settledNotices>>> => {
  const recall = status === 'quarantined' ? await recallOf(deps, lot.county, lot.id) : undefined;
  const shelves = recall?.lifted === undefined ? [] : await shelvesOf(deps, lot);
  const isLeft = shelves.some(
    (shelf) => shelf.status === 'quarantined' && shelf.onHand > (shelf.placeId === placeId ? amount : 0),
  );
  return settledNotices(deps, actor, recall?.lifted === undefined || isLeft ? [] : [releaseNoticeId(recall)], now);
};

const demandSecondPerson = async (
  deps: Deps,
  { county, sub }: Actor,
  lotId: string,
  placeId: string,
): Promise<void> => {
  if (keepersOf(await movementsOfLot(deps, county, lotId), placeId, 'quarantined').has(sub))
    throw new Problem(
      403,
      'same-person',
      'Whoever set goods apart does not release them: a second person looks at them.',
    );
};

/** @throws Problem 404 */
export const viewStatusChange = async (deps: Deps, county: string, id: string): Promise<StatusChange> => {
  const row = await get(deps, statusChangeRow, keysOf(county).statusChange(id));
  if (row === undefined) throw notFound('status-change', id);
  return row;
};
