import { z } from 'zod';
import { MAX_ACTIONS } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { keysOf } from '../shared/keys.ts';
import type { FieldError } from '../shared/problem.ts';
import { positive, slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { release } from './adjustment.ts';
import { stockStatus } from './balance.ts';

/** The disposal, its shelf, its movement, event and idempotency marker. */
const ALWAYS = 5;

/** Lines that one disposal may take goods back from: each is one action of its transaction. */
export const MAX_GIVING_BACK = MAX_ACTIONS - ALWAYS;

const disposalReason = z.enum(['expired', 'damaged', 'contaminated', 'failed-inspection', 'recalled', 'other']);
const disposalMethod = z.enum(['burnt', 'buried', 'destroyed', 'recycled', 'handed-over', 'other']);

export const disposalBody = z.strictObject({
  lotId: z.string().regex(/^[\w-]{1,64}$/, 'a lot id'),
  placeId: slug,
  /** Where they lie: condemned, or past their last day of use. */
  status: stockStatus.default('condemned'),
  /** Together with its unit; neither: all that is there. */
  quantity: positive.optional(),
  unit: text(20).optional(),
  reason: disposalReason,
  method: disposalMethod,
  /** The number of the paper or the photographs that prove it. */
  evidence: text(100),
  /** The number of the paper that a second person signed, who was there; it names nobody. */
  witness: text(100),
  note: text(300).optional(),
});
export type DisposalBody = z.infer<typeof disposalBody>;

/** Goods that are no more, and what proves it (报废处置). Never changed. */
export const disposal = z.object({
  county: z.string(),
  id: z.string(),
  version: z.int(),
  itemId: z.string(),
  lotId: z.string(),
  placeId: z.string(),
  status: stockStatus,
  /** In base units. */
  quantity: positive,
  reason: disposalReason,
  method: disposalMethod,
  evidence: z.string(),
  witness: z.string(),
  note: z.string().optional(),
  /** Planned goods given back to the pool: of goods that expired after they were planned. */
  released: z.array(release),
  at: z.string(),
  by: z.string(),
});
export type Disposal = z.infer<typeof disposal>;

export const disposalRow = defineRow({
  type: 'disposal',
  v: 1,
  schema: disposal,
  keys: (row) => ({
    ...keysOf(row.county).disposal(row.id),
    GSI1PK: keysOf(row.county).queue('disposals'),
    GSI1SK: row.id,
  }),
});

/** A method that says nothing, and goods that are called expired and are not. */
export const disposalFaults = (
  { method, reason, note }: Pick<DisposalBody, 'method' | 'reason' | 'note'>,
  { isExpired }: { readonly isExpired: boolean },
): FieldError[] => [
  ...(method === 'other' && note === undefined ? [{ path: 'note', message: 'Say what the other method is.' }] : []),
  ...(reason === 'expired' && !isExpired
    ? [{ path: 'reason', message: 'These goods are not past their last day of use.' }]
    : []),
];

/** Whether this person may have much disposed of at once; anybody of the stock room may of a little. */
export const mayDisposeOfMuch = ({ roles }: Pick<Actor, 'roles'>): boolean =>
  roles.includes('headquarters') || roles.includes('approver');
