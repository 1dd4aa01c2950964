import { counted, type Item, isForPost, issueSize } from '../catalogue/item.ts';
import { type Policy, type Tier, tierOf } from '../catalogue/policy.ts';
import type { RecipientGroup, Site } from '../catalogue/site.ts';
import { estimatedFen, MAX_ESTIMATE_FEN } from '../request/estimate.ts';
import { inTime } from '../request/intake.ts';
import type { RecentNeed } from '../request/recent.ts';
import { refuse, wanted } from '../request/wanted.ts';
import { yuan } from '../shared/money.ts';
import { fault, invalid } from '../shared/problem.ts';
import { MAX_QUANTITY, roundUpTo } from '../shared/quantity.ts';
import type { PlanBody, PlanLine, PlannedSite, SiteLine } from './plan.ts';

/** A line of a plan with its item and its norm in base units a head, for all of its days. */
export interface Rationed {
  readonly n: number;
  readonly item: Item;
  readonly norm: PlanBody['lines'][number]['norm'];
  readonly perHead: number;
}

/**
 * The lines of a plan with their items and norms.
 *
 * @throws Problem 422 with the paths of the lines: an item that is not to be had or suits none of the sites, a unit
 * without conversion, households of those on post.
 */
export const rationed = (
  { lines, recipients }: Pick<PlanBody, 'lines' | 'recipients'>,
  items: ReadonlyMap<string, Item>,
  sites: readonly Pick<Site, 'kind'>[],
): Rationed[] => {
  const found = wanted(lines, items).map(({ n, item, line: { norm } }) => {
    const path = `lines[${n - 1}].norm`;
    return { n, item, norm, path, base: counted(item, { quantity: norm.quantity, unit: norm.unit }, path) };
  });
  refuse(
    'wrong-post',
    { zh: '有的物资只发给别的岗位。', en: 'Some items are kept for other kinds of posts.' },
    found.flatMap(({ n, item }) =>
      sites.some(({ kind }) => isForPost(item, kind))
        ? []
        : [
            fault(`lines[${n - 1}].itemId`, {
              zh: `${item.nameZh}只发给特定岗位，这些点位都不在其内。`,
              en: `${item.id} is for ${item.posts.join(', ')}, and none of these sites is one.`,
            }),
          ],
    ),
  );
  refuse(
    'unknown-unit',
    { zh: '有的单位无法换算。', en: 'Some units have no conversion to the item’s base unit.' },
    found.flatMap(({ base }) => (typeof base === 'number' ? [] : [base])),
  );
  refuse(
    'no-households',
    { zh: '值守人员不按户计。', en: 'Those on post are no households.' },
    found.flatMap(({ norm: { per }, path }) =>
      per === 'household' && recipients === 'post'
        ? [fault(`${path}.per`, { zh: '值守人员请按人计。', en: 'Say how much a person on post is to have.' })]
        : [],
    ),
  );
  return found.flatMap(({ n, item, norm, base }) =>
    typeof base === 'number' ? [{ n, item, norm, perHead: base * (norm.days ?? 1) }] : [],
  );
};

/** How many households of a group there are; none: those on post are not counted so. */
const householdsOf = (site: Site, recipients: RecipientGroup): number | undefined =>
  ({ post: undefined, vulnerable: site.vulnerableHouseholds, residents: site.households })[recipients];

/**
 * What a site is to have of a line: the norm of everybody of the group, each counted once, less what it has for the same
 * people and days (ADR 9), up to a whole issue unit.
 */
const siteLineOf = ({ n, item, norm, perHead }: Rationed, site: Site, heads: number, earlier: number): SiteLine => {
  const whole = perHead * heads;
  if (!isForPost(item, site.kind)) return { n, norm: 0, earlier: 0, quantity: 0, left: 'wrong-post' };
  if (whole === 0) return { n, norm: 0, earlier: 0, quantity: 0, left: 'nobody' };
  const quantity = roundUpTo(issueSize(item), Math.max(0, whole - earlier));
  if (quantity > MAX_QUANTITY)
    throw invalid('too-much', `lines[${n - 1}].norm.quantity`, {
      zh: `${site.nameZh}按此标准需 ${heads} ${norm.per === 'person' ? '人' : '户'}的用量，超出全县所能。`,
      en: `For the ${heads} of ${site.nameEn} this is over the bound of ${MAX_QUANTITY} base units.`,
    });
  return quantity === 0
    ? { n, norm: whole, earlier, quantity, left: 'has-enough' }
    : { n, norm: whole, earlier, quantity };
};

