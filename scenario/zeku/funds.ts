import type { z } from 'zod';
import type { creditBody, fundBody } from '../../functions/funds/fund.ts';

export type SampleFund = { readonly id: string } & Readonly<z.input<typeof fundBody>> & {
    /** What comes into it, the oldest first. */
    readonly credits: readonly z.input<typeof creditBody>[];
  };

const yuan = (amount: number): number => amount * 100;

/**
 * The funds that paid for goods (FACTS: the county). The party dues are 300,000 yuan, as the report says; the other
 * sums and all documents are invented.
 */
export const SAMPLE_FUNDS: readonly SampleFund[] = [
  {
    id: 'epidemic-special',
    nameZh: '样例疫情防控专项资金',
    nameEn: 'Sample Epidemic Special Fund',
    kind: 'special',
    sample: true,
    credits: [
      { amountFen: yuan(500_000), document: 'SAMPLE-SPECIAL-1' },
      { amountFen: yuan(300_000), document: 'SAMPLE-SPECIAL-2' },
    ],
  },
  {
    id: 'party-dues',
    nameZh: '样例疫情防控专项党费',
    nameEn: 'Sample Party Dues for Prevention',
    kind: 'party-dues',
    // Set aside for prevention work: equipment, not groceries.
    mayBuy: { categories: ['2'] },
    sample: true,
    credits: [{ amountFen: yuan(300_000), document: 'SAMPLE-DUES-1' }],
  },
  {
    id: 'gifts',
    nameZh: '样例社会捐赠资金',
    nameEn: 'Sample Gifts of Money',
    kind: 'gifts',
    sample: true,
    // Little: what else comes into it, donors register.
    credits: [{ amountFen: yuan(500), document: 'SAMPLE-GIFT-1' }],
  },
];
