import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AssessInput, assess } from '../../functions/approval/assess.ts';
import type { Item } from '../../functions/catalogue/item.ts';
import { mask, NOW, POLICY } from '../support/need.ts';

const asking = { siteId: 'checkpoint-1', siteKind: 'checkpoint', tier: 1, people: 100, coverDays: 3 } as const;
const judge = (rest: Partial<AssessInput> = {}, item: Partial<Item> = {}, quantity = 300) =>
  assess({
    asking,
    needBy: '2022-05-13T01:00:00.000Z',
    estimatedFen: 30_000,
    atOnceFen: 0,
    often: false,
    lines: [{ n: 1, item: mask(item), quantity, earlier: 0 }],
    odd: [],
    policy: POLICY,
    now: NOW,
    ...rest,
  });
const codes = (of: ReturnType<typeof assess>) => of.reasons.map(({ code }) => code);

describe('the green channel', () => {
  it('approves at once what is within norm, period and limit, and says by how much', () => {
    const { outcome, reasons } = judge();
    expect(outcome).toBe('approved');
    expect(reasons).toEqual([
      {
        code: 'within-limit',
        zh: '第 1 级，估算金额 ¥300.00，限额 ¥50,000.00。',
        en: expect.stringContaining('¥300.00'),
      },
      {
        code: 'within-norm',
        zh: '医用外科口罩：申请 6 盒（300个），定量 6 盒（300个）。',
        en: 'surgical mask: asked 6 盒 (300 piece) of a norm of 6 盒 (300 piece).',
      },
    ]);
  });

  it('sends a confirmed ask over the norm to a person', () => {
    const assessed = judge({}, {}, 350);
    expect(assessed).toMatchObject({ outcome: 'person', level: 'supply-group', dueAt: '2022-05-12T01:30:00.000Z' });
    expect(codes(assessed)).toEqual(['over-norm']);
    expect(assessed.reasons[0]?.en).toMatch(/7 盒 \(350 piece\).*6 盒 \(300 piece\)/);
  });

  it.each([
    [5_000_000, 'approved', undefined, 'within-limit'],
    [5_000_001, 'person', 'supply-group', 'over-at-once-limit'],
    [10_000_000, 'person', 'supply-group', 'over-at-once-limit'],
    [10_000_001, 'person', 'headquarters', 'over-supply-group-limit'],
  ] as const)('of %s fen decides: %s %s', (estimatedFen, outcome, level, code) => {
    const assessed = judge({ estimatedFen });
    expect([assessed.outcome, assessed.level]).toEqual([outcome, level]);
    expect(codes(assessed)).toContain(code);
  });

  it('lets the front line have more at once than residents', () => {
    expect(judge({ estimatedFen: 1_000_000 }).outcome).toBe('approved');
    expect(codes(judge({ estimatedFen: 1_000_000, asking: { ...asking, tier: 3 } }))).toContain('over-at-once-limit');
  });

  it('holds what the site has for these days against the norm with it, and says both', () => {
    const lines = (earlier: number) => [{ n: 1, item: mask(), quantity: 100, earlier }];
    expect(judge({ lines: lines(200) })).toMatchObject({
      outcome: 'approved',
      reasons: [
        {},
        {
          zh: '医用外科口罩：申请 2 盒（100个），此前已批 4 盒（200个），定量 6 盒（300个）。',
          en: expect.stringContaining('asked 2 盒 (100 piece) on top of 4 盒 (200 piece) of a norm of 6 盒'),
        },
      ],
    });
    const assessed = judge({ lines: lines(201) });
    expect([assessed.outcome, codes(assessed)]).toEqual(['person', ['over-norm']]);
    expect(assessed.reasons[0]?.en).toMatch(/on top of 201 piece; the norm for 100 people and 3 days/);
  });

  it('holds what the site was approved at once before against the limit with it', () => {
    expect(judge({ estimatedFen: 2_000_000, atOnceFen: 3_000_000 }).outcome).toBe('approved');
    const assessed = judge({ estimatedFen: 2_000_001, atOnceFen: 3_000_000 });
    expect([assessed.outcome, codes(assessed)]).toEqual(['person', ['over-at-once-limit']]);
    expect(assessed.reasons[0]?.zh).toContain('3 天内已即时批准 ¥30,000.00');
  });

  it('sends what it cannot add up to a person', () => {
    expect(codes(judge({ often: true }))).toEqual(['asked-often']);
  });

  it('does not let a longer period stretch the norm', () => {
    expect(codes(judge({ asking: { ...asking, coverDays: 9 } }, {}, 900))).toEqual(['long-period']);
  });

  it('sends engineering materials to a person, whatever they cost', () => {
    expect(codes(judge({}, { category: '3040100' }))).toEqual(['engineering-material']);
  });

  it('sends what can be measured by nothing to a person', () => {
    expect(codes(judge({}, { norms: {}, reference: undefined }))).toEqual(['nothing-to-measure-by']);
    expect(judge({}, { norms: {} }).outcome).toBe('approved');
    expect(judge({}, { reference: undefined }).outcome).toBe('approved');
  });

  it('sends a confirmed odd ask to a person where no norm vouches for it', () => {
    const odd = [{ n: 1, code: 'over-median', zh: '十倍', en: 'ten times' }];
    expect(codes(judge({ odd }, { norms: {} }))).toEqual(['over-median']);
    expect(judge({ odd }).outcome).toBe('approved');
  });

  it('lists every reason, not the first one', () => {
    const assessed = judge({ estimatedFen: 20_000_000 }, { category: '3040100' }, 350);
    expect(codes(assessed)).toEqual(['over-supply-group-limit', 'over-norm', 'engineering-material']);
  });

  it('refuses what may not be issued to such a post at all', () => {
    const assessed = judge({}, { posts: ['hospital'] });
    expect([assessed.outcome, codes(assessed)]).toEqual(['refused', ['wrong-post']]);
    expect(judge({}, { active: false }).outcome).toBe('refused');
  });

  it('leaves it to a person where only some of it may not be issued', () => {
    const lines = [
      { n: 1, item: mask(), quantity: 300, earlier: 0 },
      { n: 2, item: mask({ id: 'gown', active: false }), quantity: 300, earlier: 0 },
    ];
    expect([judge({ lines }).outcome, codes(judge({ lines }))]).toEqual(['person', ['inactive-item']]);
  });

  it('presses where the need is urgent: half of the time that is left', () => {
    const assessed = judge({ needBy: '2022-05-12T01:40:00.000Z' }, {}, 350);
    expect(assessed.dueAt).toBe('2022-05-12T01:20:00.000Z');
    expect(codes(assessed)).toEqual(['over-norm', 'urgent']);
    expect(assessed.reasons[1]?.en).toMatch(/40 minutes.*20 instead of 30/);
  });

  it('gives a person five minutes at least, and no less time for a need that is late already', () => {
    expect(judge({ needBy: '2022-05-12T01:02:00.000Z' }, {}, 350).dueAt).toBe('2022-05-12T01:05:00.000Z');
    expect(judge({ needBy: '2022-05-12T00:00:00.000Z' }, {}, 350).dueAt).toBe('2022-05-12T01:30:00.000Z');
  });

  it('never approves at once more than the norm or the limit, and always says why in both languages', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 0, max: 20_000_000 }),
        fc.constantFrom(1, 2, 3),
        fc.integer({ min: 0, max: 300 }),
        (boxes, estimatedFen, tier, people) => {
          const assessed = judge({ estimatedFen, asking: { ...asking, tier, people } }, {}, boxes * 50);
          expect(assessed.reasons.length).toBeGreaterThan(0);
          for (const { zh, en } of assessed.reasons) expect([zh.length > 0, en.length > 0]).toEqual([true, true]);
          expect(assessed.level === undefined).toBe(assessed.outcome !== 'person');
          if (assessed.outcome !== 'approved') return;
          const daily = tier === 1 ? 1 : 0.5;
          expect(boxes * 50).toBeLessThanOrEqual(Math.ceil((people * 3 * daily) / 50) * 50);
          expect(estimatedFen).toBeLessThanOrEqual({ 1: 5_000_000, 2: 1_000_000, 3: 500_000 }[tier]);
        },
      ),
    );
  });
});