/** What a site is to have of every line. One that is closed gets nothing. */
const siteOf = (
  site: Site,
  lines: readonly Rationed[],
  { recipients, policy, recent }: Pick<ProposalInput, 'policy' | 'recent'> & Pick<PlanBody, 'recipients'>,
): Omit<PlannedSite, 'requestId'> => {
  const [people, households] = [site.people[recipients], householdsOf(site, recipients)];
  const of = { siteId: site.id, siteKind: site.kind, tier: tierOf(site, recipients, policy), people, households };
  if (!site.active) return { ...of, left: 'inactive-site', lines: [] };
  const had = recent.get(site.id);
  return {
    ...of,
    ...(had?.incomplete === true && { incomplete: true }),
    lines: lines.map((line) =>
      siteLineOf(
        line,
        site,
        (line.norm.per === 'person' ? people : households) ?? 0,
        had?.quantities.get(line.item.id) ?? 0,
      ),
    ),
  };
};

/** Whether a plan gives a site something. */
export const isServed = ({ lines }: Pick<PlannedSite, 'lines'>): boolean => lines.some(({ quantity }) => quantity > 0);

export interface ProposalInput {
  readonly body: PlanBody;
  readonly sites: readonly Site[];
  readonly lines: readonly Rationed[];
  /** What each site has, or is to get, from earlier asks for the same people and days. */
  readonly recent: ReadonlyMap<string, RecentNeed>;
  readonly policy: Policy;
  readonly now: string;
}

/** What a plan comes to. Quantities are base units in whole issue units. */
export interface Proposal {
  readonly needBy: string;
  readonly coverDays: number;
  /** The first of those that its sites have. */
  readonly tier: Tier;
  readonly estimatedFen: number;
  readonly lines: readonly PlanLine[];
  readonly sites: readonly Omit<PlannedSite, 'requestId'>[];
}

/** Days that the need covers: the longest of its lines, or what policy sets. */
const coverDaysOf = ({ lines }: Pick<PlanBody, 'lines'>, { approval }: Policy): number =>
  Math.max(0, ...lines.map(({ norm: { days = 0 } }) => days)) || approval.coverDays;

/**
 * How much each site is to have of each item (定标准、定用量): a function of headcounts, norm and what a site has, and of
 * nobody's wish. Who gets nothing stays in it, with why.
 *
 * @throws Problem 422 `need-by-past`, `nobody-to-serve`, `too-much` or `too-costly`.
 */
export const proposed = ({ body, sites, lines, recent, policy, now }: ProposalInput): Proposal => {
  const needBy = inTime(body.needBy, now);
  const planned = sites.map((site) => siteOf(site, lines, { recipients: body.recipients, policy, recent }));
  const served = planned.filter(isServed);
  const tier = served.map((site) => site.tier).sort()[0];
  if (tier === undefined)
    throw invalid('nobody-to-serve', 'target', {
      zh: '这些点位都没有需要发放的人员，或已有足够数量。',
      en: 'None of these sites has anybody of this group who lacks anything of this.',
    });
  const totals = lines.map(({ n, item, norm }) => ({
    ...{ n, itemId: item.id, norm, item },
    total: planned.reduce((sum, site) => sum + (site.lines.find((line) => line.n === n)?.quantity ?? 0), 0),
  }));
  const beyond = totals.find(({ total }) => total > MAX_QUANTITY);
  if (beyond !== undefined)
    throw invalid('too-much', `lines[${beyond.n - 1}].norm.quantity`, {
      zh: `合计超过上限 ${MAX_QUANTITY} 个基本单位。`,
      en: `In all this is over the bound of ${MAX_QUANTITY} base units.`,
    });
  const cost = estimatedFen(totals.map(({ item, total }) => ({ item, quantity: total })));
  if (cost > MAX_ESTIMATE_FEN)
    throw invalid('too-costly', 'lines', {
      zh: `估价超过 ${yuan(MAX_ESTIMATE_FEN)}，请核对标准。`,
      en: `This would cost more than ${yuan(MAX_ESTIMATE_FEN)}. Check the norms.`,
    });
  return {
    ...{ needBy, tier, coverDays: coverDaysOf(body, policy), estimatedFen: Number(cost) },
    lines: totals.map(({ item: _, ...line }) => line),
    sites: planned,
  };
};
