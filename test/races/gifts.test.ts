import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seeded } from '../../local/faults/faults.ts';
import { useMachines } from '../support/machines.ts';
import { runs, seed } from '../support/random.ts';
import { useTable } from '../support/table.ts';
import { BAD_DAY, busyCounty, ITEM_IDS } from './busy-county.ts';
import { peopleOf, quietly } from './people.ts';

const HISTORIES = 8;
/** Late in the evening: gifts are asked about on the day after they came. */
const EVENING = '2022-05-12T15:00:00.000Z';
const TO_MIDNIGHT_MINUTES = 90;

vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
const machines = useMachines();
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => vi.useRealTimers());

describe.each(Array.from({ length: runs(HISTORIES) }, (_, i) => seed + i))('a county of donors (SEED=%i)', (own) => {
  const table = useTable({ stream: true });
  it('lets designated goods go to nobody else without their donor, however much is divided at once', async () => {
    const county = await busyCounty(table, machines, { seed: own, ...BAD_DAY }, EVENING);
    const people = peopleOf(county, seeded(own));
    const times = (n: number, act: () => () => Promise<unknown>) => Array.from({ length: n }, act);
    const allocators = [...ITEM_IDS, ...ITEM_IDS].map((itemId) => () => county.divide(itemId));
    const atOnce = (...acts: (() => Promise<unknown>)[]) => county.during([...acts, ...allocators].map(quietly));
    await atOnce(...times(5, people.give), ...times(4, people.ask));
    await county.rest();
    await atOnce(...times(10, people.lookAfter), ...times(2, people.ask));
    county.pass(TO_MIDNIGHT_MINUTES);
    for (let round = 0; round < 4; round += 1) {
      await people.look();
      await atOnce(...times(6, people.lookAfter), ...times(2, people.ask), ...times(2, people.carry));
      county.pass(10);
    }
    await county.rest();
    expect(await county.findings()).toEqual([]);
  });
});
