import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { Actor } from '../../functions/shared/actor.ts';
import { AUDIENCE } from '../template/synth.ts';

const ALGORITHM = 'ES256';
/** An exercise, or a long day at a checkpoint without the console in sight. */
const TOKEN_LIFE = '7 days';

/** The host's own OpenID issuer: the functions verify its tokens as they verify those of any other. */
/** Signs a person in: whoever it is said to be, since this is a machine of one's own. */
export type TokenOf = (actor: Actor) => Promise<string>;

export interface Issuer {
  /** Documents that an issuer publishes, by path. */
  readonly documents: Readonly<Record<string, unknown>>;
  /** A signed token with claims as a user pool writes them. */
  token(actor: Actor): Promise<string>;
}

/** An issuer at this address. Its key stays in the data folder, so that a token outlives a restart. */
export const openIssuer = async (dataDir: string, url: string): Promise<Issuer> => {
  const secret = await signingKey(join(dataDir, 'issuer-key.json'));
  const key = await importJWK(secret, ALGORITHM);
  const { kty, crv, x, y } = secret;
  const kid = await calculateJwkThumbprint(secret);
  return {
    documents: {
      '/.well-known/openid-configuration': {
        issuer: url,
        jwks_uri: `${url}/.well-known/jwks.json`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [ALGORITHM],
      },
      '/.well-known/jwks.json': { keys: [{ kty, crv, x, y, kid, use: 'sig', alg: ALGORITHM }] },
    },
    token: ({ sub, county, roles, siteId }) =>
      new SignJWT({
        'custom:county': county,
        'custom:roles': roles.join(' '),
        ...(siteId !== undefined && { 'custom:site': siteId }),
      })
        .setProtectedHeader({ alg: ALGORITHM, kid })
        .setSubject(sub)
        .setIssuer(url)
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime(TOKEN_LIFE)
        .sign(key),
  };
};

const signingKey = async (file: string): Promise<JWK> => {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as JWK;
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key = await exportJWK(privateKey);
  writeFileSync(`${file}.new`, JSON.stringify(key), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return key;
};
