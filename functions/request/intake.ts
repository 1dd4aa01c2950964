import { z } from 'zod';
import type { Oddity } from '../approval/approval.ts';
import { counted, type Item, isForPost, issueSize } from '../catalogue/item.ts';
import { type Policy, type Tier, tierOf } from '../catalogue/policy.ts';
import { recipientGroup, type Site, type SiteKind } from '../catalogue/site.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { yuan } from '../shared/money.ts';
import { fault, invalid } from '../shared/problem.ts';
import { type AskedQuantity, askedQuantity, instant, MAX_QUANTITY, roundUpTo, slug, text } from '../shared/quantity.ts';
import { estimatedFen, MAX_ESTIMATE_FEN } from './estimate.ts';
import type { Open } from './line.ts';
import { type AskedLine, overMedian, overNorm } from './odd.ts';
import { MAX_LINES } from './request.ts';
import { refuse, type Wanted, wanted } from './wanted.ts';

/** What somebody asks for, as they send it. The tier is never theirs to say. */
export const draft = z.strictObject({
  siteId: slug,
  recipients: recipientGroup,
  needBy: instant,
  reason: text(500),
  /** Days of need that it covers (定期限); none: as policy says. */
  coverDays: z.int().min(1).max(30).optional(),
  lines: z
    .array(z.strictObject({ itemId: slug, ...askedQuantity.shape }))
    .min(1)
    .max(MAX_LINES),
  /** Yes, the odd quantities are meant. */
  confirmed: z.boolean().optional(),
});
export type Draft = z.infer<typeof draft>;

/** Longer ahead is a slipped finger in the year. */
const MAX_DAYS_AHEAD = 365;

export interface IntakeInput {
  readonly draft: Draft;
  readonly site: Site | undefined;
  readonly items: ReadonlyMap<string, Item>;
  /** What is asked of these items otherwise, by this site and by others: as `usualAsks` samples it. */
  readonly asks: readonly Open[];
  /** What the site has from earlier asks for the same days, by item. */
  readonly earlier: ReadonlyMap<string, number>;
  readonly policy: Policy;
  readonly now: string;
}

/** A draft that may become a request. Quantities are base units in whole issue units. */
export interface Intake {
  readonly site: Site;
  readonly tier: Tier;
  readonly needBy: string;
  readonly coverDays: number;
  readonly estimatedFen: number;
  readonly odd: readonly Oddity[];
  readonly lines: readonly { readonly itemId: string; readonly asked: AskedQuantity; readonly quantity: number }[];
}

/**
 * Takes in a draft, or refuses it with everything that is wrong at that stage: the site and the time, then the items,
 * then units and quantities, then what is odd.
 *
 * @throws Problem 422 with the paths of the fields; `odd-quantity` until the draft comes again with `confirmed`.
 */
export const intake = ({ draft: asked, site, items, asks, earlier, policy, now }: IntakeInput): Intake => {
  const at = activeSite(site, asked.siteId);
  const needBy = inTime(asked.needBy, now);
  const tier = tierOf(at, asked.recipients, policy);
  const coverDays = asked.coverDays ?? policy.approval.coverDays;
  const lines = converted(issuable(asked, items, at.kind));
  const cost = estimatedFen(lines);
  if (cost > MAX_ESTIMATE_FEN)
    throw invalid('too-costly', 'lines', {
      zh: `估价超过 ${yuan(MAX_ESTIMATE_FEN)}，请核对数量。`,
      en: `This would cost more than ${yuan(MAX_ESTIMATE_FEN)}. Check the quantities.`,
    });
  const asking = { siteId: at.id, siteKind: at.kind, tier, people: at.people[asked.recipients], coverDays };
  const odd = lines.flatMap((line) => {
    const before = asks.filter(({ itemId }) => itemId === line.item.id);
    const norm = overNorm({ ...line, earlier: earlier.get(line.item.id) ?? 0 }, asking);
    return [norm, overMedian(line, asking, before, policy.approval.oddTimesMedian)].filter(
      (found) => found !== undefined,
    );
  });
  if (asked.confirmed !== true)
    refuse(
      'odd-quantity',
      {
        zh: '数量异常，请核对；确实需要请确认后再交。',
        en: 'These quantities are odd. Repeat with "confirmed": true if they are meant.',
      },
      odd.map(({ n, zh, en }) => fault(`lines[${n - 1}].quantity`, { zh, en })),
    );
  return {
    site: at,
    tier,
    needBy,
    coverDays,
    estimatedFen: Number(cost),
    odd,
    lines: lines.map(({ item, asked: as, quantity }) => ({ itemId: item.id, asked: as, quantity })),
  };
};

