import { z } from 'zod';
import { issueSize } from '../catalogue/item.ts';
import { tier } from '../catalogue/policy.ts';
import type { Site } from '../catalogue/site.ts';
import { quantity } from '../shared/quantity.ts';
import { designation } from '../stock/lot.ts';
import { type Apportionment, apportion } from './apportion.ts';
import { assumedAt } from './preview.ts';
import { placeKey, type Rows, standingOf } from './standing.ts';

const sums = z.int().min(0);
const names = z.object({ id: z.string(), nameZh: z.string(), nameEn: z.string() });
const compared = z.object({ before: sums, after: sums, difference: z.int() });
const ofTier = z.object({ available: sums, wanted: sums, granted: sums });
const ofClaim = z.object({ target: sums, floor: sums, wanted: sums, granted: sums });

/**
 * An apportionment beside another: `before` is what the pool comes to as it stands, `after` what it would come to. What
 * is only in one of the two is absent from the other. All quantities are base units; differences are of what is granted.
 */
export const comparison = z.object({
  at: z.string(),
  item: names.extend({ baseUnit: z.string() }),
  unit: z.object({ name: z.string(), size: z.int() }),
  /** What the present apportionment rests on. */
  policyVersion: z.int(),
  tiers: z.array(z.object({ tier, before: ofTier.optional(), after: ofTier.optional(), difference: z.int() })),
  claims: z.array(
    z.object({ site: names, tier, before: ofClaim.optional(), after: ofClaim.optional(), difference: z.int() }),
  ),
  lots: z.array(
    z.object({
      /** Where it stands in the body, of a lot that is assumed: it has no id and no place. */
      assumed: z.string().optional(),
      lotId: z.string().optional(),
      place: names.optional(),
      useBy: z.string().optional(),
      designation,
      quantity,
      ...compared.shape,
    }),
  ),
  /** What becomes of each need that is assumed. `counts`: it is due within the horizon. */
  needs: z.array(
    z.object({
      assumed: z.string(),
      site: names,
      tier,
      counts: z.boolean(),
      wanted: quantity,
      granted: quantity,
    }),
  ),
  withheld: compared,
  left: compared,
});
export type Comparison = z.infer<typeof comparison>;

const beside = (before: number, after: number) => ({ before, after, difference: after - before });

const sumBy = (grants: Apportionment['grants'], keyOf: (grant: Apportionment['grants'][number]) => string) => {
  const sums = new Map<string, number>();
  for (const grant of grants) sums.set(keyOf(grant), (sums.get(keyOf(grant)) ?? 0) + grant.quantity);
  return (key: string): number => sums.get(key) ?? 0;
};

/** Each of the later ones beside its earlier self, then the earlier ones that are no more. */
const paired = <T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => string) => {
  const was = new Map(before.map((one) => [keyOf(one), one]));
  const is = new Set(after.map(keyOf));
  return [
    ...after.map((one) => ({ one, was: was.get(keyOf(one)), is: one })),
    ...before.flatMap((one) => (is.has(keyOf(one)) ? [] : [{ one, was: one, is: undefined }])),
  ];
};

/** What the pool comes to over two states of the same item's rows, beside each other. `sites` give the names. */
export const compareOver = (present: Rows, then: Rows, sites: ReadonlyMap<string, Site>, now: string): Comparison => {
  const { item, policy } = present;
  const { input } = standingOf(then, now);
  const [before, after] = [apportion(standingOf(present, now).input), apportion(input)];
  const named = (id: string) => {
    const { nameZh = id, nameEn = id } = sites.get(id) ?? {};
    return { id, nameZh, nameEn };
  };
  const [lotBefore, lotAfter] = [sumBy(before.grants, placeKey), sumBy(after.grants, placeKey)];
  const lineAfter = sumBy(after.grants, ({ lineId }) => lineId);
  const counting = new Set(input.needs.map(({ lineId }) => lineId));
  const size = issueSize(item);
  return {
    at: now,
    item: { id: item.id, nameZh: item.nameZh, nameEn: item.nameEn, baseUnit: item.baseUnit },
    unit: { name: item.issueUnit, size },
    policyVersion: policy.version,
    tiers: paired(before.tiers, after.tiers, (one) => String(one.tier))
      .map(({ one, was, is }) => ({
        tier: one.tier,
        before: was && { available: was.available, wanted: was.wanted, granted: was.granted },
        after: is && { available: is.available, wanted: is.wanted, granted: is.granted },
        difference: (is?.granted ?? 0) - (was?.granted ?? 0),
      }))
      .toSorted((a, b) => a.tier - b.tier),
    claims: paired(before.claims, after.claims, (one) => `${one.tier}#${one.siteId}`).map(({ one, was, is }) => ({
      site: named(one.siteId),
      tier: one.tier,
      before: was && amountsOf(was),
      after: is && amountsOf(is),
      difference: (is?.granted ?? 0) - (was?.granted ?? 0),
    })),
    lots: input.lots
      .filter((lot) => lot.quantity > 0)
      .map(({ lotId, placeId, useBy, designation: to, quantity: amount }) => {
        const key = placeKey({ lotId, placeId });
        const n = assumedAt(lotId);
        return {
          ...(n === undefined ? { lotId, place: named(placeId) } : { assumed: `lots[${n}]` }),
          ...{ useBy, designation: to, quantity: amount },
          ...beside(lotBefore(key), lotAfter(key)),
        };
      }),
    needs: then.lines.flatMap(({ id, siteId, tier: of, approved }) => {
      const n = assumedAt(id);
      return n === undefined
        ? []
        : [
            {
              assumed: `needs[${n}]`,
              site: named(siteId),
              tier: of,
              counts: counting.has(id),
              wanted: approved,
              granted: lineAfter(id),
            },
          ];
    }),
    withheld: beside(before.withheld, after.withheld),
    left: beside(before.left, after.left),
  };
};

const amountsOf = ({ target, floor, wanted, granted }: Apportionment['claims'][number]) => ({
  target,
  floor,
  wanted,
  granted,
});
