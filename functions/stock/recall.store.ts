import { advanced, headRow } from '../allocation/head.ts';
import { getItem, getSites } from '../catalogue/catalogue.store.ts';
import { type Item, issueSize } from '../catalogue/item.ts';
import { notify } from '../notices/notice.ts';
import { settledNotices } from '../notices/settle.store.ts';
import { type Line, lineRow } from '../request/line.ts';
import { type Action, insert, MAX_ACTIONS, replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { inPicking, released } from './adjustment.ts';
import { type Balance, emptied, putOn, takenOff, withhold } from './balance.ts';
import { openLinesOf, pickingWords } from './give-back.store.ts';
import type { Lot } from './lot.ts';
import { getLot, shelvesOf } from './lot-shelves.store.ts';
import { record } from './movement.ts';
import { type Recall, type RecallBody, recallRow } from './recall.ts';
import { releaseNotice, releaseNoticeId } from './recall-words.ts';

/** Recall, event and idempotency marker; the notice that an earlier recall left, and its event. */
const ALWAYS = 5;

/** The present recall of a lot, the last one, or none. */
export const recallOf = (deps: Deps, county: string, lotId: string): Promise<Recall | undefined> =>
  get(deps, recallRow, keysOf(county).recall(lotId));

/** Goods of a lot for use, as they were read, and who is promised them. */
export interface InUse {
  readonly lot: Lot;
  readonly item: Item;
  /** Those that hold something. */
  readonly shelves: readonly Balance[];
  readonly set: readonly Balance[];
  readonly lines: readonly Line[];
}

/** Reads strongly what of a lot is on shelves for use, and the need lines that may hold it. */
export const inUse = async (deps: Deps, lot: Lot): Promise<InUse> => {
  const [item, all] = await Promise.all([getItem(deps, lot.county, lot.itemId), shelvesOf(deps, lot)]);
  const shelves = all.filter(({ status, onHand }) => status === 'available' && onHand > 0);
  const lines = shelves.some(({ held }) => held > 0) ? await openLinesOf(deps, lot) : [];
  return { lot, item, shelves, set: all.filter(({ status }) => status === 'quarantined'), lines };
};

/** Who picks goods of a lot, over all shelves. */
export const pickers = ({ shelves, lines }: Pick<InUse, 'shelves' | 'lines'>): Map<string, number> => {
  const by = new Map<string, number>();
  for (const [id, quantity] of shelves.flatMap((shelf) => [...inPicking(lines, shelf)]))
    by.set(id, (by.get(id) ?? 0) + quantity);
  return by;
};

/** Goods that leave a shelf for use, and the lines that give some of them back. */
interface Going {
  readonly shelf: Balance;
  readonly amount: number;
  readonly back: number;
  readonly lines: readonly Line[];
}

/**
 * What leaves each shelf when at most `most` lines give goods back: what is free, and what they were promised, weakest
 * claim first. Goods in picking stay.
 */
export const going = ({ item, shelves, lines }: InUse, most: number): Going[] => {
  const now = new Map(lines.map((line) => [line.id, line]));
  const touched = new Set<string>();
  return shelves.flatMap((shelf): Going[] => {
    const claims = [...now.values()];
    const all = released(claims, shelf, issueSize(item), shelf.held);
    const some = all.lines.filter(({ id }) => {
      const fits = touched.has(id) || touched.size < most;
      if (fits) touched.add(id);
      return fits;
    });
    for (const line of some) now.set(line.id, line);
    const back = all.releases.reduce(
      (sum, { lineId, quantity }) => (some.some(({ id }) => id === lineId) ? sum + quantity : sum),
      0,
    );
    const amount = shelf.free + back;
    return amount === 0 ? [] : [{ shelf, amount, back, lines: some }];
  });
};

/** The actions by which goods are set apart under a recall: of each shelf three, and one a line that gives some back. */
export const setApart = (
  deps: Deps,
  { lot, set }: Pick<InUse, 'lot' | 'set'>,
  all: readonly Going[],
  { id, reason, by }: Pick<Recall, 'id' | 'reason' | 'by'>,
  at: string,
): Action[] => {
  const lines = new Map(all.flatMap((one) => one.lines.map((line) => [line.id, line] as const)));
  return [
    ...all.flatMap(({ shelf, amount, back }) => [
      amount === shelf.onHand ? emptied(shelf, back) : takenOff(shelf, amount, back),
      putOn(
        lot,
        { placeId: shelf.placeId, status: 'quarantined' },
        set.find(({ placeId }) => placeId === shelf.placeId),
        amount,
      ),
      record({
        ...{ county: lot.county, id: deps.ids.next('mov'), lotId: lot.id, itemId: lot.itemId, kind: 'recalled' },
        ...{ placeId: shelf.placeId, effects: {}, shelves: { available: -amount, quarantined: amount } },
        ...{ document: id, reason, at, by },
      }),
    ]),
    ...[...lines.values()].map((line) => replace(lineRow, line)),
  ];
};

/**
 * Recalls a lot: from this transaction on nothing of it is for use. Everything on shelves for use is set apart, planned
 * goods given back. Where more need lines are promised it than fit, the shelves are withheld instead, and the division
 * counter moved on: no picking that began to look before can commit, and every later one divides first, which takes the
 * goods back. What is withheld is then set apart part by part, by `carryOut`. Returns the recall's id.
 *
 * @throws Problem 404 `unknown-lot`; 409 `already-recalled`, `in-picking` with consignments and numbers.
 */
export const recallLot = (deps: Deps, actor: Actor, once: Once, lotId: string, body: RecallBody): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const lot = await getLot(deps, county, lotId);
    const [before, use, head] = await Promise.all([
      recallOf(deps, county, lotId),
      inUse(deps, lot),
      get(deps, headRow, keysOf(county).head(lot.itemId)),
    ]);
    refuse(lotId, before, use);
    const now = deps.clock.now();
    const row: Recall = {
      ...{ county, id: deps.ids.next('rcl'), version: before?.version ?? 1, lotId, itemId: lot.itemId },
      ...{ active: true, reason: body.reason, note: body.note, at: now, by: actor.sub, owed: now },
    };
    const all = going(use, Number.POSITIVE_INFINITY);
    const isAll = use.shelves.every((shelf) => all.some((one) => one.shelf === shelf && one.amount === shelf.onHand));
    // Read before its holders: somebody has planned with it since.
    if (!isAll) throw new Stale();
    const moves = setApart(deps, use, all, row, now);
    const fits = moves.length + ALWAYS <= MAX_ACTIONS;
    const over = await settledNotices(deps, actor, before === undefined ? [] : [releaseNoticeId(before)], now);
    const withheld = () => [...use.shelves.map(withhold), advanced(county, lot.itemId, head?.division ?? 0)];
    await commit(deps, {
      actor,
      now,
      actions: [
        before === undefined ? insert(recallRow, row) : replace(recallRow, row),
        ...(fits ? moves : withheld()),
        ...over.actions,
      ],
      news: [
        {
          of: recallRow.keyOf(row),
          version: before === undefined ? 1 : before.version + 1,
          name: 'LotRecalled',
          reason: body.note ?? body.reason,
          data: { recall: row.id, places: use.shelves.map(({ placeId, onHand }) => ({ placeId, quantity: onHand })) },
        },
        ...over.news,
      ],
      once: { by: once, result: row.id },
    });
    return row.id;
  });

