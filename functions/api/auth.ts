import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { type Actor, actorSchema, ROLES } from '../shared/actor.ts';
import { Problem } from '../shared/problem.ts';
import { slug } from '../shared/quantity.ts';

/** Turns an `Authorization` header into the caller, or refuses with 401. */
export type Verify = (authorization: string | undefined) => Promise<Actor>;

/** Claims as a user pool writes them: custom ones prefixed, lists as text. The embedded issuer writes them the same way. */
const claims = z.object({
  sub: z.string().min(1).max(200),
  'custom:county': z.string().regex(/^\d{6}$/),
  'custom:roles': z.string(),
  /** A user pool keeps an attribute once set: emptied, it is an empty text. */
  'custom:site': z.union([slug, z.literal('')]).optional(),
});

/** `system` is never anybody's to claim. */
const claimable = ROLES.filter((role) => role !== 'system');

/** Who the claims say is calling. @throws Problem 401 naming the claims that are missing or odd. */
export const actorOf = (payload: unknown): Actor => {
  const found = claims.safeParse(payload);
  if (!found.success) {
    const names = found.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new Problem(401, 'bad-token', {
      zh: `登录凭证没有说明您的身份：${names}；请重新登录或联系管理员。`,
      en: `The token does not say who you are here: ${names}.`,
    });
  }
  const held = new Set(found.data['custom:roles'].split(/[ ,]+/));
  return actorSchema.parse({
    sub: found.data.sub,
    county: found.data['custom:county'],
    roles: claimable.filter((role) => held.has(role)),
    ...(found.data['custom:site'] && { siteId: found.data['custom:site'] }),
  });
};

/** An issuer that cannot be asked is our trouble; only a key that it does not have is the token's. */
const reachable =
  (keys: JWTVerifyGetKey): JWTVerifyGetKey =>
  async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new Problem(503, 'no-sign-in', {
        zh: '登录服务暂时读不到，请稍后再试。',
        en: 'The keys of the sign-in service cannot be read now. Repeat in a moment.',
      });
    }
  };

/**
 * Verifies bearer tokens of one OIDC issuer: signature, issuer, audience, expiry. The gateway's authorizer does this
 * where it can reach the issuer; the app does it again everywhere, so that no route is open by misconfiguration.
 */
export const oidcVerifier = (issuer: string, jwksUri: string, audience: string): Verify => {
  const keys = reachable(createRemoteJWKSet(new URL(jwksUri)));
  return async (authorization) => {
    const token = authorization?.match(/^Bearer +(\S+)$/i)?.[1];
    if (token === undefined)
      throw new Problem(401, 'no-token', { zh: '请先登录。', en: 'Sign in and send the token as a bearer.' });
    return actorOf(await payloadOf(token, keys, { issuer, audience }));
  };
};

const payloadOf = async (
  token: string,
  keys: JWTVerifyGetKey,
  expected: { readonly issuer: string; readonly audience: string },
): Promise<unknown> => {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      algorithms: ['RS256', 'ES256'],
      // A token without an end would outlive whoever lost it.
      requiredClaims: ['exp'],
    });
    return payload;
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof errors.JWTExpired)
      throw new Problem(401, 'expired-token', {
        zh: '登录已过期，请重新登录。',
        en: 'The token has expired. Sign in again.',
      });
    throw new Problem(401, 'bad-token', {
      zh: '登录凭证无效，请重新登录。',
      en: 'The token is not one of ours, or has been changed.',
    });
  }
};
