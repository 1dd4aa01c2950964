import { type Item, type ItemBody, itemBody, itemFaults, itemRuled, unitsOf } from '../catalogue/item.ts';
import { headquartersOnly } from '../catalogue/ruled.ts';
import { MAX_QUANTITY } from '../shared/quantity.ts';
import type { CatalogueKind } from './catalogue-sheet.ts';
import { type Column, conversions, listOf, oneOf, whole, words, yesNo } from './column.ts';
import { warningAt } from './finding.ts';
import { hiddenFinding } from './goods.ts';
import { SITE_KINDS } from './site-sheet.ts';

const amount = whole(0, MAX_QUANTITY);
const positive = whole(1, MAX_QUANTITY);
const days = whole(1, 365);
const nameZh: Column = { name: 'nameZh', zh: '名称', ...words(60), sample: '医用防护口罩' };

const normColumns = ([1, 2, 3] as const).flatMap((tier): Column[] => [
  { name: `norms.tier${tier}.quantity`, zh: `第${tier}级定量`, ...positive, sample: tier === 1 ? '4' : '' },
  { name: `norms.tier${tier}.days`, zh: `第${tier}级定量天数`, ...days, sample: tier === 1 ? '1' : '' },
]);

const itemColumns: readonly Column[] = [
  nameZh,
  { name: 'nameEn', zh: '英文名称', ...words(80), sample: 'N95 medical mask' },
  {
    ...{ name: 'category', zh: '分类代码', read: (cell) => cell, sample: '2' },
    takes: {
      zh: '1、2 或 3 开头、至多 7 位的国标分类代码',
      en: 'a code of GB/T 38565, at most 7 digits, first 1, 2 or 3',
    },
  },
  { name: 'spec', zh: '规格', ...words(120), sample: 'GB 19083-2010' },
  {
    ...{ name: 'baseUnit', zh: '基本单位', sample: '个' },
    ...oneOf({ piece: '个', gram: '克', millilitre: '毫升' }),
  },
  { name: 'units', zh: '单位换算', ...conversions, sample: '盒=50; 箱=1000' },
  { name: 'issueUnit', zh: '发放单位', ...words(20), sample: '盒' },
  { name: 'fresh', zh: '生鲜', ...yesNo, sample: '否' },
  { name: 'shelfLifeDays', zh: '保质期天数', ...whole(1, 3_650), sample: '1095' },
  { name: 'frontLineReserve', zh: '一线储备', ...amount, sample: '5000' },
  ...normColumns,
  { name: 'posts', zh: '限定岗位', ...listOf(oneOf(SITE_KINDS)), sample: '' },
  { name: 'reference.priceFen', zh: '参考价分', ...amount, sample: '' },
  { name: 'reference.perQuantity', zh: '参考价对应数量', ...positive, sample: '' },
  { name: 'marginCapPercent', zh: '加价上限百分比', ...whole(0, 1_000), sample: '' },
  { name: 'poolMinimum', zh: '最低储备', ...amount, sample: '' },
  { name: 'active', zh: '在用', ...yesNo, sample: '是' },
  { name: 'sample', zh: '样例数据', ...yesNo, sample: '是' },
];

/** Items, one a row. */
export const itemSheet: CatalogueKind<Item, ItemBody> = {
  columns: itemColumns,
  schema: itemBody,
  faults: itemFaults,
  // What no unit of the row is the issue unit of is wrong by itself, and cannot be compared with what headquarters set.
  headquartersOnly: (actor, next, before) =>
    before !== undefined && unitsOf(next)[next.issueUnit] === undefined
      ? []
      : headquartersOnly(actor, itemRuled, next, before),
  standIns: {
    ...{ nameZh: '—', nameEn: '—', category: '1', baseUnit: 'piece', units: {}, issueUnit: '—' },
    ...{ 'reference.priceFen': 0, 'reference.perQuantity': 1 },
  },
  together: ['baseUnit', 'units', 'issueUnit'],
  odd: ({ line }, { nameZh: words, spec }) => [
    ...[hiddenFinding(line, nameZh, words)].filter((found) => found !== undefined),
    ...(spec === undefined
      ? [
          warningAt(line, 'spec', {
            code: 'blank-spec',
            zh: `“${words}”没有填规格；确无规格请确认。`,
            en: `The specification of “${words}” is blank. Confirm if it has none.`,
          }),
        ]
      : []),
  ],
  job: (id, madeOn, body) => ({ kind: 'items', id, madeOn, body }),
};
