import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issueSize } from '../../functions/catalogue/item.ts';
import { estimatedFen } from '../../functions/request/estimate.ts';
import { type Draft, draft, type IntakeInput, intake } from '../../functions/request/intake.ts';
import { type Open, openOf } from '../../functions/request/line.ts';
import { median } from '../../functions/request/odd.ts';
import { Problem } from '../../functions/shared/problem.ts';
import { aLine, byId, checkpoint, mask, NOW, POLICY, village } from '../support/need.ts';

const ask = (changes: Partial<Draft> = {}): Draft => ({
  siteId: 'checkpoint-1',
  recipients: 'post',
  needBy: '2022-05-13T01:00:00Z',
  reason: 'stock runs out tonight',
  lines: [{ itemId: 'mask', quantity: 6, unit: '盒' }],
  ...changes,
});
const take = (changes: Partial<Draft> = {}, rest: Partial<IntakeInput> = {}) =>
  intake({
    ...{ draft: ask(changes), site: checkpoint(), items: byId(mask()), asks: [], earlier: new Map() },
    ...{ policy: POLICY, now: NOW, ...rest },
  });
const lines = (quantity: number, unit = '盒') => ({ lines: [{ itemId: 'mask', quantity, unit }] });
const open = (n: number, quantity: number, site = checkpoint()): Open =>
  openOf(aLine({ n, status: 'open', approved: quantity, siteId: site.id, siteKind: site.kind }));
const refusal = (act: () => unknown): Problem => {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('It was taken in');
};

describe('taking in a request', () => {
  it('converts what people say into base units', () => {
    expect(take(lines(6)).lines[0]).toEqual({ itemId: 'mask', asked: { quantity: 6, unit: '盒' }, quantity: 300 });
    expect(take({ ...lines(2, '箱'), confirmed: true }).lines[0]?.quantity).toBe(1000);
  });

  it('rounds up to what leaves the warehouse whole', () => {
    expect(take(lines(51, 'piece')).lines[0]?.quantity).toBe(100);
  });

  it('refuses a unit without a conversion, and names those it knows', () => {
    const problem = refusal(() => take(lines(8, '件')));
    expect(problem).toMatchObject({ status: 422, code: 'unknown-unit' });
    expect(problem.errors).toMatchObject([
      {
        path: 'lines[0].unit',
        message: '医用外科口罩 has no conversion for 件; it is counted in piece, 个, 盒, 箱.',
      },
    ]);
  });

  it('refuses what is over the bound as counted, or once it is rounded up, naming every such line', () => {
    const items = byId(mask(), mask({ id: 'crate', units: { 箱: 700 }, issueUnit: '箱' }));
    const asked = [
      { itemId: 'mask', quantity: 1_000_000_000, unit: '箱' },
      { itemId: 'crate', quantity: 1_000_000_000, unit: 'piece' },
    ];
    const problem = refusal(() => take({ lines: asked }, { items }));
    expect(problem).toMatchObject({
      code: 'too-much',
      errors: [{ path: 'lines[0].quantity' }, { path: 'lines[1].quantity' }],
    });
  });

  it.each([
    [{ 盒: 50, 箱: 500 }, '个'],
    [{ 只: 1, 盒: 50 }, '只'],
    [{ 盒: 50, 套: 1 }, '套'],
  ])('given units %j, understands %s for a piece, as the papers print it, and no bare 件', (units, name) => {
    const items = byId(mask({ units }));
    expect(take({ ...lines(7), confirmed: true }, { items }).odd[0]?.zh).toContain(`（350${name}）`);
    expect(take(lines(300, name), { items }).lines[0]?.quantity).toBe(300);
    expect(refusal(() => take(lines(300, '件'), { items })).code).toBe('unknown-unit');
  });

  it.each(['constructor', 'toString', '__proto__'])('takes %s for the unknown unit it is', (unit) => {
    expect(refusal(() => take(lines(1, unit))).code).toBe('unknown-unit');
  });

  it('counts weight in jin and kilograms', () => {
    const cabbage = mask({ id: 'cabbage', baseUnit: 'gram', units: { 筐: 10_000 }, issueUnit: '筐', norms: {} });
    const taken = take({ lines: [{ itemId: 'cabbage', quantity: 41, unit: '斤' }] }, { items: byId(cabbage) });
    expect(taken.lines[0]?.quantity).toBe(30_000);
  });

  it('takes an item once', () => {
    const problem = refusal(() => take({ lines: [...ask().lines, { itemId: 'mask', quantity: 1, unit: '箱' }] }));
    expect(problem).toMatchObject({ code: 'duplicate-item', errors: [{ path: 'lines[1].itemId' }] });
  });

  it.each([
    ['a site that is not there', {}, { site: undefined }, 'unknown-site', 'siteId'],
    ['a warehouse', {}, { site: checkpoint({ kind: 'warehouse' }) }, 'warehouse-asks', 'siteId'],
    ['a closed site', {}, { site: checkpoint({ active: false }) }, 'inactive-site', 'siteId'],
    ['an item that is not there', {}, { items: byId() }, 'unknown-item', 'lines[0].itemId'],
    ['a withdrawn item', {}, { items: byId(mask({ active: false })) }, 'inactive-item', 'lines[0].itemId'],
    ['an item kept for hospitals', {}, { items: byId(mask({ posts: ['hospital'] })) }, 'wrong-post', 'lines[0].itemId'],
    ['a need-by that has passed', { needBy: NOW }, {}, 'need-by-past', 'needBy'],
    ['a need-by in another decade', { needBy: '2032-05-13T01:00:00Z' }, {}, 'need-by-too-far', 'needBy'],
    ['more than any county has', { ...lines(1_000_000_000, '箱') }, {}, 'too-much', 'lines[0].quantity'],
    ['a fortune', { ...lines(1_000_000, '箱'), confirmed: true }, {}, 'too-costly', 'lines'],
  ] as const)('refuses %s', (_what, changes, rest, code, path) => {
    const problem = refusal(() => take(changes as Partial<Draft>, rest as Partial<IntakeInput>));
    expect(problem).toMatchObject({ status: 422, code });
    expect(problem.errors[0]?.path).toBe(path);
  });

  it('writes the need-by in one spelling, because keys sort by it', () => {
    expect(take({ needBy: '2022-05-13T01:00Z' }).needBy).toBe('2022-05-13T01:00:00.000Z');
  });

  it('takes the tier from the site and the group, never from the asker', () => {
    expect(take().tier).toBe(1);
    expect(take({ recipients: 'residents' }, { site: village() }).tier).toBe(3);
    expect(draft.safeParse({ ...ask(), tier: 1 }).success).toBe(false);
  });

  it.each([0, -1, 1.5, 1e15])('knows no quantity of %s', (quantity) => {
    expect(draft.safeParse(ask(lines(quantity))).success).toBe(false);
  });

  it('takes 1 to 20 lines', () => {
    expect(draft.safeParse(ask({ lines: [] })).success).toBe(false);
    const line = { itemId: 'mask', quantity: 1, unit: '盒' };
    expect(draft.safeParse(ask({ lines: Array.from({ length: 21 }, () => line) })).success).toBe(false);
  });

  it('always promises whole issue units, and never less than was asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom('piece', '盒', '箱'), (quantity, unit) => {
        const line = take({ ...lines(quantity, unit), confirmed: true }).lines[0];
        const base = quantity * ({ piece: 1, 盒: 50, 箱: 500 }[unit] ?? 0);
        expect(line?.quantity).toBeGreaterThanOrEqual(base);
        expect((line?.quantity ?? 0) - base).toBeLessThan(50);
        expect((line?.quantity ?? 1) % issueSize(mask())).toBe(0);
      }),
    );
  });
});

