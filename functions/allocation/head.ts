import { z } from 'zod';
import { type Action, Stale } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { defineRow } from '../shared/row.ts';

/**
 * Counts the transactions by which an item was divided. Each moves it on by one from the value that was read, so that
 * two allocators never interleave; who picks checks that it has not moved.
 */
export const headRow = defineRow({
  type: 'head',
  v: 1,
  schema: z.object({ county: z.string(), itemId: z.string(), division: z.int() }),
  keys: (row) => keysOf(row.county).head(row.itemId),
});

/** The head moved on by one, if nobody else has moved it since it stood at `from`. */
export const advanced = (county: string, itemId: string, from: number): Action => {
  const row = { county, itemId, division: from + 1 };
  return {
    kind: 'put',
    key: headRow.keyOf(row),
    row: headRow.store(row),
    ...(from === 0
      ? { condition: 'attribute_not_exists(PK)' }
      : { condition: '#division = :from', names: { '#division': 'division' }, values: { ':from': from } }),
    refuse: () => new Stale(),
  };
};
