import type { z } from 'zod';
import { plusDays } from '../../functions/shared/clock.ts';
import { type goodsReceivedBody, MAX_NOTE_LINES } from '../../functions/stock/goods-received.ts';
import { WAREHOUSE } from './sites.ts';

export type SampleNote = z.input<typeof goodsReceivedBody>;
type Line = Omit<SampleNote['lines'][number], 'useBy'> & { readonly keepsDays?: number | undefined };

/** Goods of one lot; they can be used for so many days from the day of booking, or do not expire. */
const lot = (itemId: string, quantity: number, unit: string, lotNo: string, keepsDays?: number): Line => ({
  itemId,
  quantity,
  unit,
  lotNo,
  keepsDays,
});

/** Existing stock (现有物资). Some of it is about to expire, as county stores are. */
const EXISTING: readonly Line[] = [
  lot('surgical-mask', 20, '箱', 'SM-A', 60),
  lot('surgical-mask', 180, '盒', 'SM-B', 9),
  lot('n95-mask', 8, '箱', 'N95-A', 400),
  lot('n95-mask', 30, '盒', 'N95-B', 12),
  lot('protective-suit', 30, '箱', 'PS-A', 300),
  lot('isolation-gown', 12, '箱', 'IG-A', 300),
  lot('goggles', 5, '箱', 'GG-A', 500),
  lot('face-shield', 8, '箱', 'FS-A', 500),
  lot('gloves', 25, '箱', 'GL-A', 200),
  lot('shoe-covers', 8, '箱', 'SC-A', 600),
  lot('surgical-cap', 5, '箱', 'CA-A', 600),
  lot('antigen-test', 12, '箱', 'AT-A', 5),
  lot('forehead-thermometer', 90, '把', 'FT-A'),
  lot('thermometer', 6, '箱', 'DT-A'),
  lot('disinfectant-84', 160, '桶', 'DS-A', 90),
  lot('disinfectant-84', 30, '桶', 'DS-B', 14),
  lot('chlorine-tablets', 6, '箱', 'CT-A', 250),
  lot('alcohol-75', 25, '箱', 'AL-A', 250),
  lot('hand-gel', 20, '箱', 'HG-A', 250),
  lot('sprayer', 3, '箱', 'SP-A'),
  lot('medical-waste-bag', 8, '箱', 'WB-A'),
  lot('vegetable-pack', 900, '包', 'VP-A', 3),
  lot('chinese-cabbage', 300, '袋', 'CC-A', 30),
  lot('potato', 400, '袋', 'PO-A', 90),
  lot('carrot', 120, '袋', 'CR-A', 6),
  lot('rice', 1_200, '袋', 'RI-A', 200),
  lot('flour', 500, '袋', 'FL-A', 120),
  lot('tsampa', 800, '袋', 'TS-A', 90),
  lot('cooking-oil', 600, '桶', 'OI-A', 300),
  lot('instant-noodles', 400, '箱', 'IN-A', 20),
  lot('drinking-water', 500, '箱', 'DW-A', 150),
  lot('infant-formula', 200, '罐', 'IF-A', 200),
  lot('quilt', 260, '床', 'QU-A'),
];

/** Allocated from above (下拨物资). One lot came for the hospital alone. */
const ALLOCATED: readonly Line[] = [
  lot('surgical-mask', 15, '箱', 'SM-P', 650),
  lot('n95-mask', 10, '箱', 'N95-P', 900),
  { ...lot('n95-mask', 4, '箱', 'N95-H', 900), designation: { to: 'sites', siteIds: ['county-hospital'] } },
  lot('protective-suit', 20, '箱', 'PS-P', 650),
  lot('antigen-test', 30, '箱', 'AT-P', 200),
  lot('sampling-tube', 60, '箱', 'ST-P', 300),
  lot('throat-swab', 60, '箱', 'SW-P', 500),
  lot('forehead-thermometer', 60, '把', 'FT-P'),
  lot('disinfectant-84', 120, '桶', 'DS-P', 300),
  lot('gloves', 20, '箱', 'GL-P', 700),
  lot('vegetable-pack', 1_500, '包', 'VP-P', 5),
  lot('potato', 300, '袋', 'PO-P', 100),
  lot('rice', 800, '袋', 'RI-P', 300),
  lot('flour', 300, '袋', 'FL-P', 200),
  lot('quilt', 200, '床', 'QU-P'),
];

/** Papers of as many lines as one paper may hold, numbered. Dates count from `today`, `YYYY-MM-DD`. */
const papers = (document: string, source: SampleNote['source'], lots: readonly Line[], today: string): SampleNote[] =>
  Array.from({ length: Math.ceil(lots.length / MAX_NOTE_LINES) }, (_, i) => ({
    source,
    placeId: WAREHOUSE,
    document: `${document}-${i + 1}`,
    lines: lots.slice(i * MAX_NOTE_LINES, (i + 1) * MAX_NOTE_LINES).map(({ keepsDays, ...line }) => ({
      ...line,
      ...(keepsDays !== undefined && { useBy: plusDays(today, keepsDays) }),
    })),
  }));

/** What lies in the county warehouse on the first day. */
export const openingStock = (today: string): SampleNote[] => [
  ...papers('SAMPLE-EXISTING', 'existing', EXISTING, today),
  ...papers('SAMPLE-ALLOCATED', 'allocated', ALLOCATED, today),
];

/** What comes from above each morning of a rehearsal: fresh goods daily, some of what is scarce, and never enough. */
const RESTOCKS: readonly (readonly Line[])[] = [
  [lot('surgical-mask', 20, '箱', 'SM-R', 700), lot('vegetable-pack', 1_800, '包', 'VP-R', 6)],
  [
    lot('vegetable-pack', 2_000, '包', 'VP-R', 6),
    lot('carrot', 200, '袋', 'CR-R', 14),
    lot('n95-mask', 5, '箱', 'N95-R', 900),
    lot('antigen-test', 20, '箱', 'AT-R', 200),
    lot('rice', 600, '袋', 'RI-R', 300),
  ],
];

/** The papers of the nth morning after the first day. */
export const restock = (n: number, today: string): SampleNote[] =>
  papers(
    `SAMPLE-RESTOCK-${n}`,
    'allocated',
    (RESTOCKS[n % RESTOCKS.length] ?? []).map((line) => ({ ...line, lotNo: `${line.lotNo}${n}` })),
    today,
  );
