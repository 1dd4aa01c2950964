import { z } from 'zod';
import { type Policy, tier } from '../catalogue/policy.ts';
import { goods, type Names, place, waybill } from '../notices/words.ts';
import { keysOf } from '../shared/keys.ts';
import type { FieldError } from '../shared/problem.ts';
import { positive, quantity, slug, text } from '../shared/quantity.ts';
import type { Reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import type { StockStatus } from '../stock/balance.ts';
import type { Effects } from '../stock/movement.ts';
import { isLate, moved, nextIn, raised, timeline, worklistKeys } from '../workflow/timeline.ts';
import { MAX_LOT_LINES } from './consignment.ts';

/** How goods that nobody could account for were accounted for in the end. */
const outcome = z.enum(['lost', 'found', 'returned']);
type Outcome = z.infer<typeof outcome>;

export const shortfallStatus = z.enum(['open', 'resolved']);

const shortfallLine = z.object({
  /** Of the waybill. */
  n: z.int(),
  itemId: z.string(),
  lotId: z.string(),
  quantity: positive,
  reason: z.string(),
  lost: quantity.default(0),
  found: quantity.default(0),
  returned: quantity.default(0),
});
export type ShortfallLine = z.infer<typeof shortfallLine>;

/** What of a consignment is unaccounted for (短缺), until staff say of each unit that it is lost, found or returned. */
export const shortfallRow = defineRow({
  type: 'shortfall',
  v: 1,
  traced: true,
  schema: z.object({
    ...timeline,
    status: shortfallStatus,
    consignmentId: z.string(),
    /** Of its waybill. */
    code: z.string().optional(),
    fromId: z.string(),
    toId: z.string(),
    tier,
    at: z.string(),
    lines: z.array(shortfallLine).max(MAX_LOT_LINES),
  }),
  keys: (row) => {
    const keys = keysOf(row.county);
    return {
      ...keys.shortfall(row.id),
      ...worklistKeys('shortfall', row),
      GSI2PK: keys.party(row.toId),
      GSI2SK: `SHORT#${row.id}`,
    };
  },
});
export type Shortfall = ReturnType<typeof shortfallRow.parse>;

/** Each outcome takes a movement and a shelf, or the need lines it counts to: what is left of a hundred after those. */
const MAX_OUTCOMES = 12;

export const resolutionBody = z.strictObject({
  outcomes: z
    .array(
      z.strictObject({
        n: z.int().min(1).max(MAX_LOT_LINES),
        outcome,
        quantity: positive,
        /** Base units where none is named. */
        unit: text(20).optional(),
        /** Of what was returned: the warehouse that has it now; none: the one that it left. */
        placeId: slug.optional(),
        /** Of what was returned. What is doubtful is kept apart until somebody has looked at it. */
        condition: z.enum(['good', 'doubtful', 'broken']).optional(),
      }),
    )
    .min(1)
    .max(MAX_OUTCOMES),
  /** The paper or entry that shows it: a statement, a police report, a loss-and-adjustment report. */
  reference: text(120),
  note: text(500),
});
export type ResolutionBody = z.infer<typeof resolutionBody>;
export type Resolved = Omit<ResolutionBody['outcomes'][number], 'unit'>;

/** The shelf that returned goods go to; `good`: where good ones of their lot go. */
export const shelfFor = (condition: Resolved['condition'], good: StockStatus): StockStatus =>
  condition === 'broken' ? 'condemned' : condition === 'doubtful' ? 'quarantined' : good;

export const unaccounted = ({ quantity: all, lost, found, returned }: ShortfallLine): number =>
  all - lost - found - returned;

/** What an outcome does to the lot's account. */
export const resolutionEffects = (of: Outcome, amount: number): Effects => ({
  unaccounted: -amount,
  ...{ lost: { lost: amount }, found: { delivered: amount }, returned: { onHand: amount } }[of],
});

/** Outcomes of lines that there are not, for more than is unaccounted for, or that say what only a return can say. */
export const resolutionFaults = (lines: readonly ShortfallLine[], outcomes: readonly Resolved[]): FieldError[] => {
  const left = new Map(lines.map((line) => [line.n, unaccounted(line)]));
  return outcomes.flatMap(({ n, outcome: of, quantity: amount, placeId, condition }, i): FieldError[] => {
    const path = (field: string): string => `outcomes[${i}].${field}`;
    const open = left.get(n);
    if (open === undefined) return [{ path: path('n'), message: `Nothing of line ${n} was missing.` }];
    left.set(n, open - amount);
    return [
      ...(amount <= open
        ? []
        : [{ path: path('quantity'), message: `Of line ${n}, ${Math.max(0, open)} are unaccounted for.` }]),
      ...(of === 'returned'
        ? []
        : (['placeId', 'condition'] as const)
            .filter((field) => ({ placeId, condition })[field] !== undefined)
            .map((field) => ({ path: path(field), message: 'Only what was returned has this.' }))),
    ];
  });
};

const withOutcome = (line: ShortfallLine, { outcome: of, quantity: amount }: Resolved): ShortfallLine => ({
  ...line,
  [of]: line[of] + amount,
});

/** With these outcomes; resolved once nothing is unaccounted for any more. */
export const resolved = (row: Shortfall, outcomes: readonly Resolved[], now: string): Shortfall => {
  const lines = row.lines.map((line) => outcomes.filter(({ n }) => n === line.n).reduce(withOutcome, line));
  const next = { ...row, lines };
  return lines.every((line) => unaccounted(line) === 0) ? ended(next, now) : next;
};

const ended = (row: Shortfall, now: string): Shortfall => {
  const { failure, ...rest } = row;
  return moved<Shortfall>(rest, { status: 'resolved', reminders: 0 }, now);
};

/**
 * With what is missing now, after the count was corrected. What was resolved stays resolved; where more is missing than
 * that, it is open again under a new deadline.
 */
export const restated = (row: Shortfall, lines: readonly ShortfallLine[], dueAt: string, now: string): Shortfall => {
  const next = { ...row, lines: [...lines] };
  if (lines.every((line) => unaccounted(line) === 0)) return row.status === 'open' ? ended(next, now) : next;
  return row.status === 'open' ? next : raised<Shortfall>({ ...next, status: 'open', dueAt, reminders: 0 }, now);
};

/** A shortfall as people read it. */
export const shortfallView = z.object({
  id: z.string(),
  version: z.int(),
  status: shortfallStatus,
  consignmentId: z.string(),
  fromId: z.string(),
  toId: z.string(),
  tier,
  at: z.string(),
  lines: z.array(shortfallLine.extend({ unaccounted: quantity })),
  next: nextIn(['resolution', 'retry', 'nothing']),
});

export const shortfallViewOf = (row: Shortfall, now: string): z.infer<typeof shortfallView> => {
  const { id, version, status, consignmentId, fromId, toId, tier: of, at, lines, dueAt, reminders, failure } = row;
  return {
    ...{ id, version, status, consignmentId, fromId, toId, tier: of, at },
    lines: lines.map((line) => ({ ...line, unaccounted: unaccounted(line) })),
    next:
      status === 'resolved'
        ? { step: 'nothing', overdue: false, reminders }
        : {
            step: failure === undefined ? 'resolution' : 'retry',
            ...{ dueAt, overdue: isLate(row, now), reminders },
          },
  };
};

type Missing = Pick<Shortfall, 'consignmentId' | 'code' | 'toId' | 'lines'>;

/** What it is called, and what of it is not accounted for. */
const saidOf = ({ consignmentId: id, code, toId, lines }: Missing, { site, items }: Names) => ({
  to: place(site, toId),
  paper: waybill({ id, code }),
  lost: goods(
    items,
    lines.flatMap((line) => (unaccounted(line) > 0 ? [{ itemId: line.itemId, quantity: unaccounted(line) }] : [])),
  ),
});

/** What the storekeeper is told when goods did not arrive as they were sent. */
export const shortfallNotice = (row: Missing, names: Names): Reason => {
  const { to, paper, lost } = saidOf(row, names);
  return {
    code: 'shortfall',
    zh: `送往${to.zh}的物资（${paper.zh}）缺少：${lost.zh}。请查明下落：丢失、找到或退回。`,
    en: `Of the goods for ${to.en} (${paper.en}) these are missing: ${lost.en}. Find out whether they are lost, found or returned.`,
  };
};

/** How unaccounted goods are chased. */
export const shortfallChase = {
  row: shortfallRow,
  event: 'ShortfallOverdue',
  again: ({ delivery }: Policy): number => delivery.resolveMinutes,
  names: ({ toId, lines }: Shortfall) => ({ siteId: toId, itemIds: lines.map(({ itemId }) => itemId) }),
  words: (row: Shortfall, names: Names): Reason => {
    const { to, paper, lost } = saidOf(row, names);
    return {
      code: 'shortfall-overdue',
      zh: `送往${to.zh}的物资（${paper.zh}）仍下落不明，已超过处理期限：${lost.zh}。`,
      en: `Goods for ${to.en} (${paper.en}) are still unaccounted for, past their deadline: ${lost.en}.`,
    };
  },
  first: { role: 'storekeeper' },
  later: { role: 'headquarters' },
} as const;
