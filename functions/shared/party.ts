import { z } from 'zod';
import { type Action, insert } from './actions.ts';
import { keysOf } from './keys.ts';
import { defineRow } from './row.ts';

/**
 * A person who has no sign-in: who signed a paper, who authorised by telephone. Personal data stands in these rows only,
 * so that it can be found, shown to whoever may see it, and taken away; everything else carries the id.
 */
export const partyRow = defineRow({
  type: 'party',
  v: 1,
  schema: z.object({ county: z.string(), id: z.string(), name: z.string(), at: z.string() }),
  keys: (row) => ({ PK: keysOf(row.county).party(row.id), SK: 'META' }),
});
export type Party = ReturnType<typeof partyRow.parse>;

/** Notes down a person, within the transaction of the command that names them. */
export const named = (party: Party): Action => insert(partyRow, party);