describe('an odd quantity', () => {
  it('over the norm comes back with the numbers until it is confirmed', () => {
    expect(take(lines(6)).odd).toEqual([]);
    const problem = refusal(() => take(lines(7)));
    expect(problem).toMatchObject({ status: 422, code: 'odd-quantity', errors: [{ path: 'lines[0].quantity' }] });
    expect(problem.errors[0]?.message).toMatch(/7 盒 \(350 piece\).*100 people and 3 days.*6 盒 \(300 piece\)/);
    expect(take({ ...lines(7), confirmed: true }).odd).toMatchObject([{ n: 1, code: 'over-norm' }]);
  });

  it('is over the norm with what the site has for the same days', () => {
    const earlier = (quantity: number) => ({ earlier: new Map([['mask', quantity]]) });
    expect(take(lines(3), earlier(150)).odd).toEqual([]);
    expect(refusal(() => take(lines(3), earlier(200))).errors[0]?.zh).toMatch(
      /申请 3 盒（150个），此前已批 4 盒（200个），100 人 3 天的定量为 6 盒（300个）/,
    );
  });

  it('is measured for the days it covers', () => {
    expect(take({ ...lines(14), coverDays: 7 }).odd).toEqual([]);
  });

  it('is ten times what the site usually asks: 5000 instead of 500', () => {
    const items = byId(mask({ norms: {} }));
    const asks = [open(1, 100), open(2, 500), open(3, 500)];
    expect(take(lines(99), { items, asks }).odd).toEqual([]);
    const problem = refusal(() => take(lines(100), { items, asks }));
    expect(problem.errors[0]?.message).toMatch(/this site, 10 盒 \(500 piece\)/);
  });

  it('is compared with sites of the same kind where the site has asked less than three times', () => {
    const items = byId(mask({ norms: {} }));
    const other = checkpoint({ id: 'checkpoint-2' });
    const asks = [open(1, 5_000), open(2, 50, other), open(3, 50, other)];
    expect(refusal(() => take(lines(10), { items, asks })).errors[0]?.message).toMatch(/sites of this kind, 1 盒/);
    const elsewhere = [1, 2, 3].map((n) => open(n, 50, village()));
    expect(take(lines(10), { items, asks: elsewhere }).odd).toEqual([]);
  });

  it('lists every line that is odd', () => {
    const items = byId(mask(), mask({ id: 'mask-2' }));
    const both = ['mask', 'mask-2'].map((itemId) => ({ itemId, quantity: 9, unit: '盒' }));
    expect(refusal(() => take({ lines: both }, { items })).errors.map(({ path }) => path)).toEqual([
      'lines[0].quantity',
      'lines[1].quantity',
    ]);
  });

  it('has a median that somebody asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
        const middle = median(values);
        expect(values).toContain(middle);
        expect(values.filter((value) => value < (middle ?? 0)).length).toBeLessThanOrEqual(values.length / 2);
        expect(values.filter((value) => value > (middle ?? 0)).length).toBeLessThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe('the estimate', () => {
  const priced = (priceFen: number, perQuantity: number) => mask({ reference: { priceFen, perQuantity } });

  it('is the same however an ask is split into lines', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(amount, amount, amount, amount, (price, per, a, b) => {
        const item = priced(price, per);
        const split = estimatedFen([
          { item, quantity: a },
          { item, quantity: b },
        ]);
        expect(split).toBe(estimatedFen([{ item, quantity: a + b }]));
        expect(Math.abs(Number(split) - (price * (a + b)) / per)).toBeLessThanOrEqual(0.5 + 1e-3);
      }),
    );
  });

  it('counts nothing for an item without a reference price', () => {
    expect(estimatedFen([{ item: mask({ reference: undefined }), quantity: 1 }])).toBe(0n);
  });
});
