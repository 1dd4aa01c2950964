import { z } from 'zod';

const several = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** `${aws:PrincipalTag/…}` and the like would be read as plain text, and so allow too little or too much. */
const resources = several.refine((all) => all.every((one) => !one.includes('${')), 'holds a policy variable');

/**
 * A statement as this host can judge it. Conditions, `NotAction`, `NotResource` and principals are refused as unknown
 * fields: to pass over a condition would allow what the cloud denies.
 */
export const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: several,
  Resource: resources,
});
export type Statement = z.infer<typeof statementSchema>;

/** One right that a call takes. */
export interface Need {
  readonly action: string;
  readonly resource: string;
}

/** `*` stands for any characters, `?` for one. */
const fits = (pattern: string, text: string, flags = ''): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    `s${flags}`,
  ).test(text);

const covers = (statement: Statement, { action, resource }: Need): boolean =>
  // Actions are compared without case, ARNs with it.
  statement.Action.some((pattern) => fits(pattern, action, 'i')) &&
  statement.Resource.some((pattern) => fits(pattern, resource));

/** Denied unless allowed, and whatever is allowed, a denial wins. */
export const allows = (statements: readonly Statement[], need: Need): boolean =>
  statements.some((one) => one.Effect === 'Allow' && covers(one, need)) &&
  !statements.some((one) => one.Effect === 'Deny' && covers(one, need));

/** What DynamoDB and Step Functions throw at a caller whose role lacks a right. */
class AccessDeniedException extends Error {
  override readonly name = 'AccessDeniedException';
  readonly $fault = 'client';
  readonly $metadata = { httpStatusCode: 400 };
}

/**
 * Asks a function's policy for every right that a call takes; answers from memory what was asked before, because a
 * policy never changes under a running host.
 *
 * @throws AccessDeniedException naming function, action and resource.
 */
export const guard = (functionName: string, statements: readonly Statement[]): ((needs: readonly Need[]) => void) => {
  const granted = new Set<string>();
  return (needs) => {
    for (const need of needs) {
      const right = `${need.action} ${need.resource}`;
      if (granted.has(right)) continue;
      if (!allows(statements, need))
        throw new AccessDeniedException(
          `${functionName} is not authorized to perform ${need.action} on ${need.resource}`,
        );
      granted.add(right);
    }
  };
};
