import { getItems, getPolicy, getSites } from '../catalogue/catalogue.store.ts';
import { notifyAll } from '../notices/notice.ts';
import { type Line, lineRow } from '../request/line.ts';
import { type Action, check, insert, replace } from '../shared/actions.ts';
import { type Actor, systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { forEach } from '../shared/each.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { notFound } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { everyIndexed, get, getAll, ofType } from '../shared/table.store.ts';
import { asking } from '../workflow/timeline.ts';
import { found, type Gap, gapFound, gapOf, gapRow, reduced, undecided } from './gap.ts';
import { soughtFor } from './sought.store.ts';

/** Gaps that are told of in one look; the next finds the others. */
const MOST_FOUND = 50;
const AT_ONCE = 8;

/** What of each line somebody has to decide on, in base units; lines without any are left out. */
const undecidedOf = async (
  deps: Deps,
  county: string,
  lines: readonly Line[],
): Promise<readonly { readonly line: Line; readonly quantity: number }[]> => {
  const now = deps.clock.now();
  const [policy, sought] = await Promise.all([getPolicy(deps, county), soughtFor(deps, county, lines)]);
  return lines.flatMap((line, i) => {
    const { bought = 0, above = 0 } = sought[i] ?? {};
    const quantity = undecided(line, bought + above, policy, now);
    return quantity > 0 ? [{ line, quantity }] : [];
  });
};

/** A gap as it now stands beside its line, and what of that is undecided. */
const lookAt = async (deps: Deps, county: string, lineId: string) => {
  const of = gapOf(county, lineId);
  const [line, gap] = await Promise.all([get(deps, lineRow, of.line), get(deps, gapRow, of.gap)]);
  const [left] = line === undefined ? [] : await undecidedOf(deps, county, [line]);
  return { line, gap, quantity: left?.quantity ?? 0 };
};

const namesOf = async (deps: Deps, { county, siteId, itemId }: Gap) => {
  const [sites, items] = await Promise.all([getSites(deps, county, [siteId]), getItems(deps, county, [itemId])]);
  return { site: sites.get(siteId), items };
};

/**
 * Opens the gap of a line, and tells whoever decides on it. Nothing where it is open already, or was met or decided on
 * meanwhile: a decision writes the line, whose version is checked.
 */
const open = (deps: Deps, county: string, lineId: string): Promise<void> =>
  retrying(async () => {
    const { line, gap, quantity } = await lookAt(deps, county, lineId);
    if (line === undefined || quantity === 0 || gap?.status === 'open') return;
    const now = deps.clock.now();
    const row = found(gap, line, quantity, await getPolicy(deps, county), now);
    const told = notifyAll(deps.ids, { county, at: now }, [gapFound(row, await namesOf(deps, row))]);
    const next = asking(row, told.asking, now);
    await commit(deps, {
      ...{ actor: systemActor(county), now },
      actions: [
        gap === undefined ? insert(gapRow, next) : replace(gapRow, next),
        check(lineRow.keyOf(line), 'version', line.version),
        ...told.actions,
      ],
      news: [
        {
          ...{ of: gapRow.keyOf(row), version: gap === undefined ? 1 : gap.version + 1, name: 'GapFound' },
          data: { itemId: row.itemId, quantity },
        },
      ],
    });
  });

/** The gap with so much of it left, for whoever commits that; none where it was not open, or nothing changes. */
const leaving = (gap: Gap | undefined, quantity: number, now: string): { action: Action; event: News } | undefined => {
  if (gap?.status !== 'open' || gap.quantity === quantity) return undefined;
  const next = reduced(gap, quantity, now);
  const name = next.status === 'open' ? 'GapChanged' : 'GapSettled';
  return {
    action: replace(gapRow, next),
    event: { of: gapRow.keyOf(gap), version: gap.version + 1, name, data: { was: gap.quantity, quantity } },
  };
};

/** What a decision on a line's shortfall takes of its transaction: `left` base units are still nobody's. */
export const deciding = async (
  deps: Deps,
  { county, id }: Line,
  left: number,
  now: string,
): Promise<{ readonly actions: readonly Action[]; readonly news: readonly News[] }> => {
  const change = leaving(await get(deps, gapRow, keysOf(county).gap(id)), left, now);
  return { actions: change ? [change.action] : [], news: change ? [change.event] : [] };
};

/** Settles the gap of a line of which nothing is to be decided any more, as often as it is asked for. */
export const settleGap = (deps: Deps, actor: Actor, lineId: string): Promise<void> =>
  retrying(async () => {
    const { gap, quantity } = await lookAt(deps, actor.county, lineId);
    const now = deps.clock.now();
    const change = leaving(gap, quantity, now);
    if (change !== undefined) await commit(deps, { actor, now, actions: [change.action], news: [change.event] });
  });

/** Gaps of the county that are open, their workflow yet to be started or given up included. */
const openGaps = async (deps: Deps, county: string): Promise<Gap[]> => {
  const lists = await Promise.all(
    ['gap.open', 'gap.start', 'gap.failed'].map((name) =>
      everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue(name) }),
    ),
  );
  return lists.flatMap((rows) => ofType(gapRow, rows)).filter(({ status }) => status === 'open');
};

/**
 * Chore: of what lines lack after their item was divided, opens a gap for what nobody brings and nobody has decided on;
 * settles the gaps of what was met or decided on since. A division is the only one that knows what is short, and
 * purchases and appeals end without a word to their line: so it is looked at, each time anew, and repeats change nothing.
 Where some
 * could not be written, the log says so, and the next sweep tries again.
 */
export const lookAfterGaps = async (deps: Deps, county: string, lacking: readonly Line[]): Promise<void> => {
  const gaps = await openGaps(deps, county);
  const isOpen = new Set(gaps.map(({ id }) => id));
  const [fresh, lines] = await Promise.all([
    undecidedOf(
      deps,
      county,
      lacking.filter(({ id }) => !isOpen.has(id)),
    ),
    getAll(
      deps,
      lineRow,
      gaps.map(({ id }) => gapOf(county, id).line),
    ),
  ]);
  const still = new Map((await undecidedOf(deps, county, lines)).map(({ line, quantity }) => [line.id, quantity]));
  const changed = gaps.filter(({ id, quantity }) => still.get(id) !== quantity);
  const first = fresh.toSorted((a, b) => a.line.tier - b.line.tier || (a.line.needBy < b.line.needBy ? -1 : 1));
  const failed = [
    ...(await forEach(changed, AT_ONCE, ({ id }) => settleGap(deps, systemActor(county), id))),
    ...(await forEach(first.slice(0, MOST_FOUND), AT_ONCE, ({ line }) => open(deps, county, line.id))),
  ];
  for (const { error } of failed) deps.log.error('GAP-OWED', error, { county });
};

/** @throws Problem 404 `unknown-gap`. */
export const readGap = async (deps: Deps, county: string, id: string): Promise<Gap> => {
  const row = await get(deps, gapRow, keysOf(county).gap(id));
  if (row === undefined) throw notFound('gap', id);
  return row;
};
