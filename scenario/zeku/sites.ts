import type { z } from 'zod';
import type { SiteKind, siteBody } from '../../functions/catalogue/site.ts';

export type SampleSite = { readonly id: string } & Readonly<z.input<typeof siteBody>>;

/** Zeku county, Huangnan prefecture, Qinghai. */
export const ZEKU = '632323';
export const WAREHOUSE = 'county-warehouse';
export const COUNTY_TOWN = '泽曲镇';

/** FACTS, the county: from a secondary source, undated. How they spread over villages is invented. */
export const COUNTY_PEOPLE = 57_600;
export const COUNTY_HOUSEHOLDS = 11_100;

/** Splits a whole into whole parts in proportion to the weights; what rounding leaves over goes to the first parts. */
const spread = (whole: number, weights: readonly number[]): number[] => {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const parts = weights.map((weight) => Math.floor((whole * weight) / sum));
  const left = whole - parts.reduce((total, part) => total + part, 0);
  return parts.map((part, i) => part + (i < left ? 1 : 0));
};

interface Place {
  readonly id: string;
  readonly nameZh: string;
  readonly nameEn: string;
  readonly kind: SiteKind;
  readonly township: string;
  readonly leadMinutes: number;
}

/** A front-line post: those on post or treated there, and nobody who lives there. */
const post = (place: Place, people: number): SampleSite => ({
  ...place,
  people: { post: people, vulnerable: 0, residents: 0 },
  sample: true,
});

/** The county town and seven townships. Villages: 60 in all. Minutes from the county warehouse to the seat. */
const TOWNSHIPS = [
  { id: 'zequ-town', zh: COUNTY_TOWN, en: 'Zequ Town', villages: 9, minutes: 10 },
  { id: 'township-1', zh: '样例一乡', en: 'Sample Township 1', villages: 8, minutes: 45 },
  { id: 'township-2', zh: '样例二乡', en: 'Sample Township 2', villages: 8, minutes: 60 },
  { id: 'township-3', zh: '样例三乡', en: 'Sample Township 3', villages: 7, minutes: 55 },
  { id: 'township-4', zh: '样例四乡', en: 'Sample Township 4', villages: 7, minutes: 75 },
  { id: 'township-5', zh: '样例五乡', en: 'Sample Township 5', villages: 7, minutes: 90 },
  { id: 'township-6', zh: '样例六乡', en: 'Sample Township 6', villages: 7, minutes: 110 },
  { id: 'township-7', zh: '样例七乡', en: 'Sample Township 7', villages: 7, minutes: 130 },
] as const;

const inTown = (id: string, nameZh: string, nameEn: string, kind: SiteKind, leadMinutes: number): Place => ({
  id,
  nameZh,
  nameEn,
  kind,
  township: COUNTY_TOWN,
  leadMinutes,
});

const FRONT_LINE: readonly SampleSite[] = [
  post(inTown('county-hospital', '泽库县人民医院', 'Zeku County Hospital', 'hospital', 10), 320),
  ...[120, 90, 60].map((people, i) =>
    post(
      inTown(`isolation-${i + 1}`, `样例集中隔离点${i + 1}`, `Sample Isolation Site ${i + 1}`, 'isolation', 15),
      people,
    ),
  ),
  ...[40, 36, 30, 24].map((people, i) =>
    post(inTown(`sampling-${i + 1}`, `样例采样点${i + 1}`, `Sample Sampling Point ${i + 1}`, 'sampling', 12), people),
  ),
  // One quarantine station at the border of each township, two on the roads into the county town.
  ...[...TOWNSHIPS, TOWNSHIPS[0]].map(({ zh, minutes }, i) =>
    post(
      {
        id: `checkpoint-${i + 1}`,
        nameZh: `样例检查站${i + 1}`,
        nameEn: `Sample Checkpoint ${i + 1}`,
        kind: 'checkpoint',
        township: zh,
        leadMinutes: minutes + 15,
      },
      12 + (i % 3) * 4,
    ),
  ),
];

const COMMUNITIES = [1, 2, 3, 4, 5].map((n) =>
  inTown(`community-${n}`, `样例社区${n}`, `Sample Community ${n}`, 'community', 8 + n),
);

const VILLAGES = TOWNSHIPS.flatMap(({ zh, villages, minutes }) =>
  Array.from({ length: villages }, (_, i) => ({ township: zh, leadMinutes: minutes + 10 + 5 * i })),
).map(
  (place, i): Place => ({
    id: `village-${String(i + 1).padStart(2, '0')}`,
    nameZh: `样例村${i + 1}`,
    nameEn: `Sample Village ${i + 1}`,
    kind: 'village',
    ...place,
  }),
);

/** Everybody is counted once, where they live. A community is about three villages; villages differ by half. */
const HOMES: readonly SampleSite[] = (() => {
  const places = [...COMMUNITIES, ...VILLAGES];
  const weights = places.map(({ kind }, i) => (kind === 'community' ? 30 : 8 + (i % 5)));
  const people = spread(COUNTY_PEOPLE, weights);
  const households = spread(COUNTY_HOUSEHOLDS, weights);
  return places.map((place, i) => {
    const residents = people[i] ?? 0;
    const homes = households[i] ?? 0;
    return {
      ...place,
      people: { post: place.kind === 'community' ? 20 : 6, vulnerable: Math.round(residents * 0.15), residents },
      households: homes,
      vulnerableHouseholds: Math.round(homes * 0.12),
      sample: true,
    };
  });
})();

/** 8 township-level units, each with its centralised distribution point (集中发放点). */
const SEATS: readonly SampleSite[] = TOWNSHIPS.map(({ id, zh, en, minutes }) =>
  post({ id, nameZh: zh, nameEn: en, kind: 'township', township: zh, leadMinutes: minutes }, 30),
);

export const SAMPLE_SITES: readonly SampleSite[] = [
  post(inTown(WAREHOUSE, '县应急物资仓库', 'County Warehouse', 'warehouse', 0), 16),
  ...FRONT_LINE,
  ...SEATS,
  ...HOMES,
];
