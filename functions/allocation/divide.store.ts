import { type Hold, type Line, lineRow, openRow, planned, short } from '../request/line.ts';
import { type Action, insert, MAX_ACTIONS, remove, replace, shift } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { retrying } from '../shared/retrying.ts';
import { availableAt, cleared } from '../stock/balance.ts';
import { type Apportionment, apportion } from './apportion.ts';
import { byPlace, type Chunk, chunksOf, type Wish } from './changes.ts';
import { advanced } from './head.ts';
import { type Rationale, rationaleOf, rationaleRow } from './rationale.ts';
import { readRows, readShelf } from './rows.store.ts';
import { placeKey, standingOf } from './standing.ts';
import { settleStops } from './stop-pick.store.ts';

/** Rationale parts in one transaction, which may weigh 4 MB. */
const MAX_PARTS = 8;

export interface Divided {
  /** The item's division counter after it, which picking checks; 0: it was never divided. */
  readonly division: number;
  /** Whether anything had to be written. */
  readonly changed: boolean;
  /** Settled, though these lines that were weighed lack something. */
  readonly lacking?: readonly Line[];
}

/**
 * Divides an item's stock among the need that counts, over the rows as they are now: reads what lies on its shelves and
 * who waits for it strongly, computes the apportionment and commits what changes, in transactions that each move `HEAD`
 * on. Takes away what nobody will read again: pointers to need that is over, balances that are exhausted. What the front
 * line then lacks is asked back of what is picked for others. Settled: nothing is written. Safe to call at any time, by
 * any number of callers, however often.
 *
 * @throws Stale when rivals kept it from finishing ten times over; what was committed until then is sound.
 */
export const divide = async (deps: Deps, county: string, itemId: string): Promise<Divided> => {
  let changed = false;
  return retrying(async () => {
    const now = deps.clock.now();
    const { head, exhausted, ...shelf } = await readShelf(deps, county, itemId);
    if (shelf.item === undefined || shelf.opens.length + exhausted.length === 0) return { division: head, changed };
    const rows = await readRows(deps, county, { ...shelf, item: shelf.item });
    const { input, lines, gone: over } = standingOf(rows, now);
    const gone = [...over.map((open) => remove(openRow.keyOf(open))), ...exhausted.map(cleared)];
    const answer = apportion(input);
    const counting = new Set(input.needs.map(({ lineId }) => lineId));
    const wishes = wishesOf(lines, answer, counting);
    if (wishes.length + gone.length === 0) {
      await settleStops(deps, rows, input, answer);
      const lacking = lines.filter((line) => counting.has(line.id) && line.status === 'open' && short(line) > 0);
      return { division: head, changed, ...(lacking.length > 0 && { lacking }) };
    }
    const { item, policy } = rows;
    const why = wishes.length > 0 ? rationaleOf({ division: head + 1, at: now, item, policy, input, answer }) : [];
    const free = new Map(
      rows.balances.flatMap((row) => (row.status === 'available' ? [[placeKey(row), row.free]] : [])),
    );
    // The rationale stands before a line points to it: a long one goes ahead, the rest of it with the first lines.
    const ahead = Math.floor(why.length / MAX_PARTS);
    const rest = why.slice(ahead * MAX_PARTS);
    const chunks = chunksOf(wishes, gone, free, head + 1, (n) => MAX_ACTIONS - 1 - (n === 0 ? rest.length : 0));
    const steps = [
      ...Array.from({ length: ahead }, (_, n) => parts(why.slice(n * MAX_PARTS, (n + 1) * MAX_PARTS))),
      ...chunks.map((chunk, n) => (division: number) => [
        ...(n === 0 ? parts(rest)() : []),
        ...writes(county, itemId, chunk, division),
      ]),
    ];
    for (const [n, step] of steps.entries()) {
      const actions = [advanced(county, itemId, head + n), ...step(head + n + 1)];
      await commit(deps, { actor: systemActor(county), now, actions, news: [] });
      changed = true;
    }
    await settleStops(deps, rows, input, answer);
    return { division: head + steps.length, changed };
  });
};

const parts = (rows: readonly Rationale[]) => (): Action[] => rows.map((row) => insert(rationaleRow, row));

const writes = (county: string, itemId: string, { lines, balances, gone }: Chunk, division: number): Action[] => [
  ...lines.map((line) => replace(lineRow, line)),
  ...balances.map(({ held, ...place }) =>
    shift(availableAt({ county, itemId, ...place }), { held, free: -held }, undefined, { division }),
  ),
  ...gone,
];

/** What each line shall hold, where that is not what it holds, or where nothing explains it yet. */
const wishesOf = (lines: readonly Line[], { grants }: Apportionment, counting: ReadonlySet<string>): Wish[] => {
  const byLine = Map.groupBy(grants, ({ lineId }) => lineId);
  return lines.flatMap((line): Wish[] => {
    const holds = (byLine.get(line.id) ?? []).map(({ lotId, placeId, quantity }) => ({ lotId, placeId, quantity }));
    const unexplained = line.status === 'open' && line.rationale === 0 && counting.has(line.id);
    return unexplained || !sameHolds(planned(line), holds) ? [{ line, holds, unexplained }] : [];
  });
};

const sameHolds = (a: readonly Hold[], b: readonly Hold[]): boolean => {
  const present = byPlace(a);
  return present.size === b.length && b.every((hold) => present.get(placeKey(hold))?.quantity === hold.quantity);
};
