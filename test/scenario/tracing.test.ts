import { describe, expect, it } from 'vitest';
import { type GiftEnd, gapsOf, type Ledgers } from '../../scenario/tracing.ts';

const site = { id: 'village', nameZh: '村', nameEn: 'Village', township: '样例一乡' };
const words = { zh: '', en: '' };
const delivered = { where: 'delivered' as const, quantity: 70, words, site };
const held = { where: 'held' as const, quantity: 30, words };
const lot = {
  lotId: 'lot_1',
  itemId: 'mask',
  nameZh: '口罩',
  nameEn: 'Mask',
  cameIn: 100,
  portions: [held, delivered],
};

const goods: GiftEnd = { id: 'gft_1', name: 'masks', status: 'received', trace: { lines: [{ n: 1, lots: [lot] }] } };
const money: GiftEnd = {
  ...{ id: 'gft_2', name: 'money', status: 'received', credit: { fundId: 'gifts', n: 2 } },
  trace: { lines: [], money: { receivedFen: 500, spentFen: 300, spent: [{ amountFen: 300, day: '2022-05-12', lot }] } },
};

const account = {
  ...{ lotId: 'lot_1', source: 'donated' as const, held: 0, free: 30 },
  ...{ opening: 0, received: 100, found: 0, adjustedUp: 0, adjustedDown: 0, onHand: 30, inTransit: 0, delivered: 70 },
  ...{ damaged: 0, unaccounted: 0, lost: 0, disposed: 0 },
} as Ledgers['accounts'][number]['lots'][number];
const spent = {
  kind: 'spent' as const,
  credits: [
    { n: 1, amountFen: 50 },
    { n: 2, amountFen: 300 },
  ],
};
const ledgers = (of: Partial<typeof account> = {}): Ledgers => ({
  accounts: [{ lots: [{ ...account, ...of }] }],
  entries: new Map([['gifts', [spent]]]),
});

describe('at the end of a rehearsal', () => {
  it('nothing is missing where codes lead to every donated unit and every spent fen', () => {
    expect(gapsOf([goods, money], ledgers())).toEqual([]);
  });

  it('a unit that was delivered and is not traced is told', () => {
    expect(gapsOf([goods], ledgers({ delivered: 71 }))).toEqual([
      'masks: of lot_1 71 are delivered, and 70 are traced',
    ]);
  });

  it('goods that a trace lost on their way are told', () => {
    const trace = { lines: [{ n: 1, lots: [{ ...lot, portions: [delivered] }] }] };
    expect(gapsOf([{ ...goods, trace }], ledgers())).toEqual([
      'masks: of lot_1 100 came in, and 70 are somewhere',
      'masks: of lot_1 30 are onHand, and 0 are traced',
    ]);
  });

  it('a delivery to nobody is told', () => {
    const { site: _, ...nowhere } = delivered;
    const trace = { lines: [{ n: 1, lots: [{ ...lot, portions: [held, nowhere] }] }] };
    expect(gapsOf([{ ...goods, trace }], ledgers())).toEqual(['masks: 70 of lot_1 were delivered to no site']);
  });

  it('a donated lot that no code leads to is told', () => {
    expect(gapsOf([], ledgers())).toEqual(['lot_1 was donated, and no gift leads to it']);
  });

  it('money that finance booked and no code leads to is told', () => {
    const lost = { ...money, trace: { lines: [] } };
    expect(gapsOf([goods, lost], ledgers())).toEqual(['money: it is in the fund gifts, and nothing of it is traced']);
  });

  it('money that was spent and is not traced is told', () => {
    const entries = new Map([['gifts', [spent, spent]]]);
    expect(gapsOf([goods, money], { ...ledgers(), entries })).toEqual([
      'money: 600 fen were spent, and 300 are traced',
    ]);
  });
});
