import { describe, expect, it } from 'vitest';
import { itemBody, unitsOf } from '../../functions/catalogue/item.ts';
import { demandsFor } from '../../scenario/demand.ts';
import { SAMPLE_ITEMS } from '../../scenario/zeku/items.ts';
import { SAMPLE_SITES } from '../../scenario/zeku/sites.ts';

describe('the demands of a rehearsal', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(demandsFor(7, 3)).toEqual(demandsFor(7, 3));
    expect(demandsFor(8, 3)).not.toEqual(demandsFor(7, 3));
  });

  it('come from most kinds of sites every day, in order of time, each asking for later', () => {
    const demands = demandsFor(1, 2);
    const kinds = new Set(demands.map(({ siteId }) => SAMPLE_SITES.find(({ id }) => id === siteId)?.kind));
    for (const kind of ['hospital', 'isolation', 'sampling', 'checkpoint', 'community', 'village'] as const)
      expect(kinds).toContain(kind);
    expect(demands.map(({ n }) => n)).toEqual(demands.map((_, i) => i + 1));
    expect(demands.map(({ atMinute }) => atMinute)).toEqual(
      demands.map(({ atMinute }) => atMinute).toSorted((a, b) => a - b),
    );
    for (const { atMinute, needByMinute } of demands) {
      expect(atMinute).toBeLessThan(2 * 1_440);
      expect(needByMinute).toBeGreaterThan(atMinute);
    }
  });

  it('name each item once, in a unit it has, and only items that such a post may have', () => {
    const items = new Map(SAMPLE_ITEMS.map(({ id, ...body }) => [id, itemBody.parse(body)]));
    for (const { siteId, lines } of demandsFor(1, 5)) {
      expect(new Set(lines.map(({ itemId }) => itemId)).size).toBe(lines.length);
      const kind = SAMPLE_SITES.find(({ id }) => id === siteId)?.kind;
      for (const { itemId, unit, quantity } of lines) {
        const item = items.get(itemId);
        expect(item && unitsOf(item), itemId).toHaveProperty(unit);
        expect(quantity).toBeGreaterThan(0);
        expect(item?.posts.length === 0 || item?.posts.some((post) => post === kind)).toBe(true);
      }
    }
  });
});
