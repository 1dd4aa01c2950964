import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../functions/catalogue/policy.ts';
import { type Donation, donation } from '../../functions/donation/donation.ts';
import { doubtfulFrom, type GiftLot, look } from '../../functions/donation/wish.ts';

const CAME = '2022-05-12T01:00:00.000Z';
const policy = DEFAULT_POLICY.donation;
const gift = (of: Record<string, unknown> = {}): Donation => ({
  ...donation.parse({
    ...{ county: '632323', id: 'gft_1', version: 1, status: 'received', dueAt: CAME, attempt: 1, donorId: 'dnr_1' },
    ...{ channel: 'donor', wish: { for: { to: 'sites', siteIds: ['village'] }, fallback: 'ask', related: false } },
    ...{ placeId: 'warehouse', expectedAt: CAME, lines: [], salt: '', codeHash: '', consents: [], at: CAME },
    registeredBy: 'donor',
    ...of,
  }),
});
const lot = (of: Partial<GiftLot> = {}): GiftLot => ({
  ...{ lotId: 'lot_1', itemId: 'mask', useBy: '2022-08-30', designated: true, free: 50, underway: 50 },
  ...{ cameOn: '2022-05-12', ...of },
});
const wish = (fallback: 'ask' | 'county' | 'return') => ({
  for: { to: 'sites', siteIds: ['village'] },
  ...{ fallback, related: false },
});
const LATE = '2022-08-16T01:00:00.000Z';

describe('the wish of a gift', () => {
  it.each<[string, Partial<GiftLot>, string]>([
    ['some days before its last day of use', {}, '2022-08-16'],
    ['never before half of its life has passed', { useBy: '2022-05-16' }, '2022-05-14'],
    ['of what does not expire, days after it came', { useBy: undefined }, '2022-06-11'],
  ])('is called into question %s', (_, of, day) => {
    expect(doubtfulFrom(lot(of), policy)).toBe(day);
  });

  it('of goods that came long after they were announced stands from the day they came', () => {
    const announced = gift({ at: '2022-03-01T01:00:00.000Z', wish: wish('county') });
    const towels = lot({ useBy: undefined });
    expect(look(announced, [towels], policy, '2022-05-13T01:00:00.000Z')).toEqual({ do: 'wait' });
    expect(look(announced, [towels], policy, '2022-06-12T01:00:00.000Z').do).toBe('open');
  });

  it('goes elsewhere by a consent that is on record, also where it was given beforehand', () => {
    const found = look(gift({ wish: wish('county') }), [lot()], policy, LATE);
    expect(found).toMatchObject({ consent: { decision: 'county', given: 'in-advance', by: 'dnr_1', at: CAME } });
  });

  it('is waited for until then, and while all of it is promised', () => {
    expect(look(gift(), [lot()], policy, CAME)).toEqual({ do: 'wait' });
    expect(look(gift(), [lot({ free: 0 })], policy, LATE)).toEqual({ do: 'wait' });
  });

  it.each([
    ['the donor is asked who did not say beforehand', 'ask', 'ask'],
    ['the county decides where the donor left it to it', 'county', 'open'],
    ['it goes back where the donor said so', 'return', 'return'],
  ] as const)('that cannot be met: %s', (_, fallback, expected) => {
    expect(look(gift({ wish: wish(fallback) }), [lot()], policy, LATE).do).toBe(expected);
  });

  it('is asked about again a week after the donor said to wait, and not before', () => {
    const consents = [{ decision: 'wait', given: 'by-code', by: 'dnr_1', at: LATE }];
    expect(look(gift({ consents }), [lot()], policy, '2022-08-22T01:00:00.000Z')).toEqual({ do: 'wait' });
    expect(look(gift({ consents }), [lot()], policy, '2022-08-24T01:00:00.000Z')).toEqual({ do: 'ask' });
  });

  it('opens goods to everybody only with consent, whatever the lots and the day', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ free: fc.nat(100), more: fc.nat(100), designated: fc.boolean(), life: fc.option(fc.nat(400)) }),
          { maxLength: 6 },
        ),
        fc.constantFrom('ask', 'county', 'return'),
        fc.constantFrom(undefined, 'county', 'return', 'wait'),
        fc.nat(500),
        (lots, fallback, said, days) => {
          const now = new Date(Date.parse(CAME) + days * 86_400_000).toISOString();
          const consents = said === undefined ? [] : [{ decision: said, given: 'by-code', by: 'dnr_1', at: CAME }];
          const row = gift({ wish: wish(fallback as 'ask'), consents });
          const found = look(
            row,
            lots.map(({ free, more, designated, life }, i) => ({
              ...{ lotId: `lot_${i}`, itemId: 'mask', designated, free, underway: free + more, cameOn: '2022-05-12' },
              useBy:
                life === null ? undefined : new Date(Date.parse(CAME) + life * 86_400_000).toISOString().slice(0, 10),
            })),
            policy,
            now,
          );
          if (found.do !== 'open') return;
          expect(said === 'county' || (said !== 'return' && fallback === 'county')).toBe(true);
          expect(found.lots.every((one) => one.designated && one.free > 0)).toBe(true);
        },
      ),
    );
  });

  it('has nothing left to be looked after once all of it has ended', () => {
    expect(look(gift(), [lot({ free: 0, underway: 0 })], policy, CAME)).toEqual({ do: 'close' });
  });
});