const refuse = (lotId: string, before: Recall | undefined, use: InUse): void => {
  if (before?.active === true)
    throw new Problem(409, 'already-recalled', `${lotId} is recalled already, as ${before.id}.`);
  const picked = pickers(use);
  if (picked.size > 0)
    throw new Problem(
      409,
      'in-picking',
      'Some of it is in picking. Cancel these consignments first, then recall the lot.',
      pickingWords(picked).map((message) => ({ path: '', message })),
    );
};

/** The stock room hears that what was set apart may be released; nobody, where nothing is set apart any more. */
const toRelease = async (deps: Deps, recall: Recall, use: InUse, now: string): Promise<Action[]> => {
  const set = use.set.filter(({ onHand }) => onHand > 0);
  if (set.length === 0) return [];
  const placeIds = set.map(({ placeId }) => placeId);
  const sites = await getSites(deps, recall.county, placeIds);
  return [notify({ role: 'storekeeper' }, releaseNotice(recall, { ...use, set }, sites, now))];
};

/**
 * Headquarters lifts a recall: what was set apart may be released by whoever did not set it apart, and the stock room is
 * told so; the sites that were told of the recall are told this too.
 *
 * @throws Problem 404 `unknown-lot`, `unknown-recall`; 409 `not-recalled`, `still-moving`.
 */
export const liftRecall = (deps: Deps, actor: Actor, once: Once, lotId: string, reason: string): Promise<string> =>
  retrying(async () => {
    const { county } = actor;
    const lot = await getLot(deps, county, lotId);
    const [row, use] = await Promise.all([recallOf(deps, county, lotId), inUse(deps, lot)]);
    if (row === undefined) throw notFound('recall', lotId);
    if (!row.active) throw new Problem(409, 'not-recalled', `${lotId} is not recalled any more.`);
    if (use.shelves.length > 0)
      throw new Problem(
        409,
        'still-moving',
        `Some of ${lotId} is yet to be set apart. Look at the lot, and lift it then.`,
      );
    const now = deps.clock.now();
    const next: Recall = { ...row, active: false, lifted: { at: now, by: actor.sub, reason }, owed: now };
    await commit(deps, {
      actor,
      now,
      actions: [replace(recallRow, next), ...(await toRelease(deps, next, use, now))],
      news: [
        { of: recallRow.keyOf(row), version: row.version + 1, name: 'RecallLifted', reason, data: { recall: row.id } },
      ],
      once: { by: once, result: row.id },
    });
    return row.id;
  });
