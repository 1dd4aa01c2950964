import { reconcileFunds } from '../funds/reconciliation.store.ts';
import type { FundAccount } from '../funds/reconciliation.ts';
import { insert, replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import { retrying } from '../shared/retrying.ts';
import type { RowType } from '../shared/row.ts';
import { everyIndexed, get } from '../shared/table.store.ts';
import { type Agreed, reconcile } from '../stock/reconciliation.store.ts';
import { KINDS, kinds } from '../workflow/kinds.ts';
import { advancedRound, ageSeconds, type Operations, pageOfRound, roundRow, sinceOf, sweepRow } from './figures.ts';

const MARKS = ['start', 'resume'] as const;

/** What stands in a worklist, by since when. */
const standing = async (deps: Deps, county: string, name: string) =>
  (await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue(name) })).map((row) => ({
    row,
    since: String(row['GSI1SK']).split('#')[0] ?? '',
  }));

const counted = (found: readonly { readonly since: string }[]) => ({
  count: found.length,
  ...(found[0] !== undefined && { oldest: found[0].since }),
});

const unsentOf = (deps: Deps, county: string): Promise<Operations['unsent']> =>
  Promise.all(
    KINDS.flatMap((kind) =>
      MARKS.map(async (mark) => ({ kind, mark, ...counted(await standing(deps, county, `${kind}.${mark}`)) })),
    ),
  );

const failedOf = (deps: Deps, county: string): Promise<Operations['failed']> =>
  Promise.all(KINDS.map(async (kind) => ({ kind, ...counted(await standing(deps, county, `${kind}.failed`)) })));

const overdueOf = (deps: Deps, county: string, now: string): Promise<Operations['overdue']> =>
  Promise.all(
    KINDS.flatMap((kind) =>
      kinds[kind].waiting.map(async (status) => {
        const rows = await standing(deps, county, `${kind}.${status}`);
        // What was reminded of stands under its next deadline, which lies ahead.
        const late = rows
          .map(({ row, since }) => ({ since: String(row['lateSince'] ?? since) }))
          .filter(({ since }) => since <= now)
          .toSorted((a, b) => compare(a.since, b.since));
        return { kind, status, ...counted(late) };
      }),
    ),
  );

/** The one row of its kind in a county; a version of 0 says that there is none yet. */
const written = <T extends { version: number }>(deps: Deps, type: RowType<T>, county: string, now: string, row: T) =>
  commit(deps, {
    actor: systemActor(county),
    now,
    actions: [row.version === 0 ? insert(type, { ...row, version: 1 }) : replace(type, row)],
    news: [],
  });

/** What a sweep could not do in a county. */
export interface Swept {
  readonly failures: number;
  /** Items whose division failed. */
  readonly undivided: readonly string[];
}

/** Notes what a sweep found, for staff to see, and logs the figures that alarms watch. */
export const noteSweep = (deps: Deps, county: string, { failures, undivided }: Swept): Promise<void> =>
  retrying(async () => {
    const now = deps.clock.now();
    const before = await get(deps, sweepRow, keysOf(county).sweepFigures());
    const unsettled = sinceOf(undivided, before?.unsettled ?? [], now);
    await written(deps, sweepRow, county, now, {
      ...{ county, version: before?.version ?? 0, at: now },
      ...{ failures, unsettled },
    });
    const [unsent, failed] = await Promise.all([unsentOf(deps, county), failedOf(deps, county)]);
    deps.log.info('SWEPT', {
      county,
      unsettledSeconds: ageSeconds(
        unsettled.map(({ since }) => since),
        now,
      ),
      unsentSeconds: ageSeconds(
        unsent.flatMap(({ oldest }) => oldest ?? []),
        now,
      ),
      failed: failed.reduce((sum, { count }) => sum + count, 0),
    });
  });

/** The funds of a county whose books disagree. */
const fundsOut = async (deps: Deps, county: string): Promise<readonly FundAccount[]> => {
  const out: FundAccount[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await reconcileFunds(deps, county, { limit: 200, cursor });
    out.push(...page.rows.filter(({ balanced }) => !balanced));
    if (page.cursor === undefined) return out;
    cursor = page.cursor;
  }
};

