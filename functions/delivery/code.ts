import { CROCKFORD } from '../shared/ids.ts';

/**
 * A waybill's code: seven random symbols of Crockford's alphabet and one check symbol. It is read aloud, copied by hand
 * and typed on a phone; the check symbol finds every single wrong symbol and every two that changed places.
 */
export const CODE_SYMBOLS = 7;

/** Times x in the field of 32 elements (x⁵ = x² + 1). Each place then has its own factor, which is why swaps are found. */
const timesX = (element: number): number => (element & 16 ? (element << 1) ^ 0b100101 : element << 1);

const checkSymbol = (symbols: string): string =>
  CROCKFORD.charAt([...symbols].reduce((sum, symbol) => timesX(sum ^ CROCKFORD.indexOf(symbol)), 0));

/** The code of these random symbols. */
export const codeOf = (symbols: string): string => `${symbols}${checkSymbol(symbols)}`;

/** As printed: `7K2M-Q9XT`. */
export const printed = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;

/**
 * A code as people type it: lower case, spaces, hyphens, O for 0, I or L for 1. `undefined` when it cannot be one,
 * because the check symbol does not fit.
 */
export const readCode = (typed: string): string | undefined => {
  const code = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (code.length !== CODE_SYMBOLS + 1 || [...code].some((symbol) => !CROCKFORD.includes(symbol))) return undefined;
  return codeOf(code.slice(0, CODE_SYMBOLS)) === code ? code : undefined;
};
