import { z } from 'zod';
import { countyRow } from '../catalogue/county.ts';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { forEach } from '../shared/each.ts';
import { countyKey, keysOf } from '../shared/keys.ts';
import { retrying } from '../shared/retrying.ts';
import { get, ofType, partition, queuesPage } from '../shared/table.store.ts';
import { KINDS, keyOf, kinds, type Of } from './kinds.ts';
import { firstAttemptSince, recovered } from './timeline.ts';

/** Rows of a page: what one invocation does well within its minute, on a table that others use too. */
const PAGE = 50;
const AT_ONCE = 8;

/** A recovery, and how far it has come. */
const place = z.object({
  /** When it began. To go on with it is to name it; without a name a new one begins, which does no harm. */
  recovery: z.iso.datetime().optional(),
  county: z.string().optional(),
  cursor: z.string().optional(),
});
export const recoverInput = place.nullish().transform((given) => given ?? {});

/** What one page of a recovery did. */
export const recoveredPage = z.object({
  recovery: z.string(),
  /** Ids of rows that were given a new execution. */
  raised: z.array(z.string()),
  /** Items that were divided, settled or not. */
  divided: z.int(),
  failed: z.array(z.object({ what: z.string(), error: z.string() })),
  /** Give this back to go on; none: it is done. */
  next: place.required({ recovery: true }).optional(),
});
export type RecoveredPage = z.infer<typeof recoveredPage>;

export type RecoverDeps = Deps & { readonly divide: (county: string, itemId: string) => Promise<unknown> };

const ITEMS = 'items';

/**
 * Where rows with unfinished workflows stand, and then the items. A mark or a failure stands before a status, and people
 * move rows forward: in this order a row that moves meanwhile is met where it comes to, or by the second pass.
 */
const QUEUES: readonly string[] = [
  ...KINDS.flatMap((kind) => {
    const { statuses, ended } = kinds[kind];
    const open = statuses.filter((status) => !ended.includes(status));
    return ['start', 'resume', 'failed', ...open].map((name) => `${kind}:${name}`);
  }),
  ITEMS,
];

/**
 * One page of the recovery of a restored table: every row whose workflow has not ended gets a new execution, from where
 * the row stands, and every item is divided. What the row remembers of executions before (waits, resumes, failures) is
 * over. Repeatable: a row that this recovery has raised is left alone, and a new recovery lets the executions of the one
 * before find themselves superseded.
 */
export const recoverPage = async (
  deps: RecoverDeps,
  { recovery = deps.clock.now(), county, cursor }: z.infer<typeof recoverInput>,
): Promise<RecoveredPage> => {
  const counties = ofType(countyRow, await partition(deps, countyKey('').PK)).map((row) => row.county);
  const at = county === undefined ? 0 : Math.max(0, counties.indexOf(county));
  const here = counties[at];
  if (here === undefined) return { recovery, raised: [], divided: 0, failed: [] };
  const page = await queuesPage(deps, {
    ...{ names: QUEUES, limit: PAGE, cursor },
    at: (name) => keysOf(here).queue(name.replace(':', '.')),
  });
  const after = counties[at + 1];
  const next =
    page.cursor !== undefined
      ? { recovery, county: here, cursor: page.cursor }
      : after === undefined
        ? undefined
        : { recovery, county: after };
  return { ...(await recoverRows(deps, here, recovery, page.rows)), ...(next && { next }) };
};

const recoverRows = async (
  deps: RecoverDeps,
  county: string,
  recovery: string,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<RecoveredPage> => {
  const raised: string[] = [];
  let divided = 0;
  const failed = await forEach(rows, AT_ONCE, async ({ type, id }) => {
    const kind = KINDS.find((one) => one === type);
    if (kind !== undefined) {
      if (await recoverRow(deps, { kind, county, id: String(id) }, recovery)) raised.push(String(id));
    } else {
      await deps.divide(county, String(id));
      divided += 1;
    }
  });
  for (const { item, error } of failed) deps.log.error('RECOVER-FAILED', error, { county, id: item['id'] });
  return {
    ...{ recovery, raised, divided },
    failed: failed.map(({ item, error }) => ({
      what: `${String(item['type'])} ${String(item['id'])}`,
      error: String(error),
    })),
  };
};

/** By the row, for the index lags: true when it got a new execution. */
const recoverRow = (deps: Deps, of: Of, recovery: string): Promise<boolean> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { row: type, ended } = kinds[of.kind];
    const row = await get(deps, type, keyOf(of));
    if (row === undefined || ended.includes(row.status) || row.attempt >= firstAttemptSince(recovery)) return false;
    const next = recovered(row, recovery, now);
    await commit(deps, {
      actor: systemActor(of.county),
      now,
      actions: [replace(type, next)],
      news: [
        {
          of: keyOf(of),
          version: row.version + 1,
          name: 'WorkflowRecovered',
          data: { recovery, attempt: next.attempt, failure: row.failure?.error },
        },
      ],
    });
    return true;
  });
