import { createRemoteJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Actor, actorSchema, ROLES } from '../shared/actor.ts';
import { Problem } from '../shared/problem.ts';

/** Turns an `Authorization` header into the caller, or refuses with 401. */
export type Verify = (authorization: string | undefined) => Promise<Actor>;

/** Claims as a user pool writes them: custom ones prefixed, lists as text. The embedded issuer writes them the same way. */
const claims = z.object({
  sub: z.string().min(1),
  'custom:county': z.string().regex(/^\d{6}$/),
  'custom:roles': z.string(),
  'custom:site': z.string().optional(),
});

/**
 * Verifies bearer tokens of one OIDC issuer: signature, issuer, audience, expiry. The gateway's authorizer does this
 * where it can reach the issuer; the app does it again everywhere, so that no route is open by misconfiguration.
 */
export const oidcVerifier = (issuer: string, jwksUri: string, audience: string): Verify => {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  return async (authorization) => {
    const token = authorization?.match(/^Bearer (.+)$/)?.[1];
    if (token === undefined) throw new Problem(401, 'no-token', 'Sign in and send the token as a bearer.');
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms: ['RS256', 'ES256'] });
      const found = claims.parse(payload);
      const roles = found['custom:roles'].split(/[ ,]+/).filter((role) => (ROLES as readonly string[]).includes(role));
      return actorSchema.parse({
        sub: found.sub,
        county: found['custom:county'],
        // `system` is never anybody's to claim.
        roles: roles.filter((role) => role !== 'system'),
        siteId: found['custom:site'],
      });
    } catch (error) {
      throw new Problem(401, 'bad-token', error instanceof Error ? error.message : 'The token cannot be read.');
    }
  };
};
