import { describe, expect, it } from 'vitest';
import { type Counts, noCounts, type Usage } from '../../local/usage/usage.ts';
import { billOf } from '../../scenario/bill.ts';
import { billTables } from '../../scenario/tables.ts';

const counts = (change: Partial<Counts>): Counts => ({ ...noCounts(), ...change });

/** Ten requests. */
const used: Usage = {
  functions: {
    'api/point POST': counts({ invocations: 10, writeUnits: 200, readUnits: 100, milliseconds: 2_000 }),
    'api/staff GET': counts({ invocations: 30, readUnits: 60 }),
    'approval/assess': counts({ invocations: 10, writeUnits: 100, refusedActions: 5 }),
    'allocation/divide': counts({ invocations: 4, writeUnits: 80 }),
    'workflow/wake': counts({ invocations: 20, writeUnits: 120 }),
    'workflow/sweep': counts({ invocations: 2, readUnits: 500, writeUnits: 20 }),
  },
  transitions: { 'request: Assess by the green channel': 10, 'request: Where does it stand?': 20 },
  underWay: 0,
};
const { requests, looks, month } = billOf(used, 10);
const lineOf = (what: string) => requests.find((line) => line.what === what);

describe('the bill of a rehearsal', () => {
  it('is for every thousand requests, at the public prices', () => {
    expect(lineOf('commands of people')).toMatchObject({ httpRequests: 1_000, invocations: 1_000, writeUnits: 20_000 });
    expect(lineOf('commands of people')?.gigabyteSeconds).toBeCloseTo(100);
    // 1,000 × 1 $/million + 1,000 × 0.2 $/million + 100 GB-s + 20,000 × 0.625 $/million + 10,000 × 0.125 $/million
    expect(lineOf('commands of people')?.usd).toBeCloseTo(0.001 + 0.0002 + 0.001_333_34 + 0.0125 + 0.001_25, 9);
    expect(lineOf('transitions of machines')).toMatchObject({ transitions: 3_000, usd: 3_000 * 0.000_025 });
  });

  it('bills refused transactions as if each of their rows had been written', () => {
    expect(lineOf('steps of machines')?.writeUnits).toBe(10_000 + 2 * 500);
  });

  it('counts what the sweep wrote to the requests, and what it read to the month', () => {
    expect(lineOf('the sweep, where it wrote')).toMatchObject({ writeUnits: 2_000, readUnits: 0, invocations: 0 });
    expect(month).toMatchObject({ invocations: 43_200, readUnits: 250 * 43_200, writeUnits: 0 });
  });

  it('keeps looks out of the sum, and adds up everything else', () => {
    expect(looks).toMatchObject({ httpRequests: 3_000, invocations: 3_000, readUnits: 6_000 });
    const sum = requests.at(-1);
    expect(sum).toMatchObject({ what: 'together', httpRequests: 1_000, transitions: 3_000 });
    expect(sum?.usd).toBeCloseTo(
      requests.slice(0, -1).reduce((usd, line) => usd + line.usd, 0),
      9,
    );
  });

  it('is a table for a terminal', () => {
    expect(billTables({ requests, looks, month })).toContain('What this would cost on AWS per 1,000 requests');
  });
});
