import { z } from 'zod';
import { demandOther } from '../approval/level.ts';
import { type Item, issueSize } from '../catalogue/item.ts';
import { arrivalAt, type Policy } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { inUnits } from '../catalogue/words.ts';
import {
  committed,
  givenBack,
  type Hold,
  handmade,
  heldByHand,
  type Line,
  lineRow,
  MAX_HOLDS,
  planned,
  short,
} from '../request/line.ts';
import type { Request } from '../request/request.ts';
import { wholeUnits } from '../request/whole.ts';
import type { Actor } from '../shared/actor.ts';
import { invalid, Problem, wrongStatus } from '../shared/problem.ts';
import { askedQuantity, slug, text } from '../shared/quantity.ts';
import { type Released, released } from '../stock/adjustment.ts';
import type { Balance } from '../stock/balance.ts';
import { isMeantFor, usableAt } from '../stock/lot.ts';
import { placeKey } from './standing.ts';

const lotId = z.string().regex(/^[\w-]{1,64}$/, 'a lot id');

/** Goods of a lot that a person promises to a line, and why. */
export const handHoldBody = z.strictObject({
  lotId,
  placeId: slug,
  ...askedQuantity.shape,
  /** It stands on the line for as long as the promise does. */
  reason: text(200),
  /** Where too little is free: also what is planned for tiers after the line's, weakest claim first. */
  takeFrom: z.boolean().default(false),
});
export type HandHoldBody = z.infer<typeof handHoldBody>;

/** A person's promise taken back: of one lot, or all that nobody picks yet. */
export const handReleaseBody = z.strictObject({ reason: text(200), lotId: lotId.optional() });
export type HandReleaseBody = z.infer<typeof handReleaseBody>;

export interface HandHoldInput {
  readonly request: Request;
  readonly line: Line;
  readonly item: Item;
  readonly site: Site;
  /** What is available of the lot at the place; none: it is not there. */
  readonly balance: Balance | undefined;
  /** All other lines of the item that hold goods. */
  readonly others: readonly Line[];
  readonly policy: Policy;
  readonly body: HandHoldBody;
  readonly actor: Actor;
  readonly now: string;
}

/** Lines and balances as a promise by hand leaves them. */
export interface HandHeld {
  readonly line: Line;
  /** In base units. */
  readonly quantity: number;
  /** Planned goods taken from others, with the lines that had them. */
  readonly taken: Released;
  /** What is held more, or less, at each place. */
  readonly deltas: readonly { readonly lotId: string; readonly placeId: string; readonly held: number }[];
}

const NOTHING: Released = { lines: [], releases: [], quantity: 0 };

const refuse = (code: string, path: string, message: string): Problem =>
  new Problem(409, code, message, [{ path, message }]);

/**
 * Promises goods of a lot to a line by hand (人工占用): a person's word beside the apportionment's, which from then on
 * counts it like goods in picking. Goods that are planned for this line already come first, then free ones, then, where
 * that is said, planned ones of tiers after it. What the line was planned beyond its need goes back. Designation and
 * use-by hold for people too.
 *
 * @throws Problem 403 `own-request`; 422 `unknown-lot`, `unknown-unit`, `too-much`, `part-unit`; 409 `wrong-status`,
 * `designated`, `expires`, `more-than-lacking`, `too-many-lots`, `not-free`.
 */
export const handHeld = (input: HandHoldInput): HandHeld => {
  const { request, line, item, balance, body, actor, now } = input;
  demandOther(request, actor);
  if (line.status !== 'open')
    throw wrongStatus(lineRow.keyOf(line), `Line ${line.n} is ${line.status}: it waits for no goods.`);
  const amount = wholeUnits(item, body, '');
  if (balance === undefined)
    throw invalid('unknown-lot', 'lotId', `No goods of lot ${body.lotId} are for use at ${body.placeId}.`);
  demandUsable(input, balance);
  const lacking = line.approved - committed(line);
  if (amount > lacking)
    throw refuse(
      'more-than-lacking',
      'quantity',
      `Line ${line.n} lacks ${inUnits(item, lacking).en} beside what is under way.`,
    );

  const shelf = { lotId: body.lotId, placeId: body.placeId };
  const own = quantityOn(planned(line), shelf);
  const kept = Math.min(own, amount);
  const fresh = amount - kept;
  const taken = takenFor(input, balance, fresh);
  const displaced = displacedBy(line, shelf, fresh - short(line));
  const room = [{ ...shelf, quantity: kept }, ...displaced].reduce<Line>(
    (so, hold) => givenBack(so, hold, hold.quantity),
    line,
  );
  if (room.holds.length >= MAX_HOLDS)
    throw new Problem(409, 'too-many-lots', `Line ${line.n} holds ${MAX_HOLDS} lots already: pick some of them first.`);
  return {
    line: heldByHand(room, { ...shelf, quantity: amount, byHand: { by: actor.sub, at: now, reason: body.reason } }),
    quantity: amount,
    taken,
    deltas: summed([
      { ...shelf, held: fresh - taken.quantity },
      ...displaced.map(({ quantity, ...place }) => ({ ...place, held: -quantity })),
    ]),
  };
};

