import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { oidcVerifier } from '../../functions/api/auth.ts';
import { type Door, listen } from '../../local/http/http.ts';
import { openIssuer } from '../../local/http/issuer.ts';
import { AUDIENCE } from '../../local/template/synth.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };
const actor = { sub: 'sample-village', county: '632323', roles: ['point' as const], siteId: 'village-1' };
let folder: string;
let door: Door;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'issuer-'));
  door = await listen('127.0.0.1', 0, log);
});
afterAll(async () => {
  await door.close();
  rmSync(folder, { recursive: true });
});

describe('the embedded issuer', () => {
  it('is believed by the functions as any other issuer is, also after a restart', async () => {
    const token = await (await openIssuer(folder, door.url)).token(actor);
    const { documents } = await openIssuer(folder, door.url);
    door.publish(documents);
    const response = await fetch(`${door.url}/.well-known/openid-configuration`);
    const { issuer, jwks_uri } = z.object({ issuer: z.string(), jwks_uri: z.string() }).parse(await response.json());
    const verify = oidcVerifier(issuer, jwks_uri, AUDIENCE);
    expect(await verify(`Bearer ${token}`)).toEqual(actor);
  });

  it('is not believed for the token of another key', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'issuer-'));
    const token = await (await openIssuer(elsewhere, door.url)).token(actor);
    rmSync(elsewhere, { recursive: true });
    const verify = oidcVerifier(door.url, `${door.url}/.well-known/jwks.json`, AUDIENCE);
    await expect(verify(`Bearer ${token}`)).rejects.toMatchObject({ status: 401, code: 'bad-token' });
  });

  it('publishes its public key only, and keeps the other to its owner', async () => {
    const { documents } = await openIssuer(folder, door.url);
    expect(JSON.stringify(documents)).not.toContain('"d"');
    expect(statSync(join(folder, 'issuer-key.json')).mode & 0o777).toBe(0o600);
  });
});
