import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Action, insert } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { defineRow } from '../shared/row.ts';
import type { GiftBody } from './gift.ts';

/** The number that a gift has in the papers of whoever collected it: it becomes a gift once, for ever. */
export const giftNumberRow = defineRow({
  type: 'gift-number',
  v: 1,
  schema: z.object({
    county: z.string(),
    /** In the form in which two people who type the same number write the same. */
    number: z.string(),
    donationId: z.string(),
    /** Of what was given under it. */
    content: z.string(),
  }),
  keys: (row) => keysOf(row.county).giftNumber(row.number),
});
export type GiftNumber = ReturnType<typeof giftNumberRow.parse>;

/** Tells two gifts apart. Who gives is left out: a name or a telephone can be guessed from its hash. */
export const contentOf = ({ donor: _donor, note: _note, ...given }: GiftBody): string =>
  createHash('sha256').update(JSON.stringify(given)).digest('base64url');

/** Refused with 409 `number-taken` where there is such a gift. */
export const numbered = (row: GiftNumber): Action =>
  insert(
    giftNumberRow,
    row,
    (was) =>
      new Problem(409, 'number-taken', {
        zh: `“${row.number}”已登记为 ${String(was?.['donationId'])}。`,
        en: `${row.number} is ${String(was?.['donationId'])} already.`,
      }),
  );
