import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODE_SYMBOLS, codeOf, printed, readCode } from '../../functions/delivery/code.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const symbol = fc.constantFrom(...ALPHABET);
const code = fc
  .array(symbol, { minLength: CODE_SYMBOLS, maxLength: CODE_SYMBOLS })
  .map((symbols) => codeOf(symbols.join('')));
const place = fc.nat(CODE_SYMBOLS);

describe('the code of a waybill', () => {
  it('is read back from how it is printed, and from how people type it', () => {
    fc.assert(
      fc.property(code, (c) => {
        expect(readCode(printed(c))).toBe(c);
        expect(readCode(` ${c.toLowerCase().split('').join(' ')} `)).toBe(c);
        expect(readCode(c.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(c);
        expect(readCode(c.replaceAll('0', 'O').replaceAll('1', 'I'))).toBe(c);
      }),
    );
  });

  it('is refused with any one symbol wrong', () => {
    fc.assert(
      fc.property(code, place, symbol, (c, at, other) => {
        fc.pre(c[at] !== other);
        expect(readCode(c.slice(0, at) + other + c.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it('is refused with any two symbols that changed places', () => {
    fc.assert(
      fc.property(code, place, place, (c, a, b) => {
        fc.pre(c[a] !== c[b]);
        const swapped = [...c];
        [swapped[a], swapped[b]] = [swapped[b] ?? '', swapped[a] ?? ''];
        expect(readCode(swapped.join(''))).toBeUndefined();
      }),
    );
  });

  it.each(['', '7K2M', '7K2M-Q9XT-0', '7K2M-Q9U0', '运单'])('is never %j', (typed) => {
    expect(readCode(typed)).toBeUndefined();
  });
});
