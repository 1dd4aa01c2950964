import { type Consignment, consignmentRow } from '../delivery/consignment.ts';
import { inboxOf, noticeRow, notify } from '../notices/notice.ts';
import { type Action, MAX_ACTIONS, replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { forEach } from '../shared/each.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { retrying } from '../shared/retrying.ts';
import { everyIndexed, getAll } from '../shared/table.store.ts';
import { getLot, movementsOfLot } from './lot-shelves.store.ts';
import type { Movement } from './movement.ts';
import { going, inUse, recallOf, setApart } from './recall.store.ts';
import { isAfoot, onTheRoad, type Recall, recallRow, receivers, type Underway } from './recall.ts';
import { type Concerned, concernedBy, noticeIdOf, noticeOf } from './recall-words.ts';

const AT_ONCE = 4;

/** Notices in one transaction, beside the recall and its event. */
const MAX_NOTICES = MAX_ACTIONS - 2;

/** Lines that one transaction takes goods back from; the rest is for shelves, the recall and its event. */
const MAX_LINES = 60;

/** What of a lot is on its way to whom now: a consignment may have been sent elsewhere since it left. */
export const underwayOf = async (deps: Deps, county: string, movements: readonly Movement[]): Promise<Underway[]> => {
  const road = onTheRoad(movements);
  const consignments = await getAll(deps, consignmentRow, [...road.keys()].map(keysOf(county).consignment));
  return consignments.filter(isUnderway).map(({ id, toId }) => ({
    ...{ consignmentId: id, siteId: toId, quantity: road.get(id) ?? 0 },
  }));
};

const isUnderway = ({ status }: Consignment): boolean => !['received', 'returned', 'cancelled'].includes(status);

/**
 * Does what a recall still owes, by what the rows say now: sets apart what is on shelves for use, and tells every site
 * that got goods of the lot or has some on the way; after it was lifted, those that had been told. Repeatable, by any
 * number of callers. The mark stays while goods are in picking or may still arrive somewhere, so that sites that get
 * some after the recall are told too.
 */
export const carryOut = async (deps: Deps, county: string, lotId: string): Promise<void> => {
  while (await retrying(() => nextStep(deps, county, lotId)));
};

/** One transaction of what is owed. Returns whether to look again. */
const nextStep = async (deps: Deps, county: string, lotId: string): Promise<boolean> => {
  const row = await recallOf(deps, county, lotId);
  if (row?.owed === undefined) return false;
  const lot = await getLot(deps, county, lotId);
  const use = await inUse(deps, lot);
  const write = (next: Recall, actions: readonly Action[], news: Pick<News, 'name' | 'data'>) =>
    commit(deps, {
      actor: systemActor(county),
      now: deps.clock.now(),
      actions: [replace(recallRow, next), ...actions],
      news: [{ of: recallRow.keyOf(row), version: row.version + 1, ...news }],
    });

  const apart = row.active ? going(use, MAX_LINES) : [];
  if (apart.length > 0) {
    const places = apart.map(({ shelf: { placeId }, amount }) => ({ placeId, quantity: amount }));
    const actions = setApart(deps, use, apart, row, deps.clock.now());
    await write(row, actions, { name: 'LotSetApart', data: { recall: row.id, places } });
    return true;
  }
  const movements = await movementsOfLot(deps, county, lotId);
  const untold = await untoldOf(deps, row, movements);
  if (untold.length > 0) {
    const now = deps.clock.now();
    const told = untold.slice(0, MAX_NOTICES);
    const actions = told.map((to) => notify({ siteId: to.siteId }, noticeOf(row, { lot, item: use.item }, to, now)));
    await write(row, actions, {
      name: 'RecallTold',
      data: { recall: row.id, siteIds: told.map(({ siteId }) => siteId) },
    });
    return true;
  }
  if (row.active && (use.shelves.length > 0 || isAfoot(movements))) return false;
  const { owed: _, ...done } = row;
  const now = deps.clock.now();
  await commit(deps, { actor: systemActor(county), now, actions: [replace(recallRow, done)], news: [] });
  return false;
};

/** The sites that have yet to hear of the recall, or of its end. */
const untoldOf = async (deps: Deps, row: Recall, movements: readonly Movement[]): Promise<Concerned[]> => {
  const { county } = row;
  const concerned = concernedBy(receivers(movements), await underwayOf(deps, county, movements));
  const toldOf = async (active: boolean): Promise<Set<string>> => {
    const ids = concerned.map(({ siteId }) => keysOf(county).notice(noticeIdOf({ ...row, active }, siteId)));
    return new Set((await getAll(deps, noticeRow, ids)).map(({ inbox }) => inbox));
  };
  const told = await toldOf(row.active);
  if (row.active) return concerned.filter((to) => !told.has(inboxOf(to)));
  const heard = await toldOf(true);
  return concerned.filter((to) => heard.has(inboxOf(to)) && !told.has(inboxOf(to)));
};

/**
 * Does what all recalls of a county still owe. One that fails keeps no other from being done.
 *
 * @throws Error when some could not be done.
 */
export const carryOutRecalls = async (deps: Deps, county: string): Promise<void> => {
  const rows = await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('recalls.owed') });
  const failed = await forEach(rows, AT_ONCE, (row) => carryOut(deps, county, String(row['lotId'])));
  for (const { item, error } of failed) deps.log.error('RECALL-OWED', error, { county, lotId: item['lotId'] });
  if (failed.length > 0) throw new Error(`${failed.length} recalls of ${county} are still owed something`);
};
