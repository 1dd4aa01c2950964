import { z } from 'zod';
import { type FieldError, Problem, wrongStatus } from '../shared/problem.ts';
import { text } from '../shared/quantity.ts';
import { type GivenBack, shelvesWithin } from './give-back.ts';
import { cutShort, type Line, pickingQuantity, underway, type Word } from './line.ts';
import { closed, MAX_LINES, type Request, requestRow } from './request.ts';

/** What a person gives up of a request, and why. No lines named: all that are open. */
export const closeShortBody = z.strictObject({
  reason: text(500),
  lines: z.array(z.int().min(1).max(MAX_LINES)).min(1).max(MAX_LINES).optional(),
});
export type CloseShortBody = z.infer<typeof closeShortBody>;

export interface ClosedShort {
  readonly request: Request;
  /** The lines that were closed short. */
  readonly lines: readonly Line[];
  /** Base units given up now, by line. */
  readonly givenUp: readonly { readonly n: number; readonly itemId: string; readonly quantity: number }[];
  /** Goods that go back to the shelf at once. */
  readonly givenBack: GivenBack;
}

/**
 * Gives up what lines still lack (关闭缺口): what they are promised goes back, as many balances as `budget` leaves beside
 * the rows of the lines; what is in picking, on the way or received stays. A line with nothing under way closes at once,
 * and the request with its last open line. Promised goods of a line that closes and that do not fit stay on it until the
 * apportionment gives them back.
 *
 * @throws Problem 409 `wrong-status`; 409 `line-not-open`, `nothing-short` or `too-many-lots` with the lines; 422
 * `unknown-line` or `duplicate-line`.
 */
export const closeShort = (
  request: Request,
  lines: readonly Line[],
  body: CloseShortBody,
  word: Word,
  budget: number,
): ClosedShort => {
  if (request.status !== 'approved')
    throw wrongStatus(requestRow.keyOf(request), `This request is ${request.status}; it has nothing to be given up.`);
  const chosen = body.lines === undefined ? lines.filter(lacks) : named(lines, body.lines);
  if (chosen.length === 0)
    throw new Problem(409, 'nothing-short', 'All that this request lacks is being picked or on its way.');
  const shelves = shelvesWithin(budget - chosen.length);
  // Those that close can leave goods to the apportionment. Those that stay open would be thought to need them.
  const cut = chosen
    .toSorted((a, b) => Number(staysOpen(b)) - Number(staysOpen(a)) || a.n - b.n)
    .map((line) => ({ line, next: cutShort(line, word), left: shelves.take(line) }));
  const crowded = cut.filter(({ line, left }) => staysOpen(line) && left.length > 0);
  if (crowded.length > 0)
    throw new Problem(
      409,
      'too-many-lots',
      'These lines are promised more lots than can be given back at once: close some of them short, then the rest.',
      crowded.map(({ line }) => ({ path: pathOf(body.lines, line.n), message: `Line ${line.n} does not fit.` })),
    );
  const changed = cut
    .map(({ next, left }) => ({
      ...next,
      approved: left.reduce((sum, { quantity }) => sum + quantity, next.approved),
      holds: [...next.holds, ...left],
    }))
    .toSorted((a, b) => a.n - b.n);
  const byN = new Map(changed.map((line) => [line.n, line]));
  return {
    request:
      closed(
        request,
        lines.map((line) => byN.get(line.n) ?? line),
        word.at,
      ) ?? request,
    lines: changed,
    givenUp: chosen.map((line) => ({ n: line.n, itemId: line.itemId, quantity: line.approved - underway(line) })),
    givenBack: shelves.givenBack(),
  };
};

const lacks = (line: Line): boolean => line.status === 'open' && line.approved > underway(line);

const staysOpen = (line: Line): boolean => pickingQuantity(line) + line.dispatched > 0;

const pathOf = (asked: readonly number[] | undefined, n: number): string =>
  asked === undefined ? 'lines' : `lines[${asked.indexOf(n)}]`;

/** The lines as they were named. @throws Problem 422 or 409, with the places of those that cannot be closed short. */
const named = (lines: readonly Line[], asked: readonly number[]): Line[] => {
  const refuse = (
    status: 409 | 422,
    code: string,
    detail: string,
    wrong: (n: number, i: number) => string | undefined,
  ) => {
    const errors = asked.flatMap((n, i): FieldError[] => {
      const message = wrong(n, i);
      return message === undefined ? [] : [{ path: `lines[${i}]`, message }];
    });
    if (errors.length > 0) throw new Problem(status, code, detail, errors);
  };
  const byN = new Map(lines.map((line) => [line.n, line]));
  refuse(422, 'unknown-line', 'Some of these lines do not exist.', (n) =>
    byN.has(n) ? undefined : `There is no line ${n}.`,
  );
  refuse(422, 'duplicate-line', 'Name each line once.', (n, i) =>
    asked.indexOf(n) === i ? undefined : `Line ${n} comes twice.`,
  );
  refuse(409, 'line-not-open', 'Some of these lines wait for nothing any more.', (n) => {
    const status = byN.get(n)?.status;
    return status === 'open' ? undefined : `Line ${n} is ${status}.`;
  });
  const found = asked.flatMap((n) => byN.get(n) ?? []);
  refuse(409, 'nothing-short', 'Some of these lines lack nothing.', (n) =>
    found.some((line) => line.n === n && lacks(line)) ? undefined : `All of line ${n} is being picked or on its way.`,
  );
  return found;
};
