import { z } from 'zod';
import { keysOf } from './keys.ts';
import { defineRow } from './row.ts';

/** Days an idempotency marker is kept: longer than a phone stays without a signal. */
export const ONCE_DAYS = 30;

/**
 * Says that a command was done: who sent what, and where the result stands. A repeat with the same body is answered
 * from the result; with another body it is refused.
 */
export const onceRow = defineRow({
  type: 'once',
  v: 1,
  schema: z.object({
    county: z.string(),
    subject: z.string(),
    route: z.string(),
    key: z.string(),
    bodyHash: z.string(),
    /** Id of what the command made or changed. */
    result: z.string(),
    commit: z.string(),
    expires: z.int(),
  }),
  keys: (once) => ({ ...keysOf(once.county).once(once.subject, once.route, once.key), ttl: once.expires }),
});

/** What the caller sent to make its command repeatable. */
export interface Once {
  readonly subject: string;
  readonly route: string;
  readonly key: string;
  readonly bodyHash: string;
}
