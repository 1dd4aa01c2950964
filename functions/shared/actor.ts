import { z } from 'zod';
import { Problem } from './problem.ts';

/** Who may act. `system` is the green channel itself: machines, consumers and the sweep. */
export const ROLES = [
  ...['clerk', 'approver', 'headquarters', 'storekeeper', 'buyer', 'finance', 'auditor'],
  ...['point', 'system'],
] as const;

/** The caller as the token's claims say: never from a body. */
export const actorSchema = z.object({
  sub: z.string(),
  county: z.string(),
  roles: z.array(z.enum(ROLES)),
  /** The one site that a point or a front-line unit acts for. */
  siteId: z.string().optional(),
});
export type Actor = z.infer<typeof actorSchema>;
export type Role = (typeof ROLES)[number];

export const systemActor = (county: string): Actor => ({ sub: 'green-channel', county, roles: ['system'] });

/** The one site that a point or a front-line unit acts for. @throws Problem 403 `wrong-site` for a sign-in of no site. */
export const ownSite = ({ siteId }: Actor): string => {
  if (siteId === undefined)
    throw new Problem(403, 'wrong-site', { zh: '您的账号没有对应的点位。', en: 'This sign-in is for no site.' });
  return siteId;
};
