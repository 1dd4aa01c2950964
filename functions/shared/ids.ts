import { encodeTime, monotonicFactory } from 'ulid';

/** What an id names. The prefix is part of the id, so that a pasted id says what it is. */
type Prefix =
  | 'req'
  | 'lot'
  | 'grn'
  | 'con'
  | 'mov'
  | 'adj'
  | 'sta'
  | 'cmt'
  | 'not'
  | 'sho'
  | 'iss'
  | 'imp'
  | 'stk'
  | 'dis'
  | 'rcl'
  | 'pty'
  | 'ent'
  | 'ofr'
  | 'ins'
  | 'pur'
  | 'apl'
  | 'gft'
  | 'dnr'
  | 'dpl';

/** Sortable unique ids: `req_01J…`. Made at the edge and passed in, so that rules stay pure. */
export interface Ids {
  next(prefix: Prefix): string;
  /** Random symbols of Crockford's alphabet, which has no look-alike letters: for codes read aloud and typed. */
  code(length: number): string;
}

/** Every id of this kind that was made from this instant on sorts after it; every older one before. */
export const firstSince = (prefix: Prefix, iso: string): string => `${prefix}_${encodeTime(Date.parse(iso), 10)}`;

/** Crockford's alphabet: no letter in it is taken for a digit. */
export const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const randomIds = (): Ids => {
  const ulid = monotonicFactory();
  return {
    next: (prefix) => `${prefix}_${ulid()}`,
    code: (length) =>
      Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => CROCKFORD[byte % 32]).join(''),
  };
};
