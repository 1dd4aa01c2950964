import type { z } from 'zod';
import type { offerBody } from '../../functions/offers/offer.ts';
import { plusDays } from '../../functions/shared/clock.ts';

export type SampleOffer = z.input<typeof offerBody>;

/** Longer than any rehearsal. */
const DAYS = 30;

interface Terms {
  readonly priceFen: number;
  /** What it is sold in whole; and priced by, where that is not the same. */
  readonly unit: string;
  readonly per?: string;
  readonly available: number;
  readonly leadHours: number;
  readonly deliveryFeeFen?: number;
  readonly bundle?: SampleOffer['bundle'];
}

const offer = (itemId: string, supplierId: string, { unit, per = unit, available, leadHours, ...terms }: Terms) => ({
  ...{ itemId, supplierId, ...terms, per: { quantity: 1, unit: per }, pack: { quantity: 1, unit } },
  ...{ available: { quantity: available, unit }, leadMinutes: leadHours * 60 },
});

/** Two shops an item, so that there is something to choose between. All prices are invented. */
const OFFERS = [
  offer('surgical-mask', 'pharmacy-1', { priceFen: 8_500, unit: '盒', available: 400, leadHours: 4 }),
  offer('surgical-mask', 'pharmacy-2', { priceFen: 8_200, unit: '盒', available: 120, leadHours: 6 }),
  // Cheap and late.
  offer('surgical-mask', 'supermarket-5', { priceFen: 7_600, unit: '盒', available: 2_000, leadHours: 120 }),
  offer('n95-mask', 'pharmacy-1', { priceFen: 23_000, unit: '盒', available: 200, leadHours: 4 }),
  // Too dear: 1.5 times the reference, the ceiling is 1.3.
  offer('n95-mask', 'pharmacy-2', { priceFen: 30_000, unit: '盒', available: 300, leadHours: 2 }),
  offer('protective-suit', 'pharmacy-1', { priceFen: 33_000, unit: '包', available: 80, leadHours: 24 }),
  offer('protective-suit', 'pharmacy-2', {
    ...{ priceFen: 31_000, unit: '包', available: 60, leadHours: 24 },
    bundle: { what: '样例消毒湿巾', priceFen: 20_000 },
  }),
  offer('gloves', 'pharmacy-1', { priceFen: 6_300, unit: '盒', available: 150, leadHours: 4 }),
  offer('gloves', 'pharmacy-2', { priceFen: 6_600, unit: '盒', available: 300, leadHours: 4 }),
  offer('antigen-test', 'pharmacy-1', { priceFen: 13_000, unit: '盒', available: 200, leadHours: 8 }),
  offer('antigen-test', 'pharmacy-2', { priceFen: 12_600, unit: '盒', available: 100, leadHours: 12 }),
  offer('alcohol-75', 'pharmacy-2', { priceFen: 950, unit: '瓶', available: 600, leadHours: 4, deliveryFeeFen: 2_000 }),
  offer('alcohol-75', 'supermarket-1', { priceFen: 1_000, unit: '瓶', available: 400, leadHours: 4 }),
  offer('disinfectant-84', 'supermarket-1', { priceFen: 2_700, unit: '桶', available: 200, leadHours: 6 }),
  offer('disinfectant-84', 'supermarket-2', { priceFen: 2_600, unit: '桶', available: 80, leadHours: 6 }),
  offer('rice', 'grain-and-oil-1', { priceFen: 6_200, unit: '袋', available: 800, leadHours: 6 }),
  offer('rice', 'grain-and-oil-2', {
    priceFen: 6_000,
    unit: '袋',
    available: 300,
    leadHours: 12,
    deliveryFeeFen: 5_000,
  }),
  offer('flour', 'grain-and-oil-2', { priceFen: 13_000, unit: '袋', available: 300, leadHours: 6 }),
  offer('flour', 'grain-and-oil-3', { priceFen: 12_600, unit: '袋', available: 200, leadHours: 12 }),
  offer('chinese-cabbage', 'vegetables-1', { priceFen: 220, per: '斤', unit: '袋', available: 300, leadHours: 8 }),
  offer('chinese-cabbage', 'vegetables-2', { priceFen: 230, per: '斤', unit: '袋', available: 200, leadHours: 6 }),
  offer('potato', 'vegetables-3', { priceFen: 190, per: '斤', unit: '袋', available: 200, leadHours: 8 }),
  offer('potato', 'vegetables-4', { priceFen: 200, per: '斤', unit: '袋', available: 120, leadHours: 6 }),
  offer('instant-noodles', 'supermarket-3', { priceFen: 5_000, unit: '箱', available: 500, leadHours: 4 }),
  offer('instant-noodles', 'supermarket-4', { priceFen: 4_900, unit: '箱', available: 200, leadHours: 6 }),
];

/** What designated shops offer from this day on. */
export const sampleOffers = (today: string): readonly SampleOffer[] =>
  OFFERS.map((terms, i) => ({
    ...terms,
    channel: 'designated-shop',
    validUntil: `${plusDays(today, DAYS)}T16:00:00.000Z`,
    document: `样例报价单 ${String(i + 1).padStart(3, '0')}`,
  }));
