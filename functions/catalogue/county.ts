import { z } from 'zod';
import { countyKey } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';

/** A county that this deployment serves: what the sweep goes through. There from the county's first site on. */
export const countyRow = defineRow({
  type: 'county',
  v: 1,
  schema: z.object({ county: z.string() }),
  keys: (row) => countyKey(row.county),
});
