import { type Item, isIssuedTo, issueSize } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Line } from '../request/line.ts';
import { ration } from '../request/norm.ts';
import type { RecentNeed } from '../request/recent.ts';
import type { Request } from '../request/request.ts';
import type { Reason } from '../shared/reason.ts';
import type { Progress } from '../workflow/progress.ts';
import { escalated, overdue, silent } from './deadline.ts';
import { approved, type Decided } from './outcome.ts';

export interface SilenceInput {
  readonly request: Request;
  readonly lines: readonly Line[];
  readonly items: ReadonlyMap<string, Item>;
  readonly site: Pick<Site, 'people'>;
  /** What the site has from other asks, for the same people and days. */
  readonly recent: RecentNeed;
  readonly policy: Policy;
  readonly progress: Progress;
  readonly now: string;
}

/** What follows from silence: the next level, a day's norm for the front line, or that it stays visibly overdue. */
export type Silence = Decided & { readonly event: 'RequestEscalated' | 'OneDayReleased' | 'DecisionOverdue' };

/**
 * Nobody decided on a request by the deadline. Headquarters' silence lets one day's norm go for the front line; what no
 * norm speaks for stays visibly overdue, or, where other lines of the request go on, ends with its reason.
 */
export const unanswered = (input: SilenceInput): Silence => {
  const { request, policy, progress, now } = input;
  if (request.level !== 'headquarters')
    return { event: 'RequestEscalated', request: escalated(request, progress, policy, now), lines: [] };
  const grants = new Map(input.lines.map((line) => [line.n, released(line, input)]));
  if (request.tier === 1 && [...grants.values()].some((quantity) => quantity > 0))
    return { event: 'OneDayReleased', ...oneDay(input, ({ n }) => grants.get(n) ?? 0) };
  return { event: 'DecisionOverdue', request: overdue(request, progress, policy, now), lines: [] };
};

/** What the people that a request is for use up of an item in so many days, in base units; none: no norm says it. */
const normOf = (item: Item, { request, site }: SilenceInput, days: number): number | undefined =>
  ration(item, request.tier, site.people[request.recipients], days);

/**
 * What silence lets go of a line, in base units and whole issue units: one day's norm, with what the site has for the
 * same days never more than its norm for them, and never more than was asked. Days beyond the set period stretch nothing
 * (定期限). Where no norm or nobody on post vouches for it, where it is not issued to such a post, or where what the site
 * has cannot be added up, nothing: what the asker wrote is no measure.
 */
const released = (line: Line, input: SilenceInput): number => {
  const item = input.items.get(line.itemId);
  const { request, policy, recent } = input;
  if (item === undefined || recent.incomplete || !isIssuedTo(item, request.siteKind)) return 0;
  const days = Math.min(request.coverDays, policy.approval.coverDays);
  const left = (normOf(item, input, days) ?? 0) - (recent.quantities.get(item.id) ?? 0);
  const most = Math.max(0, Math.min(line.quantity, normOf(item, input, 1) ?? 0, left));
  return most - (most % issueSize(item));
};

/** What was let go of a line, or why nothing was. */
const why = (line: Line, item: Item, quantity: number, input: SilenceInput): Reason => {
  const [asked, day] = [inUnits(item, line.quantity), inUnits(item, quantity)];
  if (quantity > 0)
    return {
      code: 'one-day-released',
      zh: `${item.nameZh}：申请 ${asked.zh}，先发一日定量 ${day.zh}，事后复核。`,
      en: `${item.nameEn}: asked ${asked.en}; one day’s norm lets ${day.en} go, for review afterwards.`,
    };
  const [groundZh, ground] =
    normOf(item, input, 1) === undefined ? ['未定定量', 'no norm is set'] : ['已无一日定量可发', 'no norm is left'];
  return {
    code: 'nothing-released',
    zh: `${item.nameZh}：申请 ${asked.zh}，${groundZh}，未经审批不发，仍需要的请重新申请。`,
    en: `${item.nameEn}: asked ${asked.en}; ${ground}, so nothing goes without a decision. Ask again if it is needed.`,
  };
};

/** What the grants let go is for the front line now, and reviewed afterwards; the rest of the request ends with it. */
const oneDay = (input: SilenceInput, grant: (line: Line) => number): Decided => {
  const { request, lines, items, policy, now } = input;
  const reasons = lines.flatMap((line): Reason[] => {
    const item = items.get(line.itemId);
    return item === undefined ? [] : [why(line, item, grant(line), input)];
  });
  // The wait that timed out is over: nobody is owed a resume.
  const { wait, ...waiting } = request;
  return approved(
    waiting,
    lines,
    { tier: request.tier, grant, items, policy },
    {
      by: 'green-channel',
      at: now,
      level: 'headquarters',
      policyVersion: policy.version,
      reasons: [...request.referral, silent(request), ...reasons],
    },
    now,
  );
};
