import type { WaybillView } from '../functions/delivery/view.ts';
import type { Dice } from './dice.ts';

const REASONS = {
  damaged: ['broken', 'wet'],
  missing: ['short-packed', 'lost-on-the-way', 'sent-back'],
} as const;

/** Most arrives as sent; of every sixth waybill one line does not, and now and then something comes on top. */
export const countOf = (lines: readonly Pick<WaybillView['lines'][number], 'n' | 'quantity'>[], dice: Dice) => {
  const odd = dice.chance(1 / 6) ? dice.whole(0, lines.length - 1) : -1;
  return lines.map(({ n, quantity }, i) => {
    if (i !== odd) return { n, good: quantity, damaged: 0, missing: 0, extra: 0, reasons: {} };
    const less = Math.min(quantity, Math.max(1, Math.round(quantity * dice.between(0.01, 0.2))));
    const kind = dice.chance(0.5) ? 'damaged' : 'missing';
    const extra = kind === 'damaged' && dice.chance(0.4) ? 1 : 0;
    const reasons = { [kind]: dice.pick(REASONS[kind]), ...(extra > 0 && { extra: 'over-packed' }) };
    return { n, good: quantity - less, damaged: 0, missing: 0, [kind]: less, extra, reasons };
  });
};
