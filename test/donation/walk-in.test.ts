import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted, item as itemSchema } from '../../functions/catalogue/item.ts';
import { DEFAULT_POLICY } from '../../functions/catalogue/policy.ts';
import { acceptedLots } from '../../functions/donation/accepted.ts';
import { type Donation, donation } from '../../functions/donation/donation.ts';
import { walkInAsGift, walkInBody } from '../../functions/donation/walk-in.ts';
import { lotRow } from '../../functions/stock/lot.ts';

const CAME = '2022-05-12T01:00:00.000Z';
const mask = itemSchema.parse({
  ...{ county: '632323', id: 'mask', version: 1, nameZh: '口罩', nameEn: 'Mask', category: '1' },
  ...{ baseUnit: 'piece', units: { 只: 1, 盒: 50, 箱: 500 }, issueUnit: '盒', shelfLifeDays: 730 },
});
const items = new Map([['mask', mask]]);
const goodsOf = (lots: readonly unknown[], more: Record<string, unknown> = {}) =>
  walkInAsGift(
    walkInBody.parse({ donor: { kind: 'person', anonymous: true }, lines: [{ itemId: 'mask', lots, ...more }] }),
    items,
  ).goods?.[0];

describe('a gift at the desk, as it is registered', () => {
  it('is declared as its donor says, or else as it was counted', () => {
    const lots = [{ quantity: 4, unit: '盒', useBy: '2023-05-12' }];
    expect(goodsOf(lots, { declared: { quantity: 5, unit: '盒' } })).toMatchObject({ quantity: 5, unit: '盒' });
    expect(goodsOf([...lots, ...lots])).toMatchObject({ quantity: 8, unit: '盒' });
  });

  it('is as many as was counted, whatever units it was counted in', () => {
    const lot = fc.record({ quantity: fc.integer({ min: 1, max: 99 }), unit: fc.constantFrom('只', '盒', '箱') });
    fc.assert(
      fc.property(fc.array(lot, { minLength: 1, maxLength: 6 }), (lots) => {
        const { quantity = 0, unit = '' } = goodsOf(lots) ?? {};
        const all = lots.reduce((sum, one) => sum + Number(counted(mask, one, '')), 0);
        expect(counted(mask, { quantity, unit }, '')).toBe(all);
      }),
    );
  });

  it('is screened by the lot that keeps longest', () => {
    const [soon, late] = [{ useBy: '2022-05-14' }, { madeOn: '2022-05-01' }].map((of) => ({
      ...{ quantity: 1, unit: '盒', ...of },
    }));
    for (const lots of [
      [soon, late],
      [late, soon],
    ])
      expect(goodsOf(lots)).toMatchObject({ madeOn: '2022-05-01', useBy: undefined });
  });

  it('is not worth more than anything is', () => {
    const lots = [{ quantity: 1, unit: '盒' }];
    expect(() => goodsOf(lots, { declaredFen: Number.MAX_SAFE_INTEGER })).toThrow(/declaredFen/);
  });
});

describe('a lot of a gift', () => {
  const lotOf = (id: string, useBy: string) =>
    lotRow.parse({
      ...{ type: 'lot', v: 1, county: '632323', id, itemId: 'mask', source: 'donated', useBy, at: CAME, version: 1 },
      ...{ designation: { to: 'all' }, from: 'grn_1' },
    });
  const giftOf = (outcome: string, useBy: string): Donation =>
    donation.parse({
      ...{ county: '632323', id: 'gft_1', version: 1, status: 'counted', dueAt: CAME, attempt: 1, donorId: 'dnr_1' },
      ...{ channel: 'walk-in', wish: { for: { to: 'all' }, fallback: 'ask', related: false }, placeId: 'warehouse' },
      ...{ expectedAt: CAME, salt: '', codeHash: '', consents: [], at: CAME, registeredBy: 'desk' },
      lines: [
        {
          ...{ n: 1, itemId: 'mask', asked: { quantity: 2, unit: '盒' }, useBy, certificates: [] },
          screening: { outcome, reasons: [], by: 'x', at: CAME },
          counted: [
            {
              ...{ document: 'D', quantity: 100, damaged: 0, wrong: 0, by: 'x', at: CAME },
              lots: [
                { lotId: 'long', quantity: 50 },
                { lotId: 'short', quantity: 50 },
              ],
            },
          ],
        },
      ],
    });
  const judged = (gift: Donation, long: string, short: string) => [
    ...acceptedLots(gift, [lotOf('long', long), lotOf('short', short)], { items, policy: DEFAULT_POLICY.donation }),
  ];

  it('that keeps too short is not for use beside one of the same line that keeps long enough', () => {
    expect(judged(giftOf('accept', '2023-05-12'), '2023-05-12', '2022-05-14')).toEqual(['long']);
  });

  it('that somebody accepted although it keeps short is for use, and none that keeps shorter', () => {
    expect(judged(giftOf('accept', '2022-06-12'), '2022-06-12', '2022-05-14')).toEqual(['long']);
  });

  it('of a line that was declined is not for use, however long it keeps', () => {
    expect(judged(giftOf('decline', '2023-05-12'), '2023-05-12', '2023-05-12')).toEqual([]);
  });
});
