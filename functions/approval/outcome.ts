import { countsFrom } from '../allocation/wave.ts';
import { type Item, issueSize } from '../catalogue/item.ts';
import type { Policy, Tier } from '../catalogue/policy.ts';
import { type Line, opened } from '../request/line.ts';
import { ended, type Request } from '../request/request.ts';
import { MAX_QUANTITY, wholeWithin } from '../shared/quantity.ts';
import { moved } from '../workflow/timeline.ts';
import type { Decision } from './approval.ts';

/** A decided request with its lines. */
export interface Decided {
  readonly request: Request;
  readonly lines: readonly Line[];
}

/** What is granted of a request, in base units by line, the items that the lines are of, and the policy in force. */
export interface Grant {
  readonly tier: Tier;
  readonly grant: (line: Line) => number;
  readonly items: ReadonlyMap<string, Item>;
  readonly policy: Policy;
}

/** In whole issue units as they are now: they may have changed since the line was asked for. */
const whole = (item: Item | undefined, amount: number): number =>
  item === undefined ? amount : wholeWithin(MAX_QUANTITY, issueSize(item), amount);

/**
 * Approved: lines open at the quantities granted (base units; none: that line is refused), in the tier that was
 * decided, to count from their wave under this policy. From now on the need-by is the deadline.
 */
export const approved = (
  request: Request,
  lines: readonly Line[],
  { tier, grant, items, policy }: Grant,
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
    lines: lines.map((line) =>
      opened(line, whole(items.get(line.itemId), grant(line)), { tier, countsFrom: countsFrom(tier, policy, now) }),
    ),
  };
};

export const refused = (
  request: Request,
  lines: readonly Line[],
  decision: Omit<Decision, 'outcome'>,
  now: string,
): Decided => ({
  request: { ...ended(request, 'refused', now), decision: { outcome: 'refused', ...decision } },
  lines: lines.map((line) => opened(line, 0, line)),
});
