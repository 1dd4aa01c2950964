import { z } from 'zod';
import { type Key, keysOf } from './keys.ts';
import { defineRow } from './row.ts';

/**
 * The audit trail: one row per change of an aggregate, beside it, numbered by the version the change made. The
 * number must be free, so two changes can never both claim to be the next.
 */
export const eventRow = defineRow({
  type: 'event',
  v: 1,
  schema: z.object({
    county: z.string(),
    /** Key of the row that changed; not the row's attribute names, which are this event's own key. */
    of: z.object({ PK: z.string(), SK: z.string() }),
    version: z.int(),
    /** Past tense: `RequestApproved`. */
    name: z.string(),
    at: z.string(),
    by: z.string(),
    reason: z.string().optional(),
    data: z.record(z.string(), z.unknown()).default({}),
    commit: z.string(),
    /** The request that it was done on behalf of, at once or by what followed; none: of nobody. */
    correlation: z.string().optional(),
  }),
  keys: (event) => keysOf(event.county).event(event.of, event.version),
});

export type Event = ReturnType<typeof eventRow.parse>;

/** An event as people read it, beside what it changed. */
export const eventView = z
  .object({
    version: z.int(),
    name: z.string(),
    at: z.string(),
    by: z.string(),
    reason: z.string().optional(),
    data: z.record(z.string(), z.unknown()),
    /** Of the movements that came with it, too. */
    commit: z.string(),
    /** Of the request that it goes back to, and of all log lines about that. */
    correlation: z.string().optional(),
  })
  .meta({ id: 'Event' });

export type EventView = z.infer<typeof eventView>;

export const eventViewOf = ({ county: _county, of: _of, ...view }: Event): EventView => view;

/** What a command says happened; `commit()` adds the rest. */
export interface News {
  readonly of: Key;
  readonly version: number;
  readonly name: string;
  readonly reason?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>>;
}
