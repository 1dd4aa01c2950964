import { isDeepStrictEqual } from 'node:util';
import { type Consignment, consignmentRow } from '../delivery/consignment.ts';
import { notify } from '../notices/notice.ts';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { retrying } from '../shared/retrying.ts';
import { get, patient } from '../shared/table.store.ts';
import { withOver } from '../workflow/timeline.ts';
import type { ApportionInput, Apportionment } from './apportion.ts';
import type { Rows } from './standing.ts';
import { pickedAfter, type Stop, stopsOver, stopWords } from './stop-pick.ts';

const askedOf = ({ stopPick = [] }: Consignment, itemId: string) => stopPick.find((one) => one.itemId === itemId);

/**
 * Brings what is asked back of consignments in picking into line with an item as it has just been divided: asks, asks
 * for another amount, or asks no more. Each consignment says what is asked, in a transaction of its own with the notice
 * to the storekeepers, so that both are there once. Where they say so already, nothing is written.
 */
export const settleStops = async (
  deps: Deps,
  rows: Rows,
  input: ApportionInput,
  answer: Apportionment,
): Promise<void> => {
  const { item } = rows;
  const ids = [...pickedAfter(rows.lines)];
  if (ids.length === 0) return;
  const keyOf = keysOf(item.county).consignment;
  // One that cannot be read is somebody’s to mend; it must not stop the division of an item.
  const consignments = await patient(deps).getAll(consignmentRow, ids.map(keyOf));
  const stops = stopsOver({ ...rows, input, answer, consignments });
  for (const consignment of consignments) await ask(deps, rows, consignment.id, stops.get(consignment.id));
};

const sameAsked = (before: ReturnType<typeof askedOf>, stop: Stop | undefined): boolean => {
  if (before === undefined || stop === undefined) return before === stop;
  const { noticeId: _, ...rest } = before;
  return isDeepStrictEqual(rest, stop);
};

/** One that has left, or was called off, is asked nothing: whoever moved it has seen to its notices. */
const ask = (deps: Deps, { item, sites }: Rows, id: string, stop: Stop | undefined): Promise<void> =>
  retrying(async () => {
    const { county } = item;
    const now = deps.clock.now();
    const consignment = await get(deps, consignmentRow, keysOf(county).consignment(id));
    if (consignment?.status !== 'picking') return;
    const before = askedOf(consignment, item.id);
    if (sameAsked(before, stop)) return;
    const actor = systemActor(county);
    const noticeId = before?.noticeId ?? deps.ids.next('not');
    const rest = (consignment.stopPick ?? []).filter(({ itemId }) => itemId !== item.id);
    const next = { ...consignment, stopPick: stop === undefined ? rest : [...rest, { ...stop, noticeId }] };
    const names = new Map(sites.map((site) => [site.id, site]));
    const about = { kind: 'consignment', id };
    const telling = { county, id: noticeId, about, dueAt: consignment.dueAt, at: now };
    await commit(deps, {
      actor,
      now,
      actions: [
        replace(consignmentRow, stop === undefined ? withOver(next, [noticeId], now) : next),
        ...(stop !== undefined && before === undefined
          ? [notify({ role: 'storekeeper' }, { ...telling, ...stopWords(consignment, stop, item, names) })]
          : []),
      ],
      news: [
        {
          of: consignmentRow.keyOf(consignment),
          version: consignment.version + 1,
          ...(stop === undefined
            ? { name: 'StopPickWithdrawn', data: { itemId: item.id } }
            : { name: 'StopPickAsked', data: { ...stop } }),
        },
      ],
    });
  });
