import { z } from 'zod';

/** Sums of money, in fen. The bound is a thousand million yuan: far above any county, and every sum stays exact. */
export const MAX_FEN = 100_000_000_000;
export const fen = z.int().min(0).max(MAX_FEN);
export const positiveFen = z.int().min(1).max(MAX_FEN);

/** Fen as yuan with two decimals. */
export const yuan = (fen: number): string =>
  `¥${(fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
