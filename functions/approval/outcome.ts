import type { Tier } from '../catalogue/policy.ts';
import { type Line, opened } from '../request/line.ts';
import { ended, type Request } from '../request/request.ts';
import { moved } from '../workflow/timeline.ts';
import type { Decision } from './approval.ts';

/** A decided request with its lines; the open ones count from now on. */
export interface Decided {
  readonly request: Request;
  readonly lines: readonly Line[];
}

/**
 * Approved: lines open at the quantities granted (base units; none: that line is refused), at the tier that was
 * decided. From now on the need-by is the deadline.
 */
export const approved = (
  request: Request,
  lines: readonly Line[],
  { tier, grant }: { readonly tier: Tier; readonly grant: (line: Line) => number },
  decision: Omit<Decision, 'outcome'>,
  now: string,
): Decided => {
  const { level, ...rest } = request;
  return {
    request: moved<Request>(
      rest,
      { status: 'approved', tier, dueAt: request.needBy, reminders: 0, decision: { outcome: 'approved', ...decision } },
      now,
    ),
    lines: lines.map((line) => opened(line, grant(line), tier)),
  };
};

export const refused = (
  request: Request,
  lines: readonly Line[],
  decision: Omit<Decision, 'outcome'>,
  now: string,
): Decided => ({
  request: { ...ended(request, 'refused', now), decision: { outcome: 'refused', ...decision } },
  lines: lines.map((line) => opened(line, 0, line.tier)),
});
