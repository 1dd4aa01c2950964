import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seeded } from '../../local/faults/faults.ts';
import { useMachines } from '../support/machines.ts';
import { runs, seed } from '../support/random.ts';
import { useTable } from '../support/table.ts';
import { BAD_DAY, busyCounty, ITEM_IDS } from './busy-county.ts';
import { peopleOf, quietly } from './people.ts';

const HISTORIES = 30;
/** After each of them the county comes to rest. */
const SPELLS = 2;
const ROUNDS = 2;
/** Done at the same time, beside two allocators an item. */
const ACTS = 6;
/** Until the next round. */
const MINUTES = [0, 0, 10, 60, 300];

// What goes wrong is meant to: functions read their log level when they are made.
vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
const machines = useMachines();
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => vi.useRealTimers());

describe.each(Array.from({ length: runs(HISTORIES) }, (_, i) => seed + i))('a busy county (SEED=%i)', (own) => {
  const table = useTable({ stream: true });
  it('is safe after every commit, and fair whenever it comes to rest', async () => {
    const random = seeded(own);
    const county = await busyCounty(table, machines, { seed: own, ...BAD_DAY });
    const people = peopleOf(county, random);
    for (let round = 0; round < SPELLS * ROUNDS; round += 1) {
      await people.look();
      const acts = round === 0 ? people.first() : Array.from({ length: ACTS }, people.next);
      const allocators = [...ITEM_IDS, ...ITEM_IDS].map((itemId) => () => county.divide(itemId));
      const sweeps = random() < 0.2 ? [county.sweep] : [];
      await county.during([...acts, ...allocators, ...sweeps].map(quietly));
      county.pass(MINUTES[Math.floor(random() * MINUTES.length)] ?? 0);
      if ((round + 1) % ROUNDS > 0) continue;
      await county.rest();
      expect(await county.findings()).toEqual([]);
    }
  });
});
