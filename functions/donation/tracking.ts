import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CROCKFORD } from '../shared/ids.ts';
import { keysOf } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';

/** 80 bits: guessed never, and four groups of four to read aloud. The county's six digits come before it. */
const SYMBOLS = 16;

/** A tracking code (查询码) as it is typed: its county, and the code in one spelling. */
export interface TrackingCode {
  readonly county: string;
  readonly code: string;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Kept with the gift. Without it nobody makes the code of the donor's own key, and without that nobody of it. */
export const newSalt = (): string => randomBytes(16).toString('base64url');

/**
 * The code of a gift. It follows from the key that the donor's own registration came under and the gift's salt, so that a
 * repeat after a lost reply is told the same code although only its hash is stored.
 */
export const trackingCode = (county: string, key: string, salt: string): TrackingCode => ({
  county,
  code: [...sha256(`${salt}\n${key}`).subarray(0, SYMBOLS)].map((byte) => CROCKFORD.charAt(byte % 32)).join(''),
});

/** As printed: `632323-7K2M-Q9XT-04BC-RZ5D`. */
export const printedCode = ({ county, code }: TrackingCode): string =>
  [county, ...(code.match(/.{4}/g) ?? [])].join('-');

/** A code as people type it; `undefined` where it cannot be one. */
export const readTrackingCode = (typed: string): TrackingCode | undefined => {
  const [, county, rest = ''] = /^(\d{6})[\s-]*(.*)$/.exec(typed.normalize('NFKC').trim()) ?? [];
  const code = rest.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (county === undefined || code.length !== SYMBOLS) return undefined;
  return [...code].every((symbol) => CROCKFORD.includes(symbol)) ? { county, code } : undefined;
};

/** What is stored of a code: whoever reads the table cannot follow a gift by it. */
export const hashOf = ({ county, code }: TrackingCode): string => sha256(`${county}${code}`).toString('base64url');

/** Which gift a code follows. */
export const trackingRow = defineRow({
  type: 'tracking',
  v: 1,
  schema: z.object({ county: z.string(), hash: z.string(), donationId: z.string() }),
  keys: (row) => keysOf(row.county).tracking(row.hash),
});
