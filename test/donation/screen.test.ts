import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { item as itemSchema } from '../../functions/catalogue/item.ts';
import { DEFAULT_POLICY } from '../../functions/catalogue/policy.ts';
import { type Facts, screen, screenMoney } from '../../functions/donation/screen.ts';
import { keepsAtLeastUntil, keepsLongEnough } from '../../functions/donation/shelf-life.ts';

const DAY = '2022-05-12';
const policy = { ...DEFAULT_POLICY.donation, medicineCategories: ['13'] };
const itemOf = (of: Record<string, unknown> = {}) =>
  itemSchema.parse({
    ...{ county: '632323', id: 'mask', version: 1, nameZh: '口罩', nameEn: 'Mask', category: '1' },
    ...{ baseUnit: 'piece', units: { 盒: 50 }, issueUnit: '盒', shelfLifeDays: 730, ...of },
  });
const line = (of: Record<string, unknown> = {}) => ({
  ...{ itemId: 'mask', asked: { quantity: 10, unit: '盒' }, useBy: '2023-05-12', certificates: [], ...of },
});
const facts = (of: Partial<Facts> = {}): Facts => ({
  ...{ item: itemOf(), day: DAY, short: 0, free: 0, wish: { designated: false, related: false }, policy, ...of },
});
const found = (given: Facts, of: Record<string, unknown> = {}) => {
  const { outcome, reasons } = screen(line(of), given);
  return [outcome, ...reasons.map(({ code }) => code)];
};

describe('a line of a gift', () => {
  it('is accepted where nothing speaks against it, in base units', () => {
    expect(screen(line(), facts())).toEqual({ outcome: 'accept', reasons: [], quantity: 500 });
  });

  it.each<[string, Facts, Record<string, unknown>, string[]]>([
    ['nobody knows it', facts({ item: undefined }), { itemId: undefined, what: '口罩' }, ['review', 'item-unknown']],
    ['it is no longer issued', facts({ item: itemOf({ active: false }) }), {}, ['review', 'item-not-issued']],
    ['its unit has no conversion', facts(), { asked: { quantity: 3, unit: '件' } }, ['review', 'unit-unknown']],
    ['it expires before it comes', facts({ short: 9 }), { useBy: '2022-05-11' }, ['decline', 'expired']],
    ['it keeps a day too short', facts(), { useBy: '2022-11-11' }, ['decline', 'short-dated']],
    [
      'it is short, and keeps too short',
      facts({ short: 1 }),
      { useBy: '2022-11-11' },
      ['review', 'short-dated-needed'],
    ],
    ['it keeps just long enough', facts(), { useBy: '2022-11-12' }, ['accept']],
    ['nobody says until when it is good', facts(), { useBy: undefined }, ['review', 'dates-missing']],
    ['its certificate is missing', facts({ item: itemOf({ category: '2' }) }), {}, ['review', 'certificate-missing']],
    ['it is more than anybody lacks', facts(), { asked: { quantity: 1_001, unit: '盒' } }, ['review', 'odd-quantity']],
    [
      'it is declared at ten times its worth and more',
      facts({ item: itemOf({ reference: { priceFen: 150, perQuantity: 1 } }) }),
      { declaredFen: 750_001 },
      ['review', 'odd-value'],
    ],
    [
      'the donor has an interest in whoever it is for',
      facts({ wish: { designated: true, related: true } }),
      {},
      ['decline', 'interested-party'],
    ],
  ])('says so where %s', (_, given, of, expected) => {
    expect(found(given, of)).toEqual(expected);
  });

  it('is judged by the worst that is found, and everything found is said in both languages', () => {
    const given = facts({ item: itemOf({ category: '2' }) });
    expect(found(given, { useBy: '2022-05-01' })).toEqual(['decline', 'expired', 'certificate-missing']);
    for (const { zh, en } of screen(line({ useBy: '2022-05-01' }), given).reasons) expect(zh && en).toBeTruthy();
  });

  it('never gets past the screening with less life left than the rule asks, whatever the day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100, max: 900 }),
        fc.boolean(),
        fc.integer({ min: 2, max: 900 }),
        (left, fresh, life) => {
          const item = itemOf({ fresh, shelfLifeDays: life });
          const useBy = new Date(Date.parse(DAY) + left * 86_400_000).toISOString().slice(0, 10);
          const { outcome } = screen(line({ useBy }), facts({ item }));
          expect(outcome === 'accept').toBe(keepsLongEnough(item, { useBy }, policy, DAY));
        },
      ),
    );
  });
});

describe('what has to be left of a gift', () => {
  it.each<[string, Record<string, unknown>, Record<string, string>, string]>([
    ['of most goods, six months', {}, {}, '2022-11-12'],
    ['of what keeps for half a year at most, three', { shelfLifeDays: 180 }, {}, '2022-08-12'],
    ['the same where its label says so', {}, { madeOn: '2022-03-01', useBy: '2022-08-30' }, '2022-08-12'],
    ['of fresh food, half of its life', { fresh: true, shelfLifeDays: 9 }, {}, '2022-05-17'],
    ['of medicines, a year', { category: '1301' }, {}, '2023-05-12'],
  ])('is, %s', (_, of, dates, day) => {
    expect(keepsAtLeastUntil(itemOf(of), dates, policy, DAY).day).toBe(day);
  });
});

describe('a gift of money', () => {
  it('is looked at by a person where it is large, and declined where its donor has an interest', () => {
    const wish = { designated: false, related: false };
    expect(screenMoney({ amountFen: policy.reviewAboveFen }, { wish, policy }).outcome).toBe('accept');
    expect(screenMoney({ amountFen: policy.reviewAboveFen + 1 }, { wish, policy }).outcome).toBe('review');
    const related = { designated: true, related: true };
    expect(screenMoney({ amountFen: 1 }, { wish: related, policy }).outcome).toBe('decline');
  });
});
