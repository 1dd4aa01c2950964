import type { z } from 'zod';
import type { supplierBody } from '../../functions/catalogue/supplier.ts';
import { COUNTY_TOWN } from './sites.ts';

export type SampleSupplier = { readonly id: string } & Readonly<z.input<typeof supplierBody>>;

/** How many designated shops (保供点) of each kind there were: FACTS, the county. Their names are invented. */
const SHOPS = [
  { kind: 'supermarket', zh: '超市', en: 'Supermarket', number: 5 },
  { kind: 'vegetables', zh: '蔬菜店', en: 'Vegetable Shop', number: 7 },
  { kind: 'grain-and-oil', zh: '粮油店', en: 'Grain and Oil Shop', number: 3 },
  { kind: 'butcher', zh: '肉店', en: 'Butcher', number: 4 },
  { kind: 'pharmacy', zh: '药店', en: 'Pharmacy', number: 2 },
] as const;

export const SAMPLE_SUPPLIERS: readonly SampleSupplier[] = SHOPS.flatMap(({ kind, zh, en, number }) =>
  Array.from({ length: number }, (_, i) => ({
    id: `${kind}-${i + 1}`,
    nameZh: `样例${zh}${i + 1}`,
    nameEn: `Sample ${en} ${i + 1}`,
    kind,
    designated: true,
    township: COUNTY_TOWN,
    sample: true,
  })),
);
