import { z } from 'zod';
import { counted, type Item, isForPost, issueSize, itemFaults } from '../catalogue/item.ts';
import { policyBody, type Tier, tier, tierOf } from '../catalogue/policy.ts';
import { recipientGroup, type Site } from '../catalogue/site.ts';
import type { Line } from '../request/line.ts';
import { countyClock } from '../shared/clock.ts';
import type { FieldError } from '../shared/problem.ts';
import { askedQuantity, day, instant, quantity, roundUpTo, slug } from '../shared/quantity.ts';
import type { Balance } from '../stock/balance.ts';
import { designationBody } from '../stock/lot.ts';
import type { Rows } from './standing.ts';

const assumedNeed = z.strictObject({
  siteId: slug,
  /** For whom: the tier follows by policy, as of a request. */
  recipients: recipientGroup.optional(),
  /** Or the tier itself, as an approver might decide. */
  tier: tier.optional(),
  ...askedQuantity.shape,
  needBy: instant,
});
type AssumedNeed = z.infer<typeof assumedNeed>;

/** What is assumed of one item: goods that arrive, needs that are approved and count at once, other rules. */
export const previewBody = z.strictObject({
  itemId: slug,
  lots: z
    .array(
      z.strictObject({
        ...askedQuantity.shape,
        useBy: day.optional(),
        designation: designationBody.default({ to: 'all' }),
      }),
    )
    .max(20)
    .default([]),
  needs: z.array(assumedNeed).max(100).default([]),
  policy: policyBody.shape.allocation
    .pick({ horizonMinutes: true, lookBackMinutes: true, handlingMinutes: true })
    .partial()
    .default({}),
  /** The item's, in base units. */
  frontLineReserve: quantity.optional(),
});
export type PreviewBody = z.infer<typeof previewBody>;

/** Assumed goods and needs come after all others of equal rank, as new ones do. */
const idOf = (i: number): string => `~${String(i).padStart(3, '0')}`;
/** Place in the body of an assumed lot or need, by its id; none: it is no assumption. */
export const assumedAt = (id: string): number | undefined => (id.startsWith('~') ? Number(id.slice(1)) : undefined);

/**
 * The rows as they would be if all that is assumed came true; or everything that is wrong with it, by field. `sites` are
 * those of the named ones that exist.
 */
export const assumed = (
  body: PreviewBody,
  rows: Rows,
  sites: ReadonlyMap<string, Site>,
  now: string,
): { readonly rows: Rows; readonly errors: readonly FieldError[] } => {
  const item = { ...rows.item, frontLineReserve: body.frontLineReserve ?? rows.item.frontLineReserve };
  const lots = body.lots.map((lot, i) => lotOf(item, lot, i, sites));
  const needs = body.needs.map((need, i) => needOf(rows, need, i, sites.get(need.siteId), now));
  const { allocation } = rows.policy;
  const {
    horizonMinutes = allocation.horizonMinutes,
    lookBackMinutes = allocation.lookBackMinutes,
    handlingMinutes = allocation.handlingMinutes,
  } = body.policy;
  return {
    rows: {
      ...rows,
      item,
      policy: { ...rows.policy, allocation: { ...allocation, horizonMinutes, lookBackMinutes, handlingMinutes } },
      balances: [...rows.balances, ...lots.flatMap((lot) => ('errors' in lot ? [] : [lot]))],
      lines: [...rows.lines, ...needs.flatMap((need) => ('errors' in need ? [] : [need]))],
      sites: [...rows.sites, ...sites.values()],
    },
    errors: [
      ...[...lots, ...needs].flatMap((one) => ('errors' in one ? one.errors : [])),
      ...(body.frontLineReserve === undefined ? [] : itemFaults(item)).filter(
        ({ path }) => path === 'frontLineReserve',
      ),
    ],
  };
};

interface Wrong {
  readonly errors: readonly FieldError[];
}

const lotOf = (
  item: Item,
  { quantity: amount, unit, useBy, designation: to }: PreviewBody['lots'][number],
  i: number,
  sites: ReadonlyMap<string, Site>,
): Balance | Wrong => {
  const onHand = counted(item, { quantity: amount, unit }, `lots[${i}]`);
  const errors = [
    ...(typeof onHand === 'number' ? [] : [onHand]),
    ...(to.to === 'sites' ? to.siteIds : []).flatMap((id, n) =>
      sites.has(id) ? [] : [{ path: `lots[${i}].designation.siteIds[${n}]`, message: `There is no site ${id}.` }],
    ),
  ];
  if (errors.length > 0 || typeof onHand !== 'number') return { errors };
  return {
    ...{ county: item.county, itemId: item.id, lotId: idOf(i), placeId: idOf(i), status: 'available' },
    ...{ onHand, held: 0, free: onHand, useBy, designation: to, source: 'allocated', division: 0 },
  };
};

const needOf = (
  { item, policy }: Rows,
  { siteId, recipients, tier: said, needBy, ...asked }: AssumedNeed,
  i: number,
  site: Site | undefined,
  now: string,
): Line | Wrong => {
  const at = (field: string) => `needs[${i}].${field}`;
  const amount = counted(item, asked, `needs[${i}]`);
  const due = new Date(needBy).toISOString();
  const errors = [
    ...siteFaults(item, site, siteId).map((message) => ({ path: at('siteId'), message })),
    ...(typeof amount === 'number' ? [] : [amount]),
    ...((recipients === undefined) === (said === undefined)
      ? [{ path: at('recipients'), message: 'Say for whom it is, or the tier: one of the two.' }]
      : []),
    ...(due > now ? [] : [{ path: at('needBy'), message: `It is ${countyClock(now)} already, China time.` }]),
  ];
  if (errors.length > 0 || site === undefined || typeof amount !== 'number') return { errors };
  const of: Tier = said ?? tierOf(site, recipients ?? 'residents', policy);
  const approved = roundUpTo(issueSize(item), amount);
  return {
    ...{ county: item.county, id: idOf(i), requestId: '~', n: i + 1, version: 1, status: 'open', itemId: item.id },
    ...{ siteId, siteKind: site.kind, tier: of, needBy: due, asked, quantity: approved, approved, holds: [] },
    ...{ dispatched: 0, received: 0, rationale: 0, division: 0 },
  };
};

const siteFaults = (item: Item, site: Site | undefined, siteId: string): string[] => {
  if (site === undefined) return [`There is no site ${siteId}.`];
  if (!site.active) return [`${site.nameZh} ${site.nameEn} is closed.`];
  if (!item.active) return [`${item.nameZh} ${item.nameEn} is no longer issued.`];
  return isForPost(item, site.kind) ? [] : [`${item.nameZh} is for ${item.posts.join(', ')}, not ${site.kind}.`];
};
