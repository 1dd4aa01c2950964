import type { Item } from '../catalogue/item.ts';

/** A request above this is a slipped finger: ten thousand million fen. */
export const MAX_ESTIMATE_FEN = 10_000_000_000;

/**
 * Fen that the lines would cost at the last prices before the emergency, rounded half up once over the exact sum, so
 * that splitting an ask into lines changes nothing. Items without a reference price count nothing.
 */
export const estimatedFen = (lines: readonly { item: Pick<Item, 'reference'>; quantity: number }[]): bigint => {
  let sum = 0n;
  let per = 1n;
  for (const { item, quantity } of lines) {
    if (item.reference === undefined) continue;
    const perQuantity = BigInt(item.reference.perQuantity);
    sum = sum * perQuantity + BigInt(item.reference.priceFen) * BigInt(quantity) * per;
    per *= perQuantity;
  }
  return (2n * sum + per) / (2n * per);
};
