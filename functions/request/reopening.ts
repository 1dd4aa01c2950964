import { z } from 'zod';
import { countsFrom } from '../allocation/wave.ts';
import { levelFor, levelHeld } from '../approval/level.ts';
import type { Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { inUnits } from '../catalogue/words.ts';
import type { Actor } from '../shared/actor.ts';
import { invalid, Problem, wrongStatus } from '../shared/problem.ts';
import { askedQuantity, instant, MAX_QUANTITY, text } from '../shared/quantity.ts';
import { raised } from '../workflow/timeline.ts';
import { inTime } from './intake.ts';
import { type Line, reopened, stillApproved } from './line.ts';
import { MAX_LINES, type Request, requestRow } from './request.ts';
import { wholeUnits } from './whole.ts';

/** So much is needed again of lines that were closed, and why. */
export const reopeningBody = z.strictObject({
  reason: text(500),
  /** By when, given anew; needed where the old one has passed. */
  needBy: instant.optional(),
  lines: z
    .array(z.strictObject({ n: z.int().min(1).max(MAX_LINES), ...askedQuantity.shape }))
    .min(1)
    .max(MAX_LINES),
});
export type ReopeningBody = z.infer<typeof reopeningBody>;

export interface ReopenInput {
  readonly request: Request;
  readonly lines: readonly Line[];
  readonly items: ReadonlyMap<string, Item>;
  readonly body: ReopeningBody;
  readonly actor: Actor;
  readonly policy: Policy;
  readonly now: string;
}

export interface Reopened {
  readonly request: Request;
  readonly lines: readonly { readonly was: Line; readonly is: Line; readonly quantity: number }[];
}

/** Received in full or closed short; or closed short, with the last of it still on the way. */
const isReopenable = ({ status, closedShort }: Line): boolean =>
  status === 'closed' || (status === 'open' && closedShort !== undefined);

/**
 * Opens lines of a served request again (重新开启): as much more is approved as is said, and it is need like any other,
 * from its wave under the present policy. The request's workflow begins a new attempt. Who may do it decides as on a
 * new request of this cost, or as it was decided before, whichever is higher; more than was asked only headquarters.
 *
 * @throws Problem 409 `wrong-status` or `line-not-closed`; 403 `own-request` or `wrong-level`; 422 with the paths of the
 * fields.
 */
export const reopen = ({ request, lines, items, body, actor, policy, now }: ReopenInput): Reopened => {
  if (request.status !== 'closed' && request.status !== 'approved')
    throw wrongStatus(
      requestRow.keyOf(request),
      `This request is ${request.status}; only what was approved can be reopened.`,
    );
  const decided = request.decision?.level === 'headquarters' ? request.decision.level : undefined;
  levelHeld({ ...request, level: decided }, actor, levelFor(request.estimatedFen, policy));
  const needBy = inTime(body.needBy ?? request.needBy, now);
  const grants = granted(lines, items, body.lines, actor.roles.includes('headquarters'));
  const rest = {
    needBy: needBy > request.needBy || request.status === 'closed' ? needBy : request.needBy,
    dueAt: request.status === 'closed' || needBy < request.dueAt ? needBy : request.dueAt,
  };
  return {
    request: raised<Request>(
      { ...request, ...rest, status: 'approved', ...(request.status === 'closed' && { reminders: 0 }) },
      now,
    ),
    lines: grants.map(({ line, quantity }) => ({
      was: line,
      is: reopened(line, quantity, { needBy, countsFrom: countsFrom(line.tier, policy, now) }),
      quantity,
    })),
  };
};

interface Granted {
  readonly line: Line;
  readonly quantity: number;
}

/** Whole issue units by line, in base units; with what was approved before never more than was asked, but by `beyond`. */
const granted = (
  lines: readonly Line[],
  items: ReadonlyMap<string, Item>,
  wanted: ReopeningBody['lines'],
  beyond: boolean,
): Granted[] =>
  wanted.map(({ n, ...asked }, i) => {
    const path = `lines[${i}]`;
    const line = lines.find((candidate) => candidate.n === n);
    const item = line && items.get(line.itemId);
    if (line === undefined || item === undefined) throw invalid('unknown-line', `${path}.n`, `There is no line ${n}.`);
    if (wanted.findIndex((other) => other.n === n) !== i)
      throw invalid('duplicate-line', `${path}.n`, `Line ${n} comes twice.`);
    if (!isReopenable(line))
      throw new Problem(409, 'line-not-closed', 'Only lines that were closed can be reopened.', [
        { path: `${path}.n`, message: `Line ${n} is ${line.status}.` },
      ]);
    if (!item.active) throw invalid('inactive-item', `${path}.n`, `${item.nameZh} ${item.nameEn} is no longer issued.`);
    const quantity = wholeUnits(item, asked, path);
    const stands = stillApproved(line);
    if (stands + quantity > (beyond ? MAX_QUANTITY : line.quantity))
      throw invalid(
        'more-than-asked',
        `${path}.quantity`,
        beyond
          ? `With what is approved this is over the bound of ${MAX_QUANTITY}.`
          : `Line ${n} asked for ${inUnits(item, line.quantity).en}, of which ${inUnits(item, stands).en} stand. More takes headquarters.`,
      );
    return { line, quantity };
  });