/** Makes public what the books of an item say that agree, and returns what is held because it fell without a reason. */
type Publishing = (
  deps: Deps,
  county: string,
  asOf: string,
) => Promise<(...agreed: Parameters<Agreed>) => Promise<readonly { readonly day: string }[]>>;

/** Items of which something is held. What cannot be made public is looked at like what must not be. */
const publishingInto = async (
  { publishing, ...deps }: RoundDeps,
  county: string,
  now: string,
  held: Set<string>,
): Promise<Agreed> => {
  const publish = await publishing(deps, county, now);
  return async (item, books) => {
    const about = { county, itemId: item.id };
    try {
      const days = await publish(item, books);
      if (days.length === 0) return;
      deps.log.error('NOTICE-HELD', 'Movements disagree with what was made public of them', { ...about, days });
    } catch (error) {
      deps.log.error('NOTICE-HELD', error, about);
    }
    held.add(item.id);
  };
};

/** What a round does besides adding up is handed in. */
export interface RoundDeps extends Deps {
  readonly publishing: Publishing;
}

/**
 * Adds up the lots of the next few items, so that within the hour every item has been looked at, and with the last of
 * them the funds; makes public what agrees; logs how many of all items and funds do not balance,
 * or disagree with what was made public of them.
 */
export const reconcileNext = (deps: RoundDeps, county: string): Promise<void> =>
  retrying(async () => {
    const now = deps.clock.now();
    const held = new Set<string>();
    const before = await get(deps, roundRow, keysOf(county).reconciliationRound());
    const page = { limit: pageOfRound(before), cursor: before?.cursor };
    const { rows, cursor } = await reconcile(deps, county, page, await publishingInto(deps, county, now, held));
    const out = rows.filter(({ balanced }) => !balanced);
    const funds = cursor === undefined ? await fundsOut(deps, county) : [];
    const round = advancedRound(
      before ?? {
        ...{ county, version: 0, at: now, seen: 0, items: 0 },
        ...{ outOfBalance: [], fundsOutOfBalance: [], noticeHeld: [] },
      },
      {
        ...{ items: rows.map(({ itemId }) => itemId), out: out.map(({ itemId }) => itemId), held: [...held], cursor },
        fundsOut: funds.map(({ fundId }) => fundId),
      },
      now,
    );
    await written(deps, roundRow, county, now, round);
    for (const { itemId, differences } of out)
      deps.log.error('OUT-OF-BALANCE', 'The books of an item disagree', { county, itemId, differences });
    for (const { fundId, differences } of funds)
      deps.log.error('OUT-OF-BALANCE', 'The books of a fund disagree', { county, fundId, differences });
    const wrong = [...round.outOfBalance, ...round.fundsOutOfBalance, ...round.noticeHeld];
    deps.log.info('RECONCILED', { county, items: rows.length, outOfBalance: wrong.length });
  });

/** How the system does in a county, as far as the table knows. */
export const viewOperations = async (deps: Deps, county: string): Promise<Operations> => {
  const now = deps.clock.now();
  const [sweep, round, unsent, failed, overdue] = await Promise.all([
    get(deps, sweepRow, keysOf(county).sweepFigures()),
    get(deps, roundRow, keysOf(county).reconciliationRound()),
    unsentOf(deps, county),
    failedOf(deps, county),
    overdueOf(deps, county, now),
  ]);
  return {
    now,
    ...(sweep && { sweep: { at: sweep.at, failures: sweep.failures } }),
    unsettled: sweep?.unsettled ?? [],
    ...{ unsent, failed, overdue },
    ...(round && {
      reconciliation: {
        ...{ at: round.at, completedAt: round.completedAt },
        ...{ outOfBalance: round.outOfBalance, fundsOutOfBalance: round.fundsOutOfBalance },
        noticeHeld: round.noticeHeld,
      },
    }),
  };
};
