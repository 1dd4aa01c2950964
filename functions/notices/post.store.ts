import { countyRow } from '../catalogue/county.ts';
import { replace } from '../shared/actions.ts';
import { systemActor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { forEach, mapEach } from '../shared/each.ts';
import { countyKey, keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import { retrying } from '../shared/retrying.ts';
import { get, indexPage, ofType, partition } from '../shared/table.store.ts';
import { type Notice, noticeRow } from './notice.ts';
import type { Webhook } from './secret.store.ts';
import { isDue, messageOf, type Outcome, tried, unmarked } from './webhook.ts';

/** Notices of one county in one run; the rest is the next run's. */
const A_RUN = 500;
/** Few enough not to trouble a small receiver. */
const AT_ONCE = 4;

export type PostDeps = Deps & {
  readonly webhook: Webhook | undefined;
  /** How long one message, and one run, may take in milliseconds; the function's own time is longer than both. */
  readonly patience: { readonly post: number; readonly run: number };
};

/** Which notice. */
interface Of {
  readonly county: string;
  readonly id: string;
}

/** What is due in every county, as the index says, what has waited longest first. */
const dueIn = async (deps: Deps): Promise<Of[]> => {
  const counties = ofType(countyRow, await partition(deps, countyKey('').PK));
  const upTo = deps.clock.now();
  const pages = await mapEach(counties, ({ county }) =>
    indexPage(deps, { index: 'GSI1', at: keysOf(county).queue('notices.unsent'), upTo, limit: A_RUN }),
  );
  return pages
    .flatMap(({ rows }) => rows)
    .toSorted((a, b) => compare(String(a['GSI1SK']), String(b['GSI1SK'])))
    .map((row) => ({ county: String(row['county']), id: String(row['id']) }));
};

/** Why no answer came, in a word: a failure of the network has its code in its cause. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'timeout';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
};

const send = async (
  url: string,
  { headers, body }: ReturnType<typeof messageOf>,
  withinMs: number,
): Promise<Outcome> => {
  try {
    const signal = AbortSignal.timeout(withinMs);
    // Followed elsewhere, a message would go to somebody whom nobody has named.
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.body?.cancel();
    return { delivered: response.ok, outcome: String(response.status) };
  } catch (error) {
    return { delivered: false, outcome: reasonOf(error) };
  }
};

/**
 * Writes what becomes of a notice that was due, unless another run has done so since: then its mark is another, or gone.
 * That somebody acknowledges it meanwhile is kept.
 */
const settle = (deps: Deps, of: Notice, next: (present: Notice, now: string) => Notice): Promise<Notice | undefined> =>
  retrying(async () => {
    const now = deps.clock.now();
    const present = await get(deps, noticeRow, noticeRow.keyOf(of));
    if (present?.posting === undefined || present.posting.nextAt !== of.posting?.nextAt) return undefined;
    const settled = next(present, now);
    await commit(deps, {
      ...{ actor: systemActor(of.county), now, news: [] },
      actions: [replace(noticeRow, settled)],
    });
    return settled;
  });

/** One attempt at one notice, with what came of it on its row. */
const post = async (deps: PostDeps, { url }: Webhook, key: Buffer, notice: Notice): Promise<void> => {
  const message = messageOf(notice, key, deps.clock.now());
  const outcome = await send(url, message, deps.patience.post);
  const settled = await settle(deps, notice, (present, now) => tried(present, outcome, now));
  const { county, id } = notice;
  if (settled?.posted?.as === 'given-up') deps.log.error('NOTICE-GIVEN-UP', outcome.outcome, { county, id });
  else if (!outcome.delivered) deps.log.warn('NOTICE-UNSENT', { county, id, outcome: outcome.outcome });
};

/**
 * Sends every notice that is due, in every county, to the webhook, each at least once; where there is none, takes the
 * mark away. What does not fit into the time of a run is left to the next. A receiver that fails is no failure of ours:
 * it is written on the notice, and tried again.
 *
 * @throws Error when the secret cannot be read, or a notice could not be read or written.
 */
export const postNotices = async (deps: PostDeps): Promise<void> => {
  const end = performance.now() + deps.patience.run;
  const due = await dueIn(deps);
  if (due.length === 0) return;
  const { webhook } = deps;
  const key = await webhook?.key();
  const failed = await forEach(due, AT_ONCE, async ({ county, id }) => {
    if (performance.now() > end) return;
    // By the row, for the index lags.
    const notice = await get(deps, noticeRow, keysOf(county).notice(id));
    if (notice === undefined || !isDue(notice, deps.clock.now())) return;
    if (webhook === undefined || key === undefined) await settle(deps, notice, unmarked);
    else await post(deps, webhook, key, notice);
  });
  for (const { item, error } of failed) deps.log.error('NOTICE-POST-FAILED', error, { ...item });
  if (failed.length > 0) throw new Error(`${failed.length} notices could not be read or written`);
};
