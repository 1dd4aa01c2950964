import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issueSize } from '../../functions/catalogue/item.ts';
import type { RecipientGroup, Site } from '../../functions/catalogue/site.ts';
import { batchFrom } from '../../functions/distribution/opening.ts';
import { type PlanBody, planBody } from '../../functions/distribution/plan.ts';
import { isServed, proposed, rationed } from '../../functions/distribution/proposal.ts';
import { targeted } from '../../functions/distribution/target.ts';
import { byId, checkpoint, mask, NOW, POLICY, village } from '../support/need.ts';

type Line = PlanBody['lines'][number];

const line = (norm: Partial<Line['norm']> = {}, itemId = 'mask'): Line => ({
  itemId,
  norm: { quantity: 2, unit: '个', per: 'person', ...norm },
});
const bodyOf = (lines: Line[], recipients: RecipientGroup = 'residents', siteIds = ['village-1']): PlanBody =>
  planBody.parse({
    ...{ reason: '样例发放', needBy: '2022-05-13T01:00:00Z', recipients },
    ...{ target: { to: 'sites', siteIds }, lines },
  });

/** What the plan comes to for these sites, where each has so much of masks from before. */
const planFor = (sites: Site[], lines: Line[], recipients?: RecipientGroup, earlier = 0, items = byId(mask())) => {
  const body = bodyOf(lines, recipients);
  const recent = new Map(
    sites.map(({ id }) => [id, { quantities: new Map([['mask', earlier]]), incomplete: false }] as const),
  );
  return proposed({ body, sites, lines: rationed(body, items, sites), recent, policy: POLICY, now: NOW });
};
const refusal = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('what a site is to have', () => {
  it('is the norm of each of its people for each day, up to a whole issue unit', () => {
    const { sites, lines, tier, coverDays } = planFor([village()], [line({ days: 3 })]);
    // 600 people, 2 a day, 3 days: 72 boxes of 50.
    expect(sites[0]?.lines).toEqual([{ n: 1, norm: 3_600, earlier: 0, quantity: 3_600 }]);
    expect([lines[0]?.total, tier, coverDays]).toEqual([3_600, 3, 3]);
    expect(planFor([village({ people: { post: 0, vulnerable: 0, residents: 26 } })], [line()]).lines[0]?.total).toBe(
      100,
    );
  });

  it.each([
    ['residents', 150],
    ['vulnerable', 30],
  ] as const)('counts the households of %s where the norm is for households', (recipients, households) => {
    const site = village({ households: 150, vulnerableHouseholds: 30 });
    const { sites } = planFor([site], [line({ per: 'household', unit: '盒', quantity: 1 })], recipients);
    expect(sites[0]?.lines).toMatchObject([{ quantity: households * 50 }]);
  });

  it('is less by what it has for the same people and days, and nothing where that is enough', () => {
    expect(planFor([village()], [line()], 'residents', 200).sites[0]?.lines).toMatchObject([
      { norm: 1_200, earlier: 200, quantity: 1_000 },
    ]);
    const other = village({ id: 'village-2', people: { post: 0, vulnerable: 0, residents: 900 } });
    expect(planFor([village(), other], [line()], 'residents', 1_200).sites.map(({ lines }) => lines)).toMatchObject([
      [{ quantity: 0, left: 'has-enough' }],
      [{ quantity: 600 }],
    ]);
  });

  it('is nothing where nobody of the group is, where the site is closed, and of what is kept for other posts', () => {
    const sites = [
      village({ id: 'v-1' }),
      checkpoint({ id: 'c-1' }),
      village({ id: 'v-2', active: false }),
      village({ id: 'v-3', people: { post: 0, vulnerable: 0, residents: 10 } }),
    ];
    const items = byId(mask(), mask({ id: 'suit', posts: ['checkpoint'] }));
    const { sites: planned, tier } = planFor(sites, [line(), line({}, 'suit')], 'vulnerable', 0, items);
    expect(planned.map(isServed)).toEqual([true, false, false, false]);
    expect(planned.map((site) => [site.left, ...site.lines.map(({ left }) => left)])).toEqual([
      [undefined, undefined, 'wrong-post'],
      [undefined, 'nobody', 'nobody'],
      ['inactive-site'],
      [undefined, 'nobody', 'wrong-post'],
    ]);
    expect(tier).toBe(2);
  });

  it('never is more than the norm rounded up, and everybody of the group is counted once', () => {
    const heads = fc.nat({ max: 2_000 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ heads, earlier: fc.nat({ max: 5_000 }) }), { minLength: 1, maxLength: 8 }),
        fc.record({ quantity: fc.integer({ min: 1, max: 9 }), days: fc.integer({ min: 1, max: 30 }) }),
        fc.integer({ min: 1, max: 60 }),
        (places, norm, size) => {
          const item = mask({ units: { 盒: size } });
          const sites = places.map(({ heads: residents }, i) =>
            village({ id: `v-${i}`, people: { post: 3, vulnerable: 0, residents } }),
          );
          const body = bodyOf([line(norm)]);
          const recent = new Map(
            places.map(({ earlier }, i) => [`v-${i}`, { quantities: new Map([['mask', earlier]]), incomplete: false }]),
          );
          const input = { body, sites, lines: rationed(body, byId(item), sites), recent, policy: POLICY, now: NOW };
          const each = norm.quantity * norm.days;
          const lacking = places.some((place) => place.heads * each > place.earlier);
          if (!lacking) {
            expect(refusal(() => proposed(input))).toMatchObject({ code: 'nobody-to-serve' });
            return;
          }
          const { sites: planned, lines } = proposed(input);
          const of = planned.map((site) => site.lines[0] ?? { norm: 0, quantity: 0, earlier: 0 });
          const people = places.reduce((sum, place) => sum + place.heads, 0);
          expect(of.reduce((sum, { norm: whole }) => sum + whole, 0)).toBe(people * each);
          expect(of.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(lines[0]?.total);
          for (const { norm: whole, quantity, earlier } of of) {
            expect(quantity % issueSize(item)).toBe(0);
            expect(quantity).toBeLessThan(Math.max(1, whole - earlier) + size);
            expect(quantity).toBeLessThanOrEqual(Math.ceil(whole / size) * size);
            expect(quantity + earlier).toBeGreaterThanOrEqual(whole);
          }
        },
      ),
    );
  });
});

