import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Donation, donationStatus, statusSaid } from '../../functions/donation/donation.ts';
import { demandPlausibleSum } from '../../functions/donation/money.ts';

describe('the sum that came of a gift of money', () => {
  const came = (promised: number, amountFen: number, confirmed?: boolean) => () =>
    demandPlausibleSum({ amountFen: promised }, { amountFen, confirmed });

  it('is believed up to a tenth from what was promised, either way, and beyond it once it is confirmed', () => {
    for (const amount of [450_000, 500_000, 550_000]) expect(came(500_000, amount)).not.toThrow();
    for (const amount of [50_000, 449_999, 550_001, 5_000_000]) {
      expect(came(500_000, amount)).toThrow(expect.objectContaining({ status: 422, code: 'odd-amount' }));
      expect(came(500_000, amount, false)).toThrow();
      expect(came(500_000, amount, true)).not.toThrow();
    }
  });

  it('is asked about wherever a digit is missing or there twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 1_000_000_000 }), (promised) => {
        expect(came(promised, Math.floor(promised / 10))).toThrow();
        expect(came(promised, promised * 10)).toThrow();
      }),
    );
  });
});

describe('how a gift of money stands', () => {
  it('is said in words of money, and never of goods that are brought', () => {
    const money: Donation['money'] = { amountFen: 1, mayBuy: [] };
    // Only goods are counted at the desk.
    const of = donationStatus.options.filter((status) => status !== 'counted');
    const said = of.map((status) => statusSaid({ money, status }));
    expect(said.join()).not.toMatch(/送达|入库|清点/);
    expect(statusSaid({ money, status: 'lapsed' })).toBe('逾期未到账');
    expect(statusSaid({ money: undefined, status: 'lapsed' })).toBe('逾期未送达');
  });
});
