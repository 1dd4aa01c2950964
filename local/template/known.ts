import type { z } from 'zod';
import { CannotStart } from '../cannot-start.ts';

/**
 * Reads part of the template that this host must understand whole. What a schema does not name would be left out in
 * silence here and happen in the cloud, so it stops the boot.
 *
 * @throws CannotStart of one sentence, naming the place and what is unknown or wrong there.
 */
export const known = <S extends z.ZodType>(schema: S, value: unknown, what: string): z.infer<S> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw new CannotStart(`${what}: ${place === '' ? '' : `at ${place}: `}${issue?.message ?? 'cannot be read'}.`);
};
