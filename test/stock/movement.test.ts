import { describe, expect, it } from 'vitest';
import { itemRow } from '../../functions/catalogue/item.ts';
import type { Balance, StockStatus } from '../../functions/stock/balance.ts';
import { type Movement, movementRow, record } from '../../functions/stock/movement.ts';
import { reconciled } from '../../functions/stock/reconciliation.ts';
import old from '../fixtures/v1/movement.json' with { type: 'json' };
import { mask } from '../support/need.ts';

const AT = { county: '632323', itemId: 'mask', lotId: 'lot_a', placeId: 'warehouse' };
const moved = (change: Partial<Movement>): Movement => ({
  ...{ ...AT, id: 'mov_1', kind: 'received', effects: { received: 100, onHand: 100 } },
  ...{ document: 'grn_1', at: '2022-05-12T01:00:00.000Z', by: 'keeper', ...change },
});
/** As the table holds it. */
const kept = (movement: Movement): Movement => movementRow.parse(record(movement).row ?? {});
const apart = moved({ kind: 'quarantined', effects: {}, shelves: { available: -30, quarantined: 30 } });

describe('a movement', () => {
  it('says which shelf it touched: goods for use, where nothing else is said', () => {
    expect(kept(moved({})).shelves).toEqual({ available: 100 });
    expect(kept(moved({ shelves: { quarantined: 100 } })).shelves).toEqual({ quarantined: 100 });
    expect(kept(moved({ kind: 'delivered', effects: { inTransit: -5, delivered: 5 } })).shelves).toEqual({});
    expect(kept(apart).shelves).toEqual({ available: -30, quarantined: 30 });
  });

  it.each([
    ['another amount than came on hand', { shelves: { available: 99 } }],
    ['goods that no bucket knows', { effects: {}, shelves: { quarantined: 1 } }],
    ['less on one shelf than more on the other', { effects: {}, shelves: { available: -1, quarantined: 2 } }],
  ] as const)('is refused with %s on its shelves', (_what, change) => {
    expect(() => record(moved(change))).toThrow('does not balance');
  });

  it('of version 1 is read: what was dispatched was for use, of the rest nobody knows any more', () => {
    expect(movementRow.parse(old)).toMatchObject({ shelves: { available: -120 } });
    const adjusted = { ...old, kind: 'adjusted', effects: { onHand: 5, found: 5 } };
    expect(movementRow.parse(adjusted)).not.toHaveProperty('shelves');
  });
});

describe('what is on hand', () => {
  const shelf = (status: StockStatus, onHand: number): Balance => ({
    ...{ ...AT, status, onHand, held: 0, free: onHand, division: 0 },
    ...{ designation: { to: 'all' }, source: 'allocated' },
  });
  const differences = (movements: readonly Movement[], balances: readonly Balance[]) => {
    const item = itemRow.parse(itemRow.store(mask({ county: AT.county, id: AT.itemId })));
    const lot = {
      ...AT,
      id: AT.lotId,
      source: 'allocated',
      designation: { to: 'all' },
      from: 'grn_1',
      at: '',
    } as const;
    const rows = {
      lots: [{ ...lot, version: 1 }],
      balances,
      movements,
      lines: [],
      underway: [],
      missing: [],
      unreadable: [],
    };
    return reconciled({ ...item, itemId: item.id }, rows).differences;
  };

  it('adds up per lot, place and status', () => {
    const movements = [kept(moved({})), kept(apart)];
    expect(differences(movements, [shelf('available', 70), shelf('quarantined', 30)])).toEqual([]);
    expect(differences(movements, [shelf('available', 60), shelf('quarantined', 40)])).toMatchObject([
      { identity: 'on-hand', lotId: 'lot_a', placeId: 'warehouse', status: 'available', expected: 70, actual: 60 },
      { identity: 'on-hand', status: 'quarantined', expected: 30, actual: 40 },
    ]);
  });

  it('adds up per lot and place where an old movement did not say which shelf it touched', () => {
    const movements = [moved({}), kept(apart)];
    expect(differences(movements, [shelf('available', 60), shelf('quarantined', 40)])).toEqual([]);
    const [wrong] = differences(movements, [shelf('available', 60), shelf('quarantined', 30)]);
    expect(wrong).toMatchObject({ identity: 'on-hand', expected: 100, actual: 90 });
    expect(wrong?.status).toBeUndefined();
  });
});
