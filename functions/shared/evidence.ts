import { z } from 'zod';
import type { Action } from './actions.ts';
import type { Actor } from './actor.ts';
import type { Ids } from './ids.ts';
import { named } from './party.ts';
import { invalid } from './problem.ts';
import { instant, text } from './quantity.ts';

/** What stands behind something that staff enter for somebody else (FACTS: papers for later inspection). */
export const evidenceBody = z.strictObject({
  medium: z.enum(['paper', 'phone']),
  /** Number of the signed paper, or of the entry in the telephone log. */
  reference: text(120),
  /** Who signed it, or who called. */
  signatory: text(60),
  /** When it happened; not when it is entered. */
  occurredAt: instant,
});
export type EvidenceBody = z.infer<typeof evidenceBody>;

/** As it stands on a row: the signatory by id, and who entered it. */
export const evidence = z.object({
  medium: evidenceBody.shape.medium,
  reference: z.string(),
  signatoryId: z.string(),
  occurredAt: z.string(),
  enteredBy: z.string(),
});
type Evidence = z.infer<typeof evidence>;

/** As staff read it, with the name of who signed. */
export const evidenceView = evidence.extend({ signatory: z.string() });
export const evidenceViewOf = (
  of: Evidence | undefined,
  people: ReadonlyMap<string, string>,
): z.infer<typeof evidenceView> | undefined => of && { ...of, signatory: people.get(of.signatoryId) ?? '' };

/**
 * The evidence as it is kept, and the action that notes down its signatory.
 *
 * @throws Problem 422 `not-yet` when it is to have happened after now.
 */
export const evidenceOf = (
  { signatory, ...given }: EvidenceBody,
  { county, sub }: Actor,
  ids: Ids,
  now: string,
): { readonly evidence: Evidence; readonly actions: readonly Action[] } => {
  const occurredAt = new Date(given.occurredAt).toISOString();
  if (occurredAt > now)
    throw invalid('not-yet', 'evidence.occurredAt', {
      zh: '尚未发生的事不能登记，请核对时间。',
      en: 'Nothing can be recorded before it has happened.',
    });
  const signatoryId = ids.next('pty');
  return {
    evidence: { ...given, signatoryId, occurredAt, enteredBy: sub },
    actions: [named({ county, id: signatoryId, name: signatory, at: now })],
  };
};
