import type { PageOf } from '../catalogue/catalogue.store.ts';
import { issueSize } from '../catalogue/item.ts';
import { lineRow } from '../request/line.ts';
import { insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, indexPage, ofType, type Page } from '../shared/table.store.ts';
import { isLarge } from './adjustment.ts';
import { takenOff } from './balance.ts';
import {
  type Disposal,
  type DisposalBody,
  disposalFaults,
  disposalRow,
  MAX_GIVING_BACK,
  mayDisposeOfMuch,
} from './disposal.ts';
import { givenBackFor } from './give-back.store.ts';
import { usableAt } from './lot.ts';
import { getLot, type LotAt, lotAt, movementsOfLot } from './lot-shelves.store.ts';
import { record } from './movement.ts';
import { changeFaults, keepersOf } from './status-change.ts';

/**
 * Records that goods are no more: condemned ones, or such as are past their last day of use. Returns the disposal's id.
 *
 * @throws Problem 404 `unknown-lot`; 422 by field; 403 `large-disposal`, `same-person`; 409 `condemn-first`, `more-than-on-hand`,
 * `in-picking` with consignments and numbers, `too-many-holders`.
 */
export const disposeOf = (deps: Deps, actor: Actor, once: Once, body: DisposalBody): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const { lotId, placeId, status, reason, method, evidence, witness, note } = body;
    const now = deps.clock.now();
    const { useBy } = await getLot(deps, county, lotId);
    const isExpired = !usableAt(useBy, now);
    const faults = [...changeFaults(body), ...disposalFaults(body, { isExpired })];
    const { item, shelves, balance, amount } = await lotAt(deps, county, lotId, body, status, faults);
    if (status !== 'condemned' && !isExpired)
      throw new Problem(
        409,
        'condemn-first',
        `These goods can still be used: condemn them first, then dispose of them.`,
        [
          {
            path: 'status',
            message: `They are ${status}, and ${useBy === undefined ? 'do not expire' : `keep until ${useBy}`}.`,
          },
        ],
      );
    if (isLarge(amount, onHandOf(shelves), issueSize(item)) && !mayDisposeOfMuch(actor))
      throw new Problem(
        403,
        'large-disposal',
        `${amount} ${item.baseUnit} are much at once: an approver or headquarters records this.`,
      );
    if (!actor.roles.includes('headquarters') && (await hasCondemned(deps, actor, lotId, placeId)))
      throw new Problem(
        403,
        'same-person',
        'Whoever condemned goods does not record that they are gone: somebody else, or headquarters, does.',
      );
    const leaving = { path: 'quantity', become: 'disposed of', most: MAX_GIVING_BACK };
    const back = await givenBackFor(deps, item, balance, amount, leaving);
    const row: Disposal = {
      ...{ county, id: deps.ids.next('dis'), version: 1, itemId: item.id, lotId, placeId, status, quantity: amount },
      ...{ reason, method, evidence, witness, note, released: [...back.releases], at: now, by: actor.sub },
    };
    await commit(deps, {
      actor,
      now,
      actions: [
        insert(disposalRow, row),
        takenOff(balance, amount, back.quantity),
        record({
          ...{ county, id: deps.ids.next('mov'), lotId, itemId: item.id, kind: 'disposed', placeId },
          ...{ effects: { onHand: -amount, disposed: amount }, shelves: { [status]: -amount } },
          ...{ document: row.id, reason, at: now, by: row.by },
        }),
        ...back.lines.map((line) => replace(lineRow, line)),
      ],
      news: [
        {
          of: disposalRow.keyOf(row),
          version: 1,
          name: 'StockDisposed',
          reason: note ?? reason,
          data: { lotId, placeId, quantity: amount, method, evidence, witness },
        },
      ],
      once: { by: once, result: row.id },
    });
    return row.id;
  });

/** Whether this person put some of what lies there condemned onto that shelf. */
const hasCondemned = async (deps: Deps, { county, sub }: Actor, lotId: string, placeId: string): Promise<boolean> =>
  keepersOf(await movementsOfLot(deps, county, lotId), placeId, 'condemned').has(sub);

/** What the lot has at the place in all: what is much is much of that. */
const onHandOf = (shelves: LotAt['shelves']): number =>
  [...shelves.values()].reduce((sum, { onHand }) => sum + onHand, 0);

/** Disposals, the newest first. */
export const listDisposals = async (deps: Deps, county: string, page: PageOf): Promise<Page<Disposal>> => {
  const at = keysOf(county).queue('disposals');
  const { rows, cursor } = await indexPage(deps, { index: 'GSI1', at, ...page, newestFirst: true });
  return { rows: ofType(disposalRow, rows), cursor };
};

/** @throws Problem 404 */
export const viewDisposal = async (deps: Deps, county: string, id: string): Promise<Disposal> => {
  const row = await get(deps, disposalRow, keysOf(county).disposal(id));
  if (row === undefined) throw notFound('disposal', id);
  return row;
};
