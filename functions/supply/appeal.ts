import { z } from 'zod';
import type { Policy } from '../catalogue/policy.ts';
import { tier } from '../catalogue/policy.ts';
import { amount, type Names } from '../notices/words.ts';
import { keysOf } from '../shared/keys.ts';
import { wrongStatus } from '../shared/problem.ts';
import { askedQuantity, instant, positive, quantity, slug, text } from '../shared/quantity.ts';
import type { Reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { arrivalBody } from '../stock/arrival.ts';
import { isLate, machinery, moved, nextIn, timeline, withoutMachinery, worklistKeys } from '../workflow/timeline.ts';

/** Parts that what was promised may come in. */
export const MAX_ARRIVALS = 20;

export const appealStatus = z.enum(['asked', 'promised', 'closed', 'refused']);
export type AppealStatus = z.infer<typeof appealStatus>;

/** What those above said that they send, by when. */
const promise = z.object({
  quantity: positive,
  expectedAt: z.string(),
  reference: z.string(),
  by: z.string(),
  at: z.string(),
});

/** What of it came at once, as it was counted at the door, in base units. */
const arrival = z.object({
  noteId: z.string().optional(),
  document: z.string(),
  accepted: quantity,
  damaged: quantity,
  wrong: quantity,
  note: z.string().optional(),
  by: z.string(),
  at: z.string(),
});
type Arrival = z.infer<typeof arrival>;

/**
 * Goods asked for from above (请求下拨), for a need line that the pool cannot meet or for the pool itself: followed like a
 * purchase, without money.
 */
const appeal = z.object({
  ...timeline,
  status: appealStatus,
  tier,
  itemId: z.string(),
  /** In base units. */
  quantity: positive,
  /** The warehouse that the goods are to be brought to. */
  placeId: z.string(),
  /** The need line that it is for, and who asked for that; none: for the pool. */
  need: z.object({ requestId: z.string(), n: z.int(), askedBy: z.string().optional() }).optional(),
  /** Who is asked: an office, not a person. */
  to: z.string(),
  /** Number of the letter that asks. */
  document: z.string(),
  reason: z.string(),
  askedBy: z.string(),
  promise: promise.optional(),
  arrivals: z.array(arrival).max(MAX_ARRIVALS),
  /** How it ended, where that was not by all of it arriving. */
  ended: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
  at: z.string(),
});

export const appealRow = defineRow({
  type: 'appeal',
  v: 1,
  traced: true,
  schema: appeal,
  keys: (row) => ({
    ...keysOf(row.county).appeal(row.id),
    ...worklistKeys('appeal', row),
    GSI2PK: keysOf(row.county).party(`appeals.${row.itemId}`),
    GSI2SK: `APPEAL#${row.id}`,
  }),
});
export type Appeal = ReturnType<typeof appealRow.parse>;

/** Whom, by which letter, and why. */
export const letter = { to: text(60), document: text(120), reason: text(500) };

export const appealBody = z.strictObject({
  itemId: slug,
  ...askedQuantity.shape,
  placeId: slug,
  ...letter,
});
export type AppealBody = z.infer<typeof appealBody>;

export const promiseBody = z.strictObject({ ...askedQuantity.shape, expectedAt: instant, reference: text(120) });
export type PromiseBody = z.infer<typeof promiseBody>;

export const appealArrivalBody = z.strictObject(arrivalBody);
export type AppealArrivalBody = z.infer<typeof appealArrivalBody>;

export const endBody = z.strictObject({ reason: text(500) });
export type EndBody = z.infer<typeof endBody>;

const came = ({ arrivals }: Pick<Appeal, 'arrivals'>): number =>
  arrivals.reduce((sum, { accepted }) => sum + accepted, 0);

/** What may still come, in base units: what was promised, or what was asked for while nobody has answered. */
export const outstanding = (row: Pick<Appeal, 'status' | 'quantity' | 'promise' | 'arrivals'>): number =>
  row.status === 'asked' || row.status === 'promised'
    ? Math.max(0, (row.promise?.quantity ?? row.quantity) - came(row))
    : 0;

/** Transitions as data: what may follow what. */
const NEXT: Readonly<Record<AppealStatus, readonly AppealStatus[]>> = {
  asked: ['promised', 'closed', 'refused'],
  promised: ['promised', 'closed'],
  closed: [],
  refused: [],
};

/** @throws Problem 409 `wrong-status` with what happened to it. */
const demand = (row: Appeal, to: AppealStatus): void => {
  if (!NEXT[row.status].includes(to))
    throw wrongStatus(appealRow.keyOf(row), `${row.id} is ${row.status}: it cannot become ${to} any more.`);
};

const over = (row: Appeal, status: 'closed' | 'refused', now: string): Appeal => {
  const { failure, ...rest } = row;
  return moved<Appeal>(rest, { status, reminders: 0 }, now);
};

/**
 * Those above have said what they send, of all that was asked for. Said again, it is another promise in place of the
 * first; where so much has come already, nothing is left to wait for.
 */
export const promised = (row: Appeal, given: NonNullable<Appeal['promise']>, now: string): Appeal => {
  demand(row, 'promised');
  const next: Appeal = { ...row, promise: given };
  return outstanding(next) === 0
    ? over(next, 'closed', now)
    : moved<Appeal>(next, { status: 'promised', dueAt: given.expectedAt, reminders: 0 }, now);
};

/** Those above send nothing, or somebody here gives up what is left of it. */
export const endedBy = (row: Appeal, ended: NonNullable<Appeal['ended']>, now: string): Appeal => {
  const status = row.status === 'asked' && row.arrivals.length === 0 ? 'refused' : 'closed';
  demand(row, status);
  return { ...over(row, status, now), ended };
};

/** That goods may still come of it. @throws Problem 409 `wrong-status` with what happened to it. */
export const demandUnderway = (row: Appeal): void => demand(row, 'closed');

/** Some of it came. Once all that was promised has, or nothing more will, it is closed. */
export const arrived = (
  row: Appeal,
  part: Arrival,
  { final, at }: { readonly final: boolean; readonly at: string },
): Appeal => {
  demandUnderway(row);
  const next = { ...row, arrivals: [...row.arrivals, part] };
  return final || outstanding(next) === 0 ? over(next, 'closed', at) : moved<Appeal>(next, { status: row.status }, at);
};

/** An appeal as staff read it. */
export const appealView = appeal.omit(machinery).extend({
  /** In base units. */
  came: quantity,
  outstanding: quantity,
  next: nextIn(['answer', 'arrival', 'retry', 'nothing']),
});

const STEPS = { asked: 'answer', promised: 'arrival', closed: 'nothing', refused: 'nothing' } as const;

export const appealViewOf = (row: Appeal, now: string): z.infer<typeof appealView> => {
  const { dueAt, reminders } = row;
  const step = row.failure === undefined ? STEPS[row.status] : 'retry';
  const deadline = step === 'nothing' ? { overdue: false } : { dueAt, overdue: isLate(row, now) };
  return {
    ...withoutMachinery(row),
    came: came(row),
    outstanding: outstanding(row),
    next: { step, ...deadline, reminders },
  };
};

/** How those above are chased: whoever asks for goods hears first. */
export const appealChase = {
  row: appealRow,
  event: 'AppealOverdue',
  again: ({ purchase }: Policy): number => purchase.appealMinutes,
  names: ({ itemId }: Appeal) => ({ itemIds: [itemId] }),
  words: (row: Appeal, { items }: Pick<Names, 'items'>): Reason => {
    const [{ to, status, document }, left] = [row, amount(items, row.itemId, outstanding(row))];
    return status === 'promised'
      ? {
          code: 'appeal-overdue',
          zh: `${to}答应下拨的${left.zh}（${document}）已过预计到达时间，尚未收齐，请催问。`,
          en: `${left.en} that ${to} promised (${document}) are past their time and have not come: ask again.`,
        }
      : {
          code: 'appeal-overdue',
          zh: `${to}对请求下拨${left.zh}（${document}）仍未答复，请催问，或另行采购。`,
          en: `${to} has not answered ${document}, which asks for ${left.en}: ask again, or buy it instead.`,
        };
  },
  first: { role: 'clerk' },
  later: { role: 'headquarters' },
} as const;
