import { type Item, issueSize } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import type { Line } from '../request/line.ts';
import { ration } from '../request/norm.ts';
import type { Request } from '../request/request.ts';
import { inUnits } from '../request/words.ts';
import { roundUpTo } from '../shared/quantity.ts';
import type { Progress } from '../workflow/progress.ts';
import type { Reason } from './approval.ts';
import { escalated, overdue, silent } from './deadline.ts';
import { approved, type Decided } from './outcome.ts';

export interface SilenceInput {
  readonly request: Request;
  readonly lines: readonly Line[];
  readonly items: ReadonlyMap<string, Item>;
  readonly site: Pick<Site, 'people'>;
  readonly policy: Policy;
  readonly progress: Progress;
  readonly now: string;
}

/** What follows from silence: the next level, a day's norm for the front line, or that it stays visibly overdue. */
export type Silence = Decided & { readonly event: 'RequestEscalated' | 'OneDayReleased' | 'DecisionOverdue' };

/** Nobody decided on a request by the deadline. */
export const unanswered = (input: SilenceInput): Silence => {
  const { request, policy, progress, now } = input;
  if (request.level !== 'headquarters')
    return { event: 'RequestEscalated', request: escalated(request, progress, policy, now), lines: [] };
  if (request.tier === 1) return { event: 'OneDayReleased', ...oneDay(input) };
  return { event: 'DecisionOverdue', request: overdue(request, progress, policy, now), lines: [] };
};

/**
 * One day's norm of each line, at most what was asked, is let go for the front line and reviewed afterwards. Without a
 * norm, or a headcount to apply it to, a day's part of what was asked.
 */
const oneDay = ({ request, lines, items, site, policy, now }: SilenceInput): Decided => {
  const grant = (line: Line): number => {
    const item = items.get(line.itemId);
    if (item === undefined) return 0;
    const norm = ration(item, request.tier, site.people[request.recipients], 1);
    return Math.min(line.quantity, norm || roundUpTo(issueSize(item), Math.ceil(line.quantity / request.coverDays)));
  };
  const released = lines.flatMap((line): Reason[] => {
    const item = items.get(line.itemId);
    if (item === undefined) return [];
    const [asked, day] = [inUnits(item, line.quantity), inUnits(item, grant(line))];
    return [
      {
        code: 'one-day-released',
        zh: `${item.nameZh}：申请 ${asked.zh}，先发一日用量 ${day.zh}，事后复核。`,
        en: `${item.nameEn}: asked ${asked.en}; one day’s ${day.en} is released, for review afterwards.`,
      },
    ];
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
      reasons: [...request.referral, silent(request), ...released],
    },
    now,
  );
};
