import { z } from 'zod';
import { MAX_ACTIONS } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { compare } from '../shared/order.ts';
import type { FieldError } from '../shared/problem.ts';
import { positive, slug, text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';
import { release } from './adjustment.ts';
import { type StockStatus, stockStatus } from './balance.ts';
import type { Movement } from './movement.ts';

/**
 * The change, two shelves, its movement, event and idempotency marker; that the lot is not being recalled; the notice that
 * asked for it, and its event.
 */
const ALWAYS = 9;

/** Lines that one change may take goods back from: each is one action of its transaction. */
export const MAX_GIVING_BACK = MAX_ACTIONS - ALWAYS;

const reasons = {
  quarantine: z.enum(['suspected-damage', 'suspected-quality', 'papers-missing', 'storage-broken', 'other']),
  release: z.enum(['inspected', 'papers-complete', 'set-apart-by-mistake', 'other']),
  condemn: z.enum(['expired', 'damaged', 'contaminated', 'failed-inspection', 'recalled', 'other']),
};

const changeOf = <S extends z.ZodType<string>>(reason: S) =>
  z.strictObject({
    placeId: slug,
    /** Together with its unit; neither: all that is there. */
    quantity: positive.optional(),
    unit: text(20).optional(),
    reason,
    note: text(300).optional(),
  });

export const quarantineBody = changeOf(reasons.quarantine);
export const releaseBody = changeOf(reasons.release);
export const condemnBody = changeOf(reasons.condemn).extend({
  /** Where they lie now. */
  from: z.enum(['quarantined', 'available']).default('quarantined'),
  /** What is wrong with them: they will not be used any more. */
  note: text(300),
});

/** What a person says of goods that change their status. */
export type StatusChangeBody = Omit<z.infer<typeof quarantineBody>, 'reason'> & { readonly reason: string };

/** What is done to goods, as the books call it. */
export const ACTS = {
  quarantine: { to: 'quarantined', kind: 'quarantined', event: 'StockQuarantined', become: 'set apart' },
  release: { to: 'available', kind: 'released', event: 'StockReleased', become: 'released' },
  condemn: { to: 'condemned', kind: 'condemned', event: 'StockCondemned', become: 'condemned' },
} as const satisfies Record<
  string,
  { to: StockStatus; kind: Movement['kind']; event: `Stock${string}`; become: string }
>;
export type Act = keyof typeof ACTS;

/** Goods of a lot that became another status where they lie (库存状态变更). Never changed. */
export const statusChange = z.object({
  county: z.string(),
  id: z.string(),
  version: z.int(),
  act: z.enum(['quarantine', 'release', 'condemn']),
  itemId: z.string(),
  lotId: z.string(),
  placeId: z.string(),
  from: stockStatus,
  to: stockStatus,
  /** In base units. */
  quantity: positive,
  reason: z.string(),
  note: z.string().optional(),
  /** Planned goods given back to the pool, weakest claim first. */
  released: z.array(release),
  at: z.string(),
  by: z.string(),
});
export type StatusChange = z.infer<typeof statusChange>;

export const statusChangeRow = defineRow({
  type: 'status-change',
  v: 1,
  schema: statusChange,
  keys: (row) => keysOf(row.county).statusChange(row.id),
});

/** A quantity without its unit, and a reason that says nothing. */
export const changeFaults = ({
  quantity,
  unit,
  reason,
  note,
}: Pick<StatusChangeBody, 'quantity' | 'unit'> & {
  readonly reason: string;
  readonly note?: string | undefined;
}): FieldError[] => [
  ...(quantity !== undefined && unit === undefined
    ? [{ path: 'unit', message: 'Say the unit: a bare number may be boxes to one and pieces to another.' }]
    : []),
  ...(quantity === undefined && unit !== undefined
    ? [{ path: 'quantity', message: 'Say how many; neither quantity nor unit: all that is there.' }]
    : []),
  ...(reason === 'other' && note === undefined ? [{ path: 'note', message: 'Say what the other reason is.' }] : []),
];

/**
 * Who put what lies on a shelf there, by the lot's movements, since it was last empty. None of them lets goods out of
 * quarantine, or records what was condemned as gone: a second person looks at what the first had doubts about.
 */
export const keepersOf = (movements: readonly Movement[], placeId: string, status: StockStatus): Set<string> => {
  const keepers = new Set<string>();
  let there = 0;
  for (const { placeId: at, shelves, by } of movements.toSorted((a, b) => compare(a.id, b.id))) {
    const change = at === placeId ? (shelves?.[status] ?? 0) : 0;
    there += change;
    if (change > 0) keepers.add(by);
    if (there <= 0) keepers.clear();
  }
  return keepers;
};
