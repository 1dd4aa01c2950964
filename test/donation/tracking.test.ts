import { describe, expect, it } from 'vitest';
import { hashOf, newSalt, printedCode, readTrackingCode, trackingCode } from '../../functions/donation/tracking.ts';

const COUNTY = '632323';

describe('a tracking code', () => {
  it('is the same for the same key and gift, and another for any other', () => {
    const salt = newSalt();
    const code = trackingCode(COUNTY, 'a key of the donor', salt);
    expect(trackingCode(COUNTY, 'a key of the donor', salt)).toEqual(code);
    expect(trackingCode(COUNTY, 'another key', salt)).not.toEqual(code);
    expect(trackingCode(COUNTY, 'a key of the donor', newSalt())).not.toEqual(code);
  });

  it('is read as people type it: lower case, blanks, wide letters, O for 0 and L for 1', () => {
    const code = { county: COUNTY, code: '01AB01CD01EF01GH' };
    expect(printedCode(code)).toBe('632323-01AB-01CD-01EF-01GH');
    for (const typed of [printedCode(code), '632323 o1ab oLcd OIef 01gh', '６３２３２３-01AB01CD01EF01GH'])
      expect(readTrackingCode(typed), typed).toEqual(code);
  });

  it.each(['', 'nonsense', '632323-01AB-01CD-01EF-01G', '632323-01AB-01CD-01EF-01GU', '63232-01AB-01CD-01EF-01GH'])(
    '%j is none',
    (typed) => {
      expect(readTrackingCode(typed)).toBeUndefined();
    },
  );

  it('is stored as what nobody can read it from', () => {
    const code = trackingCode(COUNTY, 'a key of the donor', newSalt());
    expect(hashOf(code)).toMatch(/^[\w-]{43}$/);
    expect(hashOf(code)).not.toContain(code.code);
  });
});
