import { z } from 'zod';

/** A sentence as people read it, with its numbers, in the two languages of the desk, and a stable code. */
export const reason = z.object({ code: z.string(), zh: z.string(), en: z.string() });
export type Reason = z.infer<typeof reason>;

/** One sentence in both languages: villages read Chinese, whoever connects a system may not. */
export type Said = Pick<Reason, 'zh' | 'en'>;