describe('a plan is refused', () => {
  const of = (lines: Line[], recipients?: RecipientGroup, items = byId(mask())) =>
    refusal(() => planFor([village()], lines, recipients, 0, items));

  it.each([
    ['an item that nobody knows', [line({}, 'cloak')], 'unknown-item', 'lines[0].itemId'],
    ['an item twice', [line(), line({ days: 2 })], 'duplicate-item', 'lines[1].itemId'],
    ['a unit without conversion', [line({ unit: '袋' })], 'unknown-unit', 'lines[0].norm.unit'],
    ['more than any county has', [line({ quantity: 9_000_000 })], 'too-much', 'lines[0].norm.quantity'],
    ['more money than any county has', [line({ quantity: 1_000_000 })], 'too-costly', 'lines'],
  ] as const)('over %s', (_, lines, code, path) => {
    expect(of([...lines])).toMatchObject({ status: 422, code, errors: [{ path }] });
  });

  it('over an item that is no longer issued, or suits none of the sites', () => {
    expect(of([line()], 'residents', byId(mask({ active: false })))).toMatchObject({ code: 'inactive-item' });
    expect(of([line()], 'residents', byId(mask({ posts: ['hospital'] })))).toMatchObject({
      ...{ code: 'wrong-post', errors: [{ path: 'lines[0].itemId' }] },
    });
  });

  it('over households of those on post, and over nobody at all', () => {
    expect(of([line({ per: 'household' })], 'post')).toMatchObject({
      ...{ code: 'no-households', errors: [{ path: 'lines[0].norm.per' }] },
    });
    expect(of([line({ per: 'household' })])).toMatchObject({ code: 'nobody-to-serve', errors: [{ path: 'target' }] });
  });
});

describe('the sites of a plan', () => {
  const sites = byId(
    village(),
    village({ id: 'village-2', township: '样例乡', active: false }),
    checkpoint(),
    checkpoint({ id: 'warehouse', kind: 'warehouse' }),
  );

  it('are those that are named, or those of some kinds, of some townships; closed ones are among these', () => {
    expect(targeted({ to: 'sites', siteIds: ['village-1', 'checkpoint-1'] }, sites).map(({ id }) => id)).toEqual([
      'village-1',
      'checkpoint-1',
    ]);
    expect(targeted({ to: 'kinds', kinds: ['village'] }, sites).map(({ id }) => id)).toEqual([
      'village-1',
      'village-2',
    ]);
    expect(
      targeted({ to: 'kinds', kinds: ['village', 'checkpoint'], townships: ['样例乡'] }, sites).map(({ id }) => id),
    ).toEqual(['village-2']);
  });

  it.each([
    [['nowhere'], 'unknown-site'],
    [['village-1', 'village-1'], 'duplicate-site'],
    [['village-2'], 'inactive-site'],
    [['warehouse'], 'warehouse-asks'],
  ])('may not be %j: %s', (siteIds, code) => {
    expect(refusal(() => targeted({ to: 'sites', siteIds }, sites))).toMatchObject({
      ...{ status: 422, code, errors: [{ path: `target.siteIds[${siteIds.length - 1}]` }] },
    });
  });

  it('may not be of a township that has none of them, nor more than one decision can be about', () => {
    expect(refusal(() => targeted({ to: 'kinds', kinds: ['village'], townships: ['无名乡'] }, sites))).toMatchObject({
      ...{ code: 'unknown-township', errors: [{ path: 'target.townships[0]' }] },
    });
    const many = byId(...Array.from({ length: 501 }, (_, i) => village({ id: `v-${i}` })));
    expect(refusal(() => targeted({ to: 'kinds', kinds: ['village'] }, many))).toMatchObject({
      code: 'too-many-sites',
    });
  });
});

describe('one transaction', () => {
  it.each([
    [1, 16],
    [20, 2],
  ])('opens the needs of sites with %i lines each, %i at once, and passes by those that get nothing', (lines, most) => {
    const site = (quantity: number) => ({
      ...({ siteId: 'v', siteKind: 'village', tier: 3, people: 1, requestId: 'req_1' } as const),
      lines: Array.from({ length: lines }, (_, i) => ({ n: i + 1, norm: 1, earlier: 0, quantity })),
    });
    const sites = [site(0), ...Array.from({ length: 40 }, () => site(1)), site(0)];
    expect(batchFrom(sites, 0)).toHaveLength(most + 1);
    expect(batchFrom(sites, 1)).toHaveLength(most);
    expect(batchFrom(sites, 41)).toHaveLength(1);
    expect(batchFrom(sites, 42)).toHaveLength(0);
  });
});
