import { type Line, lineRow, openOf, openRow } from '../request/line.ts';
import { recounted } from '../request/recount.ts';
import { requestRow } from '../request/request.ts';
import { type Action, check, insert, MAX_ACTIONS, replace } from '../shared/actions.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { invalid, notFound } from '../shared/problem.ts';
import type { Said } from '../shared/reason.ts';
import { get, ofType, partition } from '../shared/table.store.ts';
import { holdDelta, type Place } from '../stock/balance.ts';

/** How much more or less a need line has received than was booked, in base units. */
export interface Delta {
  readonly requestId: string;
  readonly n: number;
  readonly delta: number;
}

interface Writes {
  readonly actions: readonly Action[];
  readonly news: readonly News[];
}

/** The line's pointer must be there: put back where an apportionment has taken it away, kept from being taken otherwise. */
const pointing = async (deps: Deps, line: Line): Promise<Action> => {
  const open = openOf(line);
  const there = await get(deps, openRow, openRow.keyOf(open));
  return there === undefined ? insert(openRow, open) : check(openRow.keyOf(open), 'lineId', line.id);
};

const merged = (places: readonly (Place & { readonly quantity: number })[]): (Place & { quantity: number })[] => {
  const by = new Map<string, Place & { quantity: number }>();
  for (const place of places) {
    const key = `${place.itemId} ${place.lotId} ${place.placeId}`;
    by.set(key, { ...place, quantity: place.quantity + (by.get(key)?.quantity ?? 0) });
  }
  return [...by.values()];
};

const ofRequest = async (
  deps: Deps,
  county: string,
  requestId: string,
  deltas: ReadonlyMap<number, number>,
  { unitOf, reason, now }: { unitOf: (itemId: string) => number; reason: string; now: string },
) => {
  const key = keysOf(county).request(requestId);
  const [request, rows] = await Promise.all([get(deps, requestRow, key), partition(deps, key.PK, 'LINE#')]);
  if (request === undefined) throw notFound('request', requestId);
  const lines = ofType(lineRow, rows);
  const next = recounted(request, lines, deltas, unitOf, now);
  const wasOpen = new Set(lines.filter(({ status }) => status === 'open').map(({ n }) => n));
  const opening = next.lines.filter(({ n, status }) => status === 'open' && !wasOpen.has(n));
  const pointers = await Promise.all(opening.map((line) => pointing(deps, line)));
  const name = next.request?.status === 'approved' ? 'RequestReopened' : 'RequestClosed';
  return {
    actions: [
      ...next.lines.map((line) => replace(lineRow, line)),
      ...pointers,
      ...(next.request === undefined ? [] : [replace(requestRow, next.request)]),
    ],
    news: next.request === undefined ? [] : [{ of: key, version: request.version + 1, name, reason }],
    givenBack: next.givenBack,
  };
};

/**
 * What follows for need lines, and for the requests they are of, when more or less has reached them than was booked:
 * to be committed with whatever brought that to light.
 */
export const recountOf = async (
  deps: Deps,
  county: string,
  deltas: readonly Delta[],
  by: { readonly unitOf: (itemId: string) => number; readonly reason: string; readonly now: string },
): Promise<Writes> => {
  const requests = Map.groupBy(
    deltas.filter(({ delta }) => delta !== 0),
    ({ requestId }) => requestId,
  );
  const all = await Promise.all(
    [...requests].map(([id, of]) => ofRequest(deps, county, id, new Map(of.map(({ n, delta }) => [n, delta])), by)),
  );
  return {
    actions: [
      ...all.flatMap(({ actions }) => actions),
      ...merged(all.flatMap(({ givenBack }) => givenBack)).map(({ quantity, ...place }) => holdDelta(place, -quantity)),
    ],
    news: all.flatMap(({ news }) => news),
  };
};

/** Room for events of the requests that a recount opens or closes, for the command's own, and for its marker. */
const NEWS = 26;

/** Of several lines fewer can be sent; what alone is too much can be sent in two halves. */
const tooMuch = (lines: number): Said =>
  lines > 1
    ? {
        zh: `这 ${lines} 行牵连的需求和货位太多，一次办不完；请分几次，每次少报几行。`,
        en: `Too many needs and shelves hang on these ${lines} lines: send fewer at once.`,
      }
    : {
        zh: '这一行牵连的需求和货位太多，一次办不完；请先报一部分数量，再报其余。',
        en: 'Too many needs and shelves hang on this one line: send part of its quantity first, and then the rest.',
      };

/**
 * The actions, if one transaction holds them: how many needs and shelves stand behind a line is not for the sender to see.
 * `lines`: as many as were sent under `path`.
 *
 * @throws Problem 422 `too-much-at-once`.
 */
export const fitting = (actions: readonly Action[], path: string, lines: number): readonly Action[] => {
  if (actions.length + NEWS > MAX_ACTIONS) throw invalid('too-much-at-once', path, tooMuch(lines));
  return actions;
};
