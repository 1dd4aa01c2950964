import { describe, expect, it } from 'vitest';
import { type Line, lineRow } from '../../functions/request/line.ts';
import { aLine } from '../support/need.ts';

const holds = [{ lotId: 'a', placeId: 'warehouse', quantity: 50 }];
const listed = (changes: Partial<Line>): boolean => 'GSI2PK' in lineRow.store(aLine({ approved: 300, ...changes }));

describe('a need line', () => {
  it('is among its site’s lines while it waits or has goods that are still to go somewhere, and then no more', () => {
    expect(listed({ status: 'submitted', approved: 0 })).toBe(true);
    expect(listed({ status: 'open' })).toBe(true);
    expect(listed({ status: 'cancelled', holds })).toBe(true);
    expect(listed({ status: 'closed', received: 250, dispatched: 50 })).toBe(true);
    for (const status of ['closed', 'cancelled', 'refused'] as const)
      expect(listed({ status, received: 300 })).toBe(false);
  });
});
