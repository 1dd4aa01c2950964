import { describe, expect, it } from 'vitest';
import { countyRow } from '../../functions/catalogue/county.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import type { Line } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { get } from '../../functions/shared/table.store.ts';
import { sweep } from '../../functions/workflow/sweep.store.ts';
import { MACHINES, useMachines } from '../support/machines.ts';
import { aRequest, mask, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const { workflows, executions, answers } = useMachines();
const COUNTIES = ['632321', '632323'];
const sweeping = () => {
  const divided: string[] = [];
  const opened: string[] = [];
  const recalls: string[] = [];
  const stocktakes: string[] = [];
  const gaps: unknown[] = [];
  const errors: unknown[] = [];
  const noted: unknown[] = [];
  return {
    divided,
    opened,
    recalls,
    stocktakes,
    gaps,
    errors,
    noted,
    deps: {
      ...table,
      clock: table.clock,
      log: {
        info: () => {},
        warn: () => {},
        error: (_code: string, _error: unknown, data?: object) => errors.push(data),
      },
      workflows,
      machines: MACHINES,
      divide: async (county: string, itemId: string): Promise<Line[]> => {
        divided.push(`${county} ${itemId}`);
        return [];
      },
      lookAfterGaps: async (county: string, lacking: readonly Line[]): Promise<unknown> =>
        gaps.push([county, lacking.length]),
      openDue: async (county: string): Promise<unknown> => opened.push(county),
      carryOutRecalls: async (county: string): Promise<unknown> => recalls.push(county),
      settleStocktakes: async (county: string): Promise<unknown> => stocktakes.push(county),
      note: async (_: string, swept: object): Promise<unknown> => noted.push(swept),
    },
  };
};
const furnished = async () => {
  for (const county of COUNTIES) {
    await put(table, countyRow, { county });
    for (let i = 0; i < 12; i += 1) await put(table, itemRow, mask({ county, id: `item-${i}` }));
  }
};
const request = async (county: string, change = {}) => {
  const id = table.ids.next('req');
  await put(table, requestRow, aRequest({ county, id, ...change }));
  return id;
};
const ago = (seconds: number) => plusMinutes(table.time, -seconds / 60);

describe('the sweep', () => {
  it('divides every item, opens what is due and finishes recalls and stock-takes in every county', async () => {
    await furnished();
    const { deps, divided, opened, recalls, stocktakes } = sweeping();
    await sweep(deps);
    expect([recalls, stocktakes]).toEqual([COUNTIES, COUNTIES]);
    expect([divided.length, new Set(divided).size]).toEqual([24, 24]);
    expect(opened).toEqual(COUNTIES);
  });

  it('sends starts and resumes that the stream should have sent half a minute ago', async () => {
    await furnished();
    const lost = await request('632321', { start: ago(31) });
    const young = await request('632323', { start: ago(29) });
    await request('632323', { status: 'approved', resume: { token: 'lost', round: 1, since: ago(31) } });
    await request('632323', { status: 'approved', resume: { token: 'young', round: 1, since: ago(29) } });
    await sweep(sweeping().deps);
    expect([executions.has(`${lost}-1`), executions.has(`${young}-1`)]).toEqual([true, false]);
    expect([answers.has('lost'), answers.has('young')]).toEqual([true, false]);
  });

  it('restarts what waits for an execution that is gone', async () => {
    await furnished();
    const id = await request('632323', { dueAt: ago(3600) });
    await sweep(sweeping().deps);
    expect(await get(table, requestRow, keysOf('632323').request(id))).toMatchObject({ attempt: 2, start: table.time });
  });

  it('does everything else when one thing fails, and is then seen to have failed', async () => {
    await furnished();
    const { deps, divided, opened, errors, noted } = sweeping();
    const divide = async (county: string, itemId: string) => {
      if (itemId === 'item-3') throw new Error('no');
      return deps.divide(county, itemId);
    };
    await expect(sweep({ ...deps, divide })).rejects.toThrow('2 chores');
    expect([divided.length, opened, errors.length]).toEqual([22, COUNTIES, 2]);
    expect(noted).toEqual(COUNTIES.map(() => ({ failures: 1, undivided: ['item-3'] })));
  });

  it('keeps to a few at a time', async () => {
    await furnished();
    const { deps } = sweeping();
    let running = 0;
    let most = 0;
    const divide = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return [];
    };
    await sweep({ ...deps, divide });
    expect([most > 1, most <= 8]).toEqual([true, true]);
  });
});
