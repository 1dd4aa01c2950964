import { describe, expect, it } from 'vitest';
import { type ApportionInput, apportion, type Need } from '../../functions/allocation/apportion.ts';
import { explain } from '../../functions/allocation/explain.ts';
import { inputOf, type Rationale, rationaleOf, rationaleRow } from '../../functions/allocation/rationale.ts';
import type { Item } from '../../functions/catalogue/item.ts';
import { policyInForce } from '../../functions/catalogue/policy.ts';
import { randomIds } from '../../functions/shared/ids.ts';

const AT = '2022-05-12T01:00:00.000Z';
const item: Item = {
  county: '632323',
  id: 'mask',
  version: 1,
  nameZh: '口罩',
  nameEn: 'Masks',
  category: '1',
  baseUnit: 'piece',
  units: { 盒: 50 },
  issueUnit: '盒',
  fresh: false,
  frontLineReserve: 0,
  norms: {},
  posts: [],
  active: true,
  sample: true,
};
const need = (siteId: string, tier: 1 | 2 | 3, boxes: number, of: Partial<Need> = {}): Need => ({
  lineId: `req_${siteId}.${tier}`,
  siteId,
  siteKind: tier === 1 ? 'checkpoint' : 'village',
  tier,
  needBy: '2022-05-13T00:00:00.000Z',
  target: boxes * 50,
  floor: 0,
  arrival: '2022-05-12T03:00:00.000Z',
  ...of,
});
const rationale = (input: Partial<ApportionInput>): Rationale[] => {
  const whole = { unit: 50, reserve: 0, reserveUntil: '2022-05-15T00:00:00.000Z', lots: [], needs: [], ...input };
  const policy = policyInForce('632323', undefined);
  return rationaleOf({ division: 7, at: AT, item, policy, input: whole, answer: apportion(whole) });
};
const reasonOf = (parts: readonly Rationale[], siteId: string) => {
  const claim = parts.flatMap(({ claims }) => claims).find((one) => one.siteId === siteId);
  const [first] = parts;
  if (first === undefined || claim === undefined) throw new Error(`No claim of ${siteId}`);
  return explain({ ...first, claim, lots: parts.flatMap(({ lots }) => lots) });
};

describe('a rationale', () => {
  it('says in both languages what each tier took, what was kept back, and what the claim came to', () => {
    const parts = rationale({
      reserve: 2_000,
      lots: [{ lotId: 'a', placeId: 'w', quantity: 10_000, designation: { to: 'all' } }],
      needs: [need('gate', 1, 100), need('v1', 2, 30), need('v2', 3, 100, { floor: 500 }), need('v3', 3, 100)],
    });
    expect(reasonOf(parts, 'v2')).toEqual({
      zh: '共有 200 盒；一线需 100，用 100，剩 100；为一线预留 40，剩 60；重点人群需 30，用 30，剩 30；居民可用 30，共需 190，得 30；本点应有 100，已有或在途 10，需 90，得 10，达 20%。',
      en: "Counted in 盒, there were 200; the front line needed 100 and took 100, leaving 100; 40 were kept back for the front line, leaving 60; vulnerable people needed 30 and took 30, leaving 30; residents could use 30, needed 190 and got 30; of this site's 100, 10 had come or were under way; it needed 90 and got 10, which makes 20%.",
    });
    expect(reasonOf(parts, 'gate').zh).toBe(
      '共有 200 盒；一线可用 200，共需 100，得 100；本点应有 100，已有或在途 0，需 100，得 100，达 100%。',
    );
  });

  it('says which goods a claim could not use, and why', () => {
    const parts = rationale({
      lots: [
        { lotId: 'gift', placeId: 'w', quantity: 500, designation: { to: 'sites', siteIds: ['v9'] } },
        { lotId: 'old', placeId: 'w', quantity: 250, designation: { to: 'all' }, useBy: '2022-05-11' },
      ],
      needs: [need('v1', 3, 30)],
    });
    const { zh, en } = reasonOf(parts, 'v1');
    expect(zh).toContain('5 到达前过期，本点不能用；10 指定给别处');
    expect(en).toContain('5 expire before they could arrive at this site; 10 are designated to others');
  });

  it('keeps a division of thousands of claims in parts that fit a row, and replays from all of them', () => {
    const input: ApportionInput = {
      unit: 50,
      reserve: 5_000,
      reserveUntil: '2022-05-15T00:00:00.000Z',
      lots: Array.from({ length: 1_200 }, (_, i) => ({
        lotId: `lot_01J8Z3N5K7Q9R1T3V5X7Z9B${String(i).padStart(4, '0')}`,
        placeId: 'county-warehouse',
        quantity: 50 * (1 + (i % 40)),
        designation: { to: 'all' },
        useBy: i % 3 === 0 ? '2022-06-01' : undefined,
      })),
      needs: Array.from({ length: 2_500 }, (_, i) =>
        need(`village-${i}`, i % 9 === 0 ? 1 : 3, 1 + (i % 30), {
          lineId: `req_01J8Z3N5K7Q9R1T3V5X7Z9B${String(i).padStart(4, '0')}.1`,
          room: 20,
        }),
      ),
    };
    const parts = rationale(input);
    expect(parts.map(({ part, claims, lots }) => [part, claims.length, lots.length])).toEqual([
      [0, 500, 500],
      [1, 500, 500],
      [2, 500, 200],
      [3, 500, 0],
      [4, 500, 0],
    ]);
    for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(300_000);
    expect(apportion(inputOf(parts))).toEqual(apportion(input));
    expect(() => inputOf(parts.slice(1))).toThrow('all its parts');
  });

  it('of many claims is kept in a seventh of what it says, and read as it was written', () => {
    const ids = randomIds();
    const [part] = rationale({
      lots: Array.from({ length: 20 }, () => ({
        ...{ lotId: ids.next('lot'), placeId: 'w', quantity: 1_000, useBy: '2022-09-01' },
        designation: { to: 'all' },
      })),
      needs: Array.from({ length: 400 }, (_, n) =>
        need(`village-${n}`, 3, 1 + (n % 20), { lineId: `${ids.next('req')}.01` }),
      ),
    });
    if (part === undefined) throw new Error('A division of claims has a rationale');
    const stored = rationaleRow.store(part);
    expect(JSON.stringify(stored).length).toBeLessThan(JSON.stringify(part).length / 7);
    expect(rationaleRow.parse(stored)).toEqual(part);
  });

  it('of version 1, with its lists as the table has lists, still says what it said', () => {
    const [part] = rationale({
      lots: [{ lotId: 'a', placeId: 'w', quantity: 1_000, designation: { to: 'all' } }],
      needs: [need('v1', 2, 30)],
    });
    if (part === undefined) throw new Error('A division of claims has a rationale');
    const key = { PK: 'C#632323#WHY#mask', SK: 'DIVISION#000000007#000000000' };
    expect(rationaleRow.parse({ ...part, ...key, type: 'rationale', v: 1 })).toEqual(part);
    expect(rationaleRow.store(part)).toMatchObject({ ...key, type: 'rationale', v: 2 });
  });
});
