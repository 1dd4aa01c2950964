import { getItems, getPolicy, getSite } from '../catalogue/catalogue.store.ts';
import type { Policy } from '../catalogue/policy.ts';
import { notifyAll, type Telling } from '../notices/notice.ts';
import { lineRow, openOf, openRow } from '../request/line.ts';
import { answered, escalated, referred, toReview, undecided } from '../request/notices.ts';
import type { Recent, SiteAsking } from '../request/recent.ts';
import { requestRow } from '../request/request.ts';
import { insert, replace } from '../shared/actions.ts';
import { type Actor, systemActor } from '../shared/actor.ts';
import { type Command, commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, ofType, partition } from '../shared/table.store.ts';
import { isOverdue, type Progress, progressOf, standsAt } from '../workflow/progress.ts';
import { asking } from '../workflow/timeline.ts';
import { assess as assessed } from './assess.ts';
import { type DecisionBody, decide as decided } from './decide.ts';
import { approved, type Decided, refused } from './outcome.ts';
import { type Silence, unanswered } from './silence.ts';

/** All that a decision rests on, read strongly. @throws Problem 404 `unknown-request`. */
const read = async (deps: Deps, county: string, id: string) => {
  const key = keysOf(county).request(id);
  const [request, rows, policy] = await Promise.all([
    get(deps, requestRow, key),
    partition(deps, key.PK, 'LINE#'),
    getPolicy(deps, county),
  ]);
  if (request === undefined) throw notFound('request', id);
  const lines = ofType(lineRow, rows);
  const [site, items] = await Promise.all([
    getSite(deps, county, request.siteId),
    getItems(
      deps,
      county,
      lines.map(({ itemId }) => itemId),
    ),
  ]);
  return { request, lines, items, site, policy };
};

/**
 * The request, its lines and the pointers of those that count from now on, with the event and who is told of it: for 20
 * lines at most 45 actions, the marker and two notices included.
 */
const write = (
  deps: Deps,
  { request, lines }: Decided,
  news: { readonly name: string; readonly reason?: string | undefined; readonly data?: Record<string, unknown> },
  tellings: readonly Telling[],
  by: Pick<Command, 'actor' | 'now' | 'once'>,
): Promise<void> => {
  const told = notifyAll(deps.ids, { county: request.county, at: by.now }, tellings);
  return commit(deps, {
    ...by,
    actions: [
      replace(requestRow, asking(request, told.asking, by.now)),
      ...lines.map((line) => replace(lineRow, line)),
      ...lines.filter(({ status }) => status === 'open').map((line) => insert(openRow, openOf(line))),
      ...told.actions,
    ],
    news: [{ of: requestRow.keyOf(request), version: request.version + 1, ...news }],
  });
};

/** What a site has from earlier asks: kept by requests, and handed in by whoever composes the two. */
export type RecentOf = (deps: Deps, asking: SiteAsking, itemIds: readonly string[], policy: Policy) => Promise<Recent>;

