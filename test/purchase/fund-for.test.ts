import { describe, expect, it } from 'vitest';
import { item as itemSchema } from '../../functions/catalogue/item.ts';
import { fundFor } from '../../functions/purchase/opening.ts';
import { SPECIAL } from './purchases.ts';

const item = itemSchema.parse({
  ...{ county: SPECIAL.county, id: 'mask', version: 1, nameZh: '口罩', nameEn: 'Mask', category: '2' },
  ...{ baseUnit: 'piece', units: { 盒: 50 }, issueUnit: '盒' },
});
const gift = { ...SPECIAL, id: 'gift', serves: { to: 'sites' as const, siteIds: ['village'] } };
const purses = [
  { fund: { ...SPECIAL, serves: { to: 'all' as const } }, availableFen: 100 },
  { fund: gift, availableFen: 900 },
];
const at = (siteId: string) => ({ siteId, siteKind: 'village' as const });

describe('money that was given for a village', () => {
  it('buys for that village, and for no other', () => {
    expect(fundFor(item, purses, undefined, at('village'))).toBe('gift');
    expect(fundFor(item, purses, undefined, at('other'))).toBe(SPECIAL.id);
    expect(() => fundFor(item, purses, 'gift', at('other'))).toThrow(/may not buy/);
  });

  it('fills the pool only where somebody means it to, and then for that village', () => {
    expect(fundFor(item, purses, undefined)).toBe(SPECIAL.id);
    expect(fundFor(item, purses, 'gift')).toBe('gift');
  });
});
