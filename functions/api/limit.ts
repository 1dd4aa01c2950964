import { z } from 'zod';
import { limitKey } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';

/** What strangers may do so often in a window, from one address. */
export interface Limit {
  readonly name: string;
  readonly most: number;
  readonly minutes: number;
}

/** Enough for whoever follows several gifts, and nothing for whoever tries codes: of 2⁸⁰ codes. */
export const FOLLOWING: Limit = { name: 'following', most: 60, minutes: 10 };
/** Somebody who registers gifts by hand, or an office behind one address. */
export const REGISTERING: Limit = { name: 'registering', most: 30, minutes: 60 };

/** How often somebody came in a window: gone when it is over. The address itself is stored nowhere, only its hash. */
export const limitRow = defineRow({
  type: 'limit',
  v: 1,
  schema: z.object({ name: z.string(), caller: z.string(), window: z.string(), count: z.int() }),
  keys: (row) => limitKey(row.name, row.caller, row.window),
});

/** The window that an instant lies in, by its beginning; and the second in which it is over. */
export const windowOf = ({ minutes }: Limit, now: string): { readonly window: string; readonly endsSecond: number } => {
  const length = minutes * 60;
  const second = Math.floor(Date.parse(now) / 1000 / length) * length;
  return { window: new Date(second * 1000).toISOString(), endsSecond: second + length };
};
