import { once } from 'node:events';
import { createServer } from 'node:http';
import { CompactSign, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actorOf, oidcVerifier, type Verify } from '../../functions/api/auth.ts';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'green-channel';
const claims = { sub: 'wang', 'custom:county': '632323', 'custom:roles': 'clerk storekeeper' };

let verify: Verify;
let unreachable: Verify;
let sign: (payload?: JWTPayload, change?: (jwt: SignJWT) => SignJWT) => Promise<string>;
let forged: string;
let stop = () => {};

beforeAll(async () => {
  const [{ publicKey, privateKey }, stranger] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] }))).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  stop = () => server.close();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  verify = oidcVerifier(ISSUER, `http://127.0.0.1:${address.port}/jwks`, AUDIENCE);
  // The discard port: nobody listens there.
  unreachable = oidcVerifier(ISSUER, 'http://127.0.0.1:9/jwks', AUDIENCE);
  const jwtOf = (payload: JWTPayload) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setExpirationTime('5m');
  sign = (payload = claims, change = (jwt) => jwt) => change(jwtOf(payload)).sign(privateKey);
  forged = await jwtOf({ ...claims, 'custom:roles': 'headquarters' }).sign(stranger.privateKey);
});
afterAll(() => stop());

describe('sign-in', () => {
  it('takes who is calling from the token alone', async () => {
    expect(await verify(`Bearer ${await sign()}`)).toEqual({
      sub: 'wang',
      county: '632323',
      roles: ['clerk', 'storekeeper'],
    });
    const point = { sub: 'li', 'custom:county': '632323', 'custom:roles': 'point', 'custom:site': 'village-a' };
    expect(await verify(`bearer  ${await sign(point)}`)).toMatchObject({ roles: ['point'], siteId: 'village-a' });
  });

  it.each([
    ['no token', async () => undefined, 'no-token'],
    ['no bearer', async () => 'Basic d2FuZzp3YW5n', 'no-token'],
    ['two tokens', async () => `Bearer ${await sign()} ${await sign()}`, 'no-token'],
    ['nonsense', async () => 'Bearer nonsense', 'bad-token'],
    [
      'a token that has expired',
      async () => `Bearer ${await sign(claims, (jwt) => jwt.setExpirationTime('-1m'))}`,
      'expired-token',
    ],
    [
      'a token of another issuer',
      async () => `Bearer ${await sign(claims, (jwt) => jwt.setIssuer('https://elsewhere'))}`,
      'bad-token',
    ],
    [
      'a token for another audience',
      async () => `Bearer ${await sign(claims, (jwt) => jwt.setAudience('other'))}`,
      'bad-token',
    ],
    ['a token of tomorrow', async () => `Bearer ${await sign(claims, (jwt) => jwt.setNotBefore('1d'))}`, 'bad-token'],
    ['a token signed by a stranger', async () => `Bearer ${forged}`, 'bad-token'],
    [
      'an unsigned token',
      async () =>
        `Bearer ${new UnsecuredJWT(claims).setIssuer(ISSUER).setAudience(AUDIENCE).setExpirationTime('5m').encode()}`,
      'bad-token',
    ],
    [
      'a token with a changed body',
      async () =>
        `Bearer ${(await sign()).replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify({ ...claims, exp: 9e9 })).toString('base64url')}.`)}`,
      'bad-token',
    ],
    [
      'a token without an end',
      async () => {
        const { privateKey } = await generateKeyPair('ES256');
        const text = new TextEncoder().encode(JSON.stringify(claims));
        return `Bearer ${await new CompactSign(text).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).sign(privateKey)}`;
      },
      'bad-token',
    ],
    [
      'a token without a county',
      async () => `Bearer ${await sign({ sub: 'wang', 'custom:roles': 'clerk' })}`,
      'bad-token',
    ],
  ])('refuses %s', async (_what, header, code) => {
    await expect(verify(await header())).rejects.toMatchObject({ status: 401, code });
  });

  it('does not blame the caller when the issuer cannot be asked', async () => {
    await expect(unreachable(`Bearer ${await sign()}`)).rejects.toMatchObject({ status: 503, code: 'no-sign-in' });
  });
});

describe('claims', () => {
  it('never make anybody the system, and unknown roles are nothing', () => {
    expect(actorOf({ ...claims, 'custom:roles': 'system,king, auditor' }).roles).toEqual(['auditor']);
    expect(actorOf({ ...claims, 'custom:roles': '' }).roles).toEqual([]);
  });

  it('with an emptied site act for none', () => {
    expect(actorOf({ ...claims, 'custom:site': '' })).not.toHaveProperty('siteId');
  });

  it('that would reach into other keys are refused', () => {
    for (const odd of [
      { 'custom:county': '632323#SITE' },
      { 'custom:county': '' },
      { 'custom:site': 'a#b' },
      { sub: '' },
    ])
      expect(() => actorOf({ ...claims, ...odd })).toThrow(Object.keys(odd)[0] ?? '');
  });
});