const activeSite = (site: Site | undefined, id: string): Site => {
  if (site === undefined)
    throw invalid('unknown-site', 'siteId', {
      zh: `本县没有编号为“${id}”的点位。`,
      en: `There is no site ${id} in this county.`,
    });
  if (!site.active)
    throw invalid('inactive-site', 'siteId', {
      zh: `${site.nameZh}已关闭。`,
      en: `${site.nameZh} ${site.nameEn} is closed.`,
    });
  if (site.kind === 'warehouse')
    throw invalid('warehouse-asks', 'siteId', {
      zh: `${site.nameZh}是仓库：请为实际使用的点位申请。`,
      en: `${site.nameZh} keeps the goods: ask for the site that will use them.`,
    });
  return site;
};

/** In one spelling, because keys sort by it. */
export const inTime = (needBy: string, now: string): string => {
  const due = new Date(needBy).toISOString();
  if (due <= now)
    throw invalid(
      'need-by-past',
      'needBy',
      {
        zh: `需求时限 ${countyClock(due)} 已过：现在是北京时间 ${countyClock(now)}。`,
        en: `It is ${countyClock(now)} already, China time.`,
      },
      due,
    );
  if (due > plusMinutes(now, MAX_DAYS_AHEAD * 1440))
    throw invalid(
      'need-by-too-far',
      'needBy',
      {
        zh: `需求时限 ${countyClock(due)} 在 ${MAX_DAYS_AHEAD} 天以后，请核对年份。`,
        en: `This is more than ${MAX_DAYS_AHEAD} days ahead.`,
      },
      due,
    );
  return due;
};

type Asked = Wanted<Draft['lines'][number]>;

/** Each line with its item: to be had, and for this kind of post (定岗位). */
const issuable = ({ lines }: Draft, known: ReadonlyMap<string, Item>, kind: SiteKind): Asked[] => {
  const found = wanted(lines, known);
  refuse(
    'wrong-post',
    { zh: '有的物资只发给别的岗位。', en: 'Some items are kept for other kinds of posts.' },
    found.flatMap(({ n, item }) =>
      isForPost(item, kind)
        ? []
        : [
            fault(`lines[${n - 1}].itemId`, {
              zh: `${item.nameZh}只发给特定岗位，这个点位不在其内。`,
              en: `${item.id} is for ${item.posts.join(', ')}, not ${kind}.`,
            }),
          ],
    ),
  );
  return found;
};

type Converted = Pick<AskedLine, 'n' | 'item' | 'quantity'> & { readonly asked: AskedQuantity };

/** In base units, rounded up to whole issue units. */
const converted = (lines: readonly Asked[]): Converted[] => {
  const found = lines.map(({ n, item, line: { quantity, unit } }) => {
    const asked = { quantity, unit };
    return { n, item, asked, base: counted(item, asked, `lines[${n - 1}]`) };
  });
  const faults = found.flatMap(({ base }) => (typeof base === 'number' ? [] : [base]));
  refuse(
    'unknown-unit',
    { zh: '有的单位无法换算。', en: 'Some units have no conversion to the item’s base unit.' },
    faults.filter(({ path }) => path.endsWith('.unit')),
  );
  const rounded = found.flatMap(({ base, ...line }) =>
    typeof base === 'number' ? [{ ...line, quantity: roundUpTo(issueSize(line.item), base) }] : [],
  );
  const beyond = rounded.filter(({ quantity }) => quantity > MAX_QUANTITY);
  refuse('too-much', { zh: '有的数量超出全县所能。', en: 'Some quantities are beyond any county.' }, [
    ...faults,
    ...beyond.map(({ n, item }) =>
      fault(`lines[${n - 1}].quantity`, {
        zh: `取整为整${item.issueUnit}后，超过上限 ${MAX_QUANTITY} 个基本单位。`,
        en: `In whole ${item.issueUnit} this is over the bound of ${MAX_QUANTITY} base units.`,
      }),
    ),
  ]);
  return rounded;
};
