import { describe, expect, it } from 'vitest';
import { KINDS, keyOf, kinds } from '../../functions/workflow/kinds.ts';
import { type Timeline, worklistKeys } from '../../functions/workflow/timeline.ts';
import { COUNTY, keys } from '../support/need.ts';

const bare: Timeline = {
  ...{ county: COUNTY, id: 'x_1', version: 1, status: 'anywhere' },
  ...{ dueAt: '2022-05-12', reminders: 0, attempt: 1 },
};

describe.each(KINDS)('a %s', (kind) => {
  const { row, waiting, ended } = kinds[kind];

  it('is known by the type and the key of its row', () => {
    expect(row.type).toBe(kind);
    expect(row.keyOf(bare)).toEqual(keyOf({ kind, county: COUNTY, id: bare.id }));
  });

  it('stands in the worklists of its kind, where staff and the sweep look for it', () => {
    for (const [change, name] of [
      [{}, 'anywhere'],
      [{ start: bare.dueAt }, 'start'],
      [{ resume: { token: 't', round: 1, since: bare.dueAt } }, 'resume'],
      [{ failure: { error: 'x', cause: 'y', at: bare.dueAt } }, 'failed'],
    ] as const)
      expect(worklistKeys(kind, { ...bare, ...change })).toMatchObject({ GSI1PK: keys.queue(`${kind}.${name}`) });
  });

  it('that has ended waits for nobody', () => {
    expect(waiting.filter((status) => ended.includes(status))).toEqual([]);
  });
});
