import { headquartersOnly } from '../catalogue/ruled.ts';
import { type Site, type SiteBody, type SiteKind, siteBody, siteFaults, siteRuled } from '../catalogue/site.ts';
import type { CatalogueKind } from './catalogue-sheet.ts';
import { type Column, type Kind, oneOf, partsOf, whole, words, yesNo } from './column.ts';

export const SITE_KINDS: Readonly<Record<SiteKind, string>> = {
  warehouse: '仓库',
  hospital: '医院',
  isolation: '隔离点',
  sampling: '采样点',
  checkpoint: '卡点',
  community: '社区',
  township: '乡镇',
  village: '村',
};

const SITE_KIND = oneOf(SITE_KINDS);

/** For whom goods are: `all`, ids of sites, or `kind:village`. */
export const meantFor: Kind = {
  read: (cell) => {
    if (cell === 'all' || cell === '全部') return { to: 'all' };
    const [, kind] = /^(?:kind|类别)[:：](.+)$/.exec(cell) ?? [];
    if (kind !== undefined) return { to: 'siteKind', siteKind: SITE_KIND.read(kind) };
    return { to: 'sites', siteIds: partsOf(cell) };
  },
  takes: {
    zh: '全部、若干点位编号（以分号隔开）或“类别:村”',
    en: 'all, ids of sites divided by semicolons, or kind:village',
  },
};

const people = whole(0, 1_000_000);

const siteColumns: readonly Column[] = [
  { name: 'nameZh', zh: '名称', ...words(60), sample: '样例村' },
  { name: 'nameEn', zh: '英文名称', ...words(80), sample: 'Sample village' },
  { name: 'kind', zh: '类别', ...SITE_KIND, sample: '村' },
  { name: 'township', zh: '所在乡镇', ...words(60), sample: '样例乡' },
  { name: 'people.post', zh: '值守人数', ...people, sample: '6' },
  { name: 'people.vulnerable', zh: '特殊群体人数', ...people, sample: '80' },
  { name: 'people.residents', zh: '居民人数', ...people, sample: '900' },
  { name: 'households', zh: '户数', ...people, sample: '200' },
  { name: 'vulnerableHouseholds', zh: '特殊群体户数', ...people, sample: '25' },
  { name: 'leadMinutes', zh: '路程分钟', ...whole(0, 10_080), sample: '90' },
  { name: 'active', zh: '在用', ...yesNo, sample: '是' },
  { name: 'sample', zh: '样例数据', ...yesNo, sample: '是' },
];

/** Sites, one a row. */
export const siteSheet: CatalogueKind<Site, SiteBody> = {
  columns: siteColumns,
  schema: siteBody,
  faults: siteFaults,
  headquartersOnly: (actor, next, before) => headquartersOnly(actor, siteRuled, next, before),
  standIns: {
    ...{ nameZh: '—', nameEn: '—', kind: 'village', township: '—', leadMinutes: 0 },
    ...{ people: { post: 0, vulnerable: 0, residents: 0 } },
    ...{ 'people.post': 0, 'people.vulnerable': 0, 'people.residents': 0 },
  },
  together: ['people.vulnerable', 'people.residents', 'households', 'vulnerableHouseholds'],
  odd: () => [],
  job: (id, madeOn, body) => ({ kind: 'sites', id, madeOn, body }),
};
