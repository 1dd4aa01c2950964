import { z } from 'zod';
import type { Oddity } from '../approval/approval.ts';
import { counted, type Item, isForPost, issueSize } from '../catalogue/item.ts';
import { type Policy, type Tier, tierOf } from '../catalogue/policy.ts';
import { recipientGroup, type Site, type SiteKind } from '../catalogue/site.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { type FieldError, invalid, Problem } from '../shared/problem.ts';
import { type AskedQuantity, askedQuantity, instant, MAX_QUANTITY, roundUpTo, slug, text } from '../shared/quantity.ts';
import { estimatedFen, MAX_ESTIMATE_FEN } from './estimate.ts';
import type { Open } from './line.ts';
import { type AskedLine, overMedian, overNorm } from './odd.ts';
import { MAX_LINES } from './request.ts';
import { yuan } from './words.ts';

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
    throw invalid('too-costly', 'lines', `This would cost more than ${yuan(MAX_ESTIMATE_FEN)}. Check the quantities.`);
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
      'These quantities are odd. Repeat with "confirmed": true if they are meant.',
      odd.map(({ n, zh, en }) => ({ path: `lines[${n - 1}].quantity`, message: `${zh} ${en}` })),
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

/** Refuses when there is anything to refuse over. */
const refuse = (code: string, detail: string, errors: readonly FieldError[]): void => {
  if (errors.length > 0) throw new Problem(422, code, detail, errors);
};

const activeSite = (site: Site | undefined, id: string): Site => {
  if (site === undefined) throw invalid('unknown-site', 'siteId', `There is no site ${id} in this county.`);
  if (!site.active) throw invalid('inactive-site', 'siteId', `${site.nameZh} ${site.nameEn} is closed.`);
  if (site.kind === 'warehouse')
    throw invalid('warehouse-asks', 'siteId', `${site.nameZh} keeps the goods: ask for the site that will use them.`);
  return site;
};

/** In one spelling, because keys sort by it. */
export const inTime = (needBy: string, now: string): string => {
  const due = new Date(needBy).toISOString();
  if (due <= now) throw invalid('need-by-past', 'needBy', `It is ${countyClock(now)} already, China time.`);
  if (due > plusMinutes(now, MAX_DAYS_AHEAD * 1440))
    throw invalid('need-by-too-far', 'needBy', `This is more than ${MAX_DAYS_AHEAD} days ahead.`);
  return due;
};

interface Asked {
  readonly n: number;
  readonly item: Item;
  readonly asked: AskedQuantity;
}

/** Each line with its item: known, active, asked for once, and for this kind of post (定岗位). */
const issuable = ({ lines }: Draft, known: ReadonlyMap<string, Item>, kind: SiteKind): Asked[] => {
  const errorsWhere = (wrong: (itemId: string, i: number) => string | undefined): FieldError[] =>
    lines.flatMap(({ itemId }, i) => {
      const message = wrong(itemId, i);
      return message === undefined ? [] : [{ path: `lines[${i}].itemId`, message }];
    });
  refuse(
    'unknown-item',
    'Some items are not in the catalogue.',
    errorsWhere((id) => (known.has(id) ? undefined : `There is no item ${id} in this county.`)),
  );
  refuse(
    'duplicate-item',
    'Ask for an item once, with the whole quantity.',
    errorsWhere((id, i) => {
      const first = lines.findIndex(({ itemId }) => itemId === id);
      return first === i ? undefined : `${id} is in lines[${first}] already.`;
    }),
  );
  refuse(
    'inactive-item',
    'Some items are no longer issued.',
    errorsWhere((id) => (known.get(id)?.active ? undefined : `${id} is no longer issued.`)),
  );
  refuse(
    'wrong-post',
    'Some items are kept for other kinds of posts.',
    errorsWhere((id) => {
      const item = known.get(id);
      return item === undefined || isForPost(item, kind)
        ? undefined
        : `${id} is for ${item.posts.join(', ')}, not ${kind}.`;
    }),
  );
  return lines.flatMap(({ itemId, ...asked }, i) => {
    const item = known.get(itemId);
    return item === undefined ? [] : [{ n: i + 1, item, asked }];
  });
};

/** In base units, rounded up to whole issue units. */
const converted = (lines: readonly Asked[]): (Asked & Pick<AskedLine, 'quantity'>)[] => {
  const found = lines.map((line) => ({ ...line, base: counted(line.item, line.asked, `lines[${line.n - 1}]`) }));
  const faults = found.flatMap(({ base }) => (typeof base === 'number' ? [] : [base]));
  refuse(
    'unknown-unit',
    'Some units have no conversion to the item’s base unit.',
    faults.filter(({ path }) => path.endsWith('.unit')),
  );
  const rounded = found.flatMap(({ base, ...line }) =>
    typeof base === 'number' ? [{ ...line, quantity: roundUpTo(issueSize(line.item), base) }] : [],
  );
  const beyond = rounded.filter(({ quantity }) => quantity > MAX_QUANTITY);
  refuse('too-much', 'Some quantities are beyond any county.', [
    ...faults,
    ...beyond.map(({ n, item }) => ({
      path: `lines[${n - 1}].quantity`,
      message: `In whole ${item.issueUnit} this is over the bound of ${MAX_QUANTITY} base units.`,
    })),
  ]);
  return rounded;
};
