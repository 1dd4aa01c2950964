import { createHash } from 'node:crypto';
import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';
import type { Draft } from './intake.ts';

/** The number that a request has in the papers of whoever asked: it becomes a request once, for ever. */
export const externalRow = defineRow({
  type: 'external',
  v: 1,
  schema: z.object({
    county: z.string(),
    /** In the form in which two people who type the same number write the same. */
    number: z.string(),
    requestId: z.string(),
    /** Of what was asked for under it. */
    content: z.string(),
  }),
  keys: (row) => keysOf(row.county).external(row.number),
});
export type External = ReturnType<typeof externalRow.parse>;

/** Tells two asks apart; whether an odd quantity was confirmed makes no other ask of it. */
export const contentOf = ({ confirmed: _confirmed, ...asked }: Draft): string =>
  createHash('sha256')
    .update(
      JSON.stringify({ ...asked, lines: asked.lines.map(({ itemId, quantity, unit }) => [itemId, quantity, unit]) }),
    )
    .digest('base64url');