const demandUsable = ({ line, site, policy, now }: HandHoldInput, { designation, useBy, lotId: id }: Balance): void => {
  if (!isMeantFor({ designation }, line))
    throw refuse('designated', 'lotId', `${id} is designated to others; no hold by hand changes that.`);
  if (!usableAt(useBy, arrivalAt(site, policy, now)))
    throw refuse('expires', 'lotId', `${id} is to be used by ${useBy} and would come too late.`);
};

/** What has to be taken from others beside what is free. */
const takenFor = ({ line, item, others, body }: HandHoldInput, { free }: Balance, fresh: number): Released => {
  const needed = fresh - free;
  if (needed <= 0) return NOTHING;
  const after = others.filter(({ tier }) => tier > line.tier);
  const back = released(after, body, issueSize(item), needed, 'planned');
  if (body.takeFrom && back.quantity >= needed) return back;
  const most = released(after, body, 1, Number.MAX_SAFE_INTEGER, 'planned').quantity;
  throw refuse(
    'not-free',
    'quantity',
    `Of this lot ${inUnits(item, free).en} are free there, and ${inUnits(item, most).en} planned for the tiers after, which \`takeFrom\` takes.`,
  );
};

type Placed = Pick<Hold, 'lotId' | 'placeId' | 'quantity'>;

const quantityOn = (holds: readonly Hold[], shelf: { readonly lotId: string; readonly placeId: string }): number =>
  holds.reduce((sum, hold) => sum + (placeKey(hold) === placeKey(shelf) ? hold.quantity : 0), 0);

/** Planned goods of other lots that the line then has too much, the last planned first. */
const displacedBy = (
  line: Line,
  shelf: { readonly lotId: string; readonly placeId: string },
  over: number,
): Placed[] => {
  let left = Math.max(0, over);
  return planned(line)
    .filter((hold) => placeKey(hold) !== placeKey(shelf))
    .toReversed()
    .flatMap(({ lotId: id, placeId, quantity }) => {
      const back = Math.min(quantity, left);
      left -= back;
      return back === 0 ? [] : [{ lotId: id, placeId, quantity: back }];
    });
};

/** One delta a place, and none that is nothing. */
const summed = (deltas: HandHeld['deltas']): HandHeld['deltas'] =>
  [...Map.groupBy(deltas, placeKey).values()].flatMap((of) => {
    const [first] = of;
    const held = of.reduce((sum, delta) => sum + delta.held, 0);
    return first === undefined || held === 0 ? [] : [{ ...first, held }];
  });

/**
 * Takes a person's promise back, and leaves the goods to the next apportionment. What is in picking stays.
 *
 * @throws Problem 403 `own-request`; 409 `nothing-held`.
 */
export const handReleased = (
  request: Request,
  line: Line,
  { lotId: only }: HandReleaseBody,
  actor: Actor,
): Pick<HandHeld, 'line' | 'deltas'> & { readonly released: readonly Hold[] } => {
  demandOther(request, actor);
  const gone = handmade(line).filter((hold) => only === undefined || hold.lotId === only);
  if (gone.length === 0)
    throw new Problem(
      409,
      'nothing-held',
      `Nothing that nobody picks yet is held by hand for line ${line.n}. Cancel a consignment to put back what it picks.`,
    );
  return {
    line: { ...line, holds: line.holds.filter((hold) => !gone.includes(hold)) },
    released: gone,
    deltas: summed(gone.map(({ lotId: id, placeId, quantity }) => ({ lotId: id, placeId, held: -quantity }))),
  };
};