/** Task: the green channel assesses a new request. Once assessed, or moved on, nothing is written. */
export const assess = (deps: Deps & { readonly recentOf: RecentOf }, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { request, lines, items, site, policy } = await read(deps, progress.county, progress.id);
    if (!standsAt(request, progress) || request.status !== 'submitted' || request.level !== undefined)
      return progressOf(progress, request, now);
    const { siteId, siteKind, tier, coverDays, needBy, estimatedFen, odd } = request;
    const { county, id: requestId, recipients } = request;
    const asked = { county, siteId, recipients, needBy, now, requestId };
    const recent = await deps.recentOf(deps, asked, [...items.keys()], policy);
    const { outcome, level, dueAt, reasons } = assessed({
      asking: { siteId, siteKind, tier, coverDays, people: site.people[recipients] },
      needBy,
      estimatedFen,
      atOnceFen: recent.atOnceFen,
      often: recent.incomplete,
      odd,
      lines: lines.flatMap(({ n, itemId, quantity }) => {
        const item = items.get(itemId);
        return item === undefined ? [] : [{ n, item, quantity, earlier: recent.quantities.get(itemId) ?? 0 }];
      }),
      policy,
      now,
    });
    const stamp = { by: 'green-channel', at: now, level: 'at-once', policyVersion: policy.version } as const;
    const decision = { ...stamp, reasons: [...reasons] };
    const next: Decided =
      outcome === 'approved'
        ? approved(request, lines, { tier, grant: ({ quantity }) => quantity, items, policy }, decision, now)
        : outcome === 'refused'
          ? refused(request, lines, decision, now)
          : { request: { ...request, level, dueAt: dueAt ?? request.dueAt, referral: [...reasons] }, lines: [] };
    const name = { approved: 'RequestApproved', refused: 'RequestRefused', person: 'RequestReferred' }[outcome];
    const data = { level: level ?? 'at-once', policyVersion: policy.version, reasons: reasons.map(({ code }) => code) };
    const told = { ...next, lines: outcome === 'person' ? lines : next.lines, items, site };
    const tellings = [outcome === 'person' ? referred(told) : answered(told)];
    await write(deps, next, { name, data }, tellings, { actor: systemActor(progress.county), now });
    return progressOf(progress, next.request, now);
  });

/**
 * A person decides. Returns the request's id.
 *
 * @throws Problem 404 `unknown-request`, and as the rule `decide` says.
 */
export const decide = (deps: Deps, actor: Actor, once: Once, id: string, body: DecisionBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const { request, lines, items, site, policy } = await read(deps, actor.county, id);
    const next = decided({ request, lines, items, body, actor, policy, now });
    const data = {
      level: next.request.decision?.level,
      policyVersion: policy.version,
      ...(next.request.tier !== request.tier && { tier: { from: request.tier, to: next.request.tier } }),
      approved: Object.fromEntries(next.lines.map(({ n, approved: quantity }) => [n, quantity])),
    };
    const name = body.outcome === 'approved' ? 'RequestApproved' : 'RequestRefused';
    const tellings = [answered({ ...next, items, site })];
    await write(deps, next, { name, reason: body.note, data }, tellings, {
      ...{ actor, now, once: { by: once, result: id } },
    });
    return id;
  });

/** Who hears of what followed from silence. */
const toldOf = ({ event, ...next }: Silence, found: Awaited<ReturnType<typeof read>>): Telling[] => {
  const { items, site, lines, request } = found;
  switch (event) {
    case 'RequestEscalated':
      return [escalated({ request: next.request, lines, items, site }, request.dueAt)];
    case 'DecisionOverdue':
      return [undecided({ request: next.request, lines, items, site })];
    default:
      return [toReview({ ...next, items, site }), answered({ ...next, items, site })];
  }
};

/** Task: the deadline of a level has passed. Guarded by "still waiting", so that a decision in time wins. */
export const escalate = (deps: Deps & { readonly recentOf: RecentOf }, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const now = deps.clock.now();
    const found = await read(deps, progress.county, progress.id);
    const on = { ...progress, round: progress.round + 1 };
    if (found.request.status !== 'submitted' || !isOverdue(found.request, progress, now))
      return progressOf(on, found.request, now);
    const { id: requestId, county, siteId, recipients, needBy, dueAt: undecidedAt } = found.request;
    const asked = { county, siteId, recipients, needBy, now, requestId, undecidedAt };
    const recent = await deps.recentOf(deps, asked, [...found.items.keys()], found.policy);
    const silence = unanswered({ ...found, recent, progress, now });
    const { event, ...next } = silence;
    await write(
      deps,
      next,
      {
        name: event,
        data: {
          level: next.request.level,
          dueAt: next.request.dueAt,
          policyVersion: found.policy.version,
          ...(event === 'OneDayReleased' && {
            approved: Object.fromEntries(next.lines.map(({ n, approved: quantity }) => [n, quantity])),
          }),
        },
      },
      toldOf(silence, found),
      { actor: systemActor(progress.county), now },
    );
    return progressOf(on, next.request, now);
  });
