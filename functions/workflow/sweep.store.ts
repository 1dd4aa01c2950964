import { countyRow } from '../catalogue/county.ts';
import type { Line } from '../request/line.ts';
import { plusMinutes } from '../shared/clock.ts';
import { forEach } from '../shared/each.ts';
import { countyKey, keysOf } from '../shared/keys.ts';
import { everyIndexed, ofType, partition } from '../shared/table.store.ts';
import { type DutyDeps, sendResume, settleNotices, startExecution } from './duties.store.ts';
import { restartLost } from './failure.store.ts';
import { KINDS, type Kind } from './kinds.ts';

/** Until then a duty is the stream's. */
const GRACE_MINUTES = 0.5;
const AT_ONCE = 8;

export type SweepDeps = DutyDeps & {
  /** Divides an item of the pool; settled, it writes nothing. Returns the lines that lack something then. */
  readonly divide: (county: string, itemId: string) => Promise<readonly Line[]>;
  /** Sees that what lines lack is decided on by somebody. */
  readonly lookAfterGaps: (county: string, lacking: readonly Line[]) => Promise<unknown>;
  /** Opens the consignments that are due: of the front line always, of the rest at their wave. */
  readonly openDue: (county: string) => Promise<unknown>;
  /** Sets apart what is recalled, and tells the sites that have some. */
  readonly carryOutRecalls: (county: string) => Promise<unknown>;
  /** Adjusts what stock-takes that are approved found. */
  readonly settleStocktakes: (county: string) => Promise<unknown>;
  /** Notes what could not be done in a county: how many chores, and which items were not divided. */
  readonly note: (
    county: string,
    swept: { readonly failures: number; readonly undivided: readonly string[] },
  ) => Promise<unknown>;
};

interface Chore {
  readonly what: string;
  /** Of the division of an item. */
  readonly itemId?: string;
  readonly run: () => Promise<unknown>;
}

/**
 * The conscience: finds, in every county, what the stream should have brought about and did not. Unsent starts and
 * resumes, executions that are gone, undivided items, need that nobody supplies, consignments that are due, recalls and stock-takes that were broken off. One chore that fails keeps no other
 * from being done; all failures together fail the sweep, so that they are seen.
 */
export const sweep = async (deps: SweepDeps): Promise<void> => {
  const counties = ofType(countyRow, await partition(deps, countyKey('').PK));
  let failures = 0;
  const doAll = async (chores: readonly Chore[]): Promise<Chore[]> => {
    const failed = await forEach(chores, AT_ONCE, ({ run }) => run());
    for (const { item, error } of failed) deps.log.error('SWEEP-FAILED', error, { what: item.what });
    failures += failed.length;
    return failed.map(({ item }) => item);
  };
  for (const { county } of counties) {
    const lacking: Line[] = [];
    const failed = [
      ...(await doAll(await listed(`duties of ${county}`, () => duties(deps, county)))),
      ...(await doAll(await listed(`items of ${county}`, () => division(deps, county, lacking)))),
      ...(await doAll([
        { what: `consignments of ${county}`, run: () => deps.openDue(county) },
        { what: `recalls of ${county}`, run: () => deps.carryOutRecalls(county) },
        { what: `gaps of ${county}`, run: () => deps.lookAfterGaps(county, lacking) },
        { what: `stock-takes of ${county}`, run: () => deps.settleStocktakes(county) },
      ])),
    ];
    const swept = { failures: failed.length, undivided: failed.flatMap(({ itemId }) => itemId ?? []) };
    await doAll([{ what: `figures of ${county}`, run: () => deps.note(county, swept) }]);
  }
  if (failures > 0) throw new Error(`${failures} chores of the sweep failed; see SWEEP-FAILED`);
};

/** What is to be done; a list that cannot be read is itself a chore that fails. */
const listed = async (what: string, list: () => Promise<Chore[]>): Promise<Chore[]> => {
  try {
    return await list();
  } catch (error) {
    return [{ what, run: () => Promise.reject(error) }];
  }
};

const duties = async (deps: SweepDeps, county: string): Promise<Chore[]> => {
  const upTo = plusMinutes(deps.clock.now(), -GRACE_MINUTES);
  const unsent = async (kind: Kind, mark: 'start' | 'resume'): Promise<Chore[]> => {
    const rows = await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue(`${kind}.${mark}`), upTo });
    return rows.flatMap((row): Chore[] => {
      const of = { kind, county, id: String(row['id']) };
      if (mark === 'start') return [{ what: `start of ${of.id}`, run: () => startExecution(deps, of) }];
      return [
        { what: `resume of ${of.id}`, run: () => sendResume(deps, of) },
        { what: `notices of ${of.id}`, run: () => settleNotices(deps, of) },
      ];
    });
  };
  const lost = KINDS.map((kind) => ({ what: `lost ${kind}s`, run: () => restartLost(deps, county, kind) }));
  const found = await Promise.all(KINDS.flatMap((kind) => [unsent(kind, 'start'), unsent(kind, 'resume')]));
  return [...found.flat(), ...lost];
};

/** @param lacking takes the lines that lack something when their item was divided. */
const division = async (deps: SweepDeps, county: string, lacking: Line[]): Promise<Chore[]> => {
  const items = await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('items') });
  return items.map((row) => ({
    what: `division of ${String(row['id'])}`,
    itemId: String(row['id']),
    run: async () => lacking.push(...(await deps.divide(county, String(row['id'])))),
  }));
};
