import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { fault, Problem } from '../shared/problem.ts';
import { defineRow } from '../shared/row.ts';

/**
 * Says that a document has put money into a fund. It never expires: the same paper may turn up again months later.
 *
 * One number is one credit of one fund in the whole county, gift or not: a receipt that is entered under two funds is
 * money that is not there. Where the treasury allots to two funds on one order, each credit is entered by the number of
 * the bank's receipt that it came on, and there is one of those a credit.
 */
export const fundDocumentRow = defineRow({
  type: 'fund-document',
  v: 1,
  schema: z.object({
    county: z.string(),
    fundId: z.string(),
    number: z.string(),
    credit: z.int(),
    giftId: z.string().optional(),
  }),
  keys: (row) => keysOf(row.county).creditedDocument(row.number),
});

/** Says where a document was credited, of rows from before gifts and funds kept them together, too. */
export const alreadyCredited = (document: string, was: Record<string, unknown> = {}): Problem => {
  const { fundId, credit: n, giftId = was['donationId'] } = was;
  const zh = [
    ...(fundId === undefined ? [] : [`资金 ${fundId} 的第 ${n} 笔`]),
    ...(giftId === undefined ? [] : [`捐赠 ${giftId}`]),
  ];
  const en = [
    ...(fundId === undefined ? [] : [`as credit ${n} of ${fundId}`]),
    ...(giftId === undefined ? [] : [`as the gift ${giftId}`]),
  ];
  return new Problem(
    409,
    'document-credited',
    {
      zh: `${document} 已登记到账：${zh.join('，')}。`,
      en: `${document} is already credited, ${en.join(', ')}.`,
    },
    [
      fault('document', {
        zh: '同一凭证全县只登记一次，无论记入哪项资金。',
        en: 'The same document is credited once, whichever fund takes it in.',
      }),
    ],
  );
};
