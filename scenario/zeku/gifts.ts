import type { z } from 'zod';
import type { giftBody } from '../../functions/donation/gift.ts';
import type { walkInBody } from '../../functions/donation/walk-in.ts';
import { countyDay, plusDays, plusMinutes } from '../../functions/shared/clock.ts';

type Registered = z.input<typeof giftBody>;
type Goods = NonNullable<Registered['goods']>[number];

/** How a gift turns out, by what people do with it. */
type Course =
  /** Brought as it was declared. */
  | { readonly comes: 'whole' }
  /** Brought with less than was declared, and one of it broken. */
  | { readonly comes: 'less' }
  /** Not in the catalogue's words: somebody says what it is. */
  | { readonly comes: 'whole'; readonly mapped: { readonly itemId: string; readonly unit: string } }
  /** Nobody ever brings it, or pays it in. */
  | { readonly comes: 'never' };

interface Gift {
  /** Of the rehearsal, in minutes from its beginning. */
  readonly atMinute: number;
  readonly name: string;
}
/** A gift that somebody registers from home; its dates count from now. */
export interface HomeGift extends Gift {
  readonly from: 'home';
  readonly body: (now: string) => Registered;
  readonly course: Course;
}
/** A gift that somebody carries to the desk. */
export interface DeskGift extends Gift {
  readonly from: 'desk';
  readonly body: (now: string) => z.input<typeof walkInBody>;
}
export type SampleGift = HomeGift | DeskGift;

const DAY = 1_440;
const company = (n: number) => ({ kind: 'company' as const, name: `样例捐赠企业${n}`, phone: '+86 973 000 0000' });
const nobody = { kind: 'person' as const, anonymous: true };
const toVillages = { to: 'siteKind' as const, siteKind: 'village' as const };

const goods = (itemId: string, quantity: number, unit: string, more: Partial<Goods> = {}): Goods => ({
  ...{ itemId, quantity, unit, certificates: ['样例合格证'] },
  ...more,
});

/** Just long enough for a gift to be taken in, and less than the county's own: it goes out first. */
const expiring = (now: string) => ({ useBy: plusDays(countyDay(now), 190) });
const madeToday = (now: string) => ({ madeOn: countyDay(now) });
/** Early enough that what never comes has lapsed before a week is over. */
const soon = (now: string) => ({ expectedAt: plusMinutes(now, 240) });

const WHOLE: Course = { comes: 'whole' };
const home = (name: string, atMinute: number, body: HomeGift['body'], course: Course = WHOLE): SampleGift => ({
  ...{ from: 'home', name, atMinute, body, course },
});

/** What is given in a week, by nobody there is: with and without a wish, too much, too late, unasked, and never. */
export const SAMPLE_GIFTS: readonly SampleGift[] = [
  home('masks for whoever needs them', 120, (now) => ({
    donor: company(1),
    goods: [goods('surgical-mask', 12, '箱', madeToday(now)), goods('gloves', 3, '箱', madeToday(now))],
  })),
  home('respirators for isolation sites', 200, (now) => ({
    donor: company(2),
    wish: { for: { to: 'siteKind', siteKind: 'isolation' }, fallback: 'ask' },
    goods: [goods('n95-mask', 2, '箱', expiring(now))],
  })),
  home('rice for villages', 240, (now) => ({
    donor: { kind: 'unit', name: '样例对口支援单位' },
    wish: { for: toVillages, fallback: 'county' },
    goods: [goods('rice', 300, '袋', madeToday(now))],
  })),
  // Good for a week: what its community does not need by then is asked about.
  home('vegetables for one community', 300, (now) => ({
    donor: company(3),
    wish: { for: { to: 'sites', siteIds: ['community-1'] }, fallback: 'ask' },
    goods: [goods('vegetable-pack', 120, '包', madeToday(now))],
  })),
  home('noodles out of date', 360, (now) => ({
    donor: company(4),
    goods: [goods('instant-noodles', 40, '箱', { useBy: plusDays(countyDay(now), -3) })],
  })),
  home(
    'quilts, in words',
    400,
    () => ({ donor: nobody, goods: [{ what: '样例：棉被若干', quantity: 60, unit: '件', certificates: [] }] }),
    { comes: 'whole', mapped: { itemId: 'quilt', unit: '床' } },
  ),
  home(
    'gloves, fewer than declared',
    480,
    (now) => ({ donor: company(5), goods: [goods('gloves', 20, '盒', expiring(now))] }),
    { comes: 'less' },
  ),
  home(
    'tests that never come',
    500,
    (now) => ({ donor: company(6), ...soon(now), goods: [goods('antigen-test', 4, '箱', madeToday(now))] }),
    { comes: 'never' },
  ),
  home('goods for a village of its own', 520, (now) => ({
    donor: company(7),
    wish: { for: { to: 'sites', siteIds: ['village-07'] }, fallback: 'return', related: true },
    goods: [goods('rice', 20, '袋', madeToday(now))],
  })),
  home('money for whatever is needed', 180, () => ({ donor: company(8), money: { amountFen: 6_000_000 } })),
  home('money for protection', 260, () => ({
    donor: company(9),
    money: { amountFen: 800_000, mayBuy: ['surgical-mask', 'gloves', 'n95-mask', 'alcohol-75'] },
  })),
  home('money that is never paid in', 560, (now) => ({ donor: nobody, ...soon(now), money: { amountFen: 100_000 } }), {
    comes: 'never',
  }),
  {
    ...{ from: 'desk', name: 'hand gel at the desk', atMinute: DAY + 240 },
    body: (now) => ({
      donor: nobody,
      lines: [
        {
          ...{ itemId: 'hand-gel', certificates: ['样例合格证'], declared: { quantity: 8, unit: '箱' } },
          lots: [{ quantity: 7, unit: '箱', ...expiring(now), lotNo: '样例 1' }],
        },
      ],
    }),
  },
  // The county has little of it, and no shop sells it: it goes out at once.
  home('formula for infants', 150, (now) => ({
    donor: company(11),
    goods: [goods('infant-formula', 240, '罐', expiring(now))],
  })),
  home('oil for villages', DAY + 300, (now) => ({
    donor: company(10),
    wish: { for: toVillages, fallback: 'county' },
    goods: [goods('cooking-oil', 150, '桶', expiring(now))],
  })),
];
