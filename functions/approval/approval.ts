import { z } from 'zod';
import { reason } from '../shared/reason.ts';
import { timeline } from '../workflow/timeline.ts';

/** Who decides, where a person has to. */
export const level = z.enum(['supply-group', 'headquarters']);
export type Level = z.infer<typeof level>;

/** What was odd about a line's quantity, and was confirmed by the asker. */
export const oddity = reason.extend({ n: z.int() });
export type Oddity = z.infer<typeof oddity>;

/** What was decided, by whom, on which policy, and every reason for it. */
export const decision = z.object({
  outcome: z.enum(['approved', 'refused']),
  by: z.string(),
  at: z.string(),
  level: z.enum(['at-once', ...level.options]),
  policyVersion: z.int(),
  reasons: z.array(reason),
  note: z.string().optional(),
  /** Of a purchase: headquarters approved a price above its ceiling, or one that nothing vouches for. */
  aboveCeiling: z.boolean().optional(),
});
export type Decision = z.infer<typeof decision>;

/** What every row that passes the green channel carries beside its timeline. */
export const approval = {
  /** Who asked; who entered a paper for somebody counts as who asked. */
  askedBy: z.string(),
  odd: z.array(oddity).default([]),
  /** Who decides now, while it waits for a person. */
  level: level.optional(),
  /** Why a person has to decide: the green channel's reasons, listed. */
  referral: z.array(reason).default([]),
  decision: decision.optional(),
};
const approvable = z.object({ ...timeline, ...approval });
export type Approvable = z.infer<typeof approvable>;
