import { describe, expect, it } from 'vitest';
import { type Lacking, nextOf } from '../../functions/offers/choice.ts';
import { terms } from '../../functions/offers/offer.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { NOW, POLICY } from '../support/need.ts';
import { chosenOf, MASK, offerOf, SUPPLIERS } from './market.ts';

const taken = ({ orders }: Pick<ReturnType<typeof chosenOf>, 'orders'>) =>
  orders.map(({ offerId, quantity }) => [offerId, quantity]);
const ids = (all: readonly { readonly offerId: string }[]) => all.map(({ offerId }) => offerId);
const reasonsOf = ({ reasons }: Pick<ReturnType<typeof chosenOf>, 'reasons'>, code: string) =>
  reasons.filter((reason) => reason.code === code);
const late = { leadMinutes: 1_500 };

describe('of several offers', () => {
  it('the cheapest in time is taken, though a late one costs less', () => {
    const choice = chosenOf([offerOf(1), offerOf(2, { priceFen: 2_100 }), offerOf(3, { priceFen: 1_500, ...late })]);
    expect(taken(choice)).toEqual([['ofr_2', 5_000]]);
    expect(choice).toMatchObject({ totalFen: 210_000, uncovered: 0 });
    expect(ids(choice.alternates)).toEqual(['ofr_1', 'ofr_3']);
  });

  it('what is delivered and bundled counts: a low price with a dear delivery is not the cheaper one', () => {
    const bundle = { what: '样例搭售商品', priceFen: 10_000 };
    const choice = chosenOf([offerOf(1), offerOf(2, { priceFen: 2_100, deliveryFeeFen: 9_999, bundle })]);
    expect(taken(choice)).toEqual([['ofr_1', 5_000]]);
    expect(reasonsOf(choice, 'next-to-try')[0]?.zh).toContain('其中运费和搭售 ¥199.99');
  });

  it('of equal ones the sooner is taken, then the older', () => {
    const sooner = chosenOf([offerOf(1), offerOf(2, { leadMinutes: 59 }), offerOf(3)]);
    expect([...ids(sooner.orders), ...ids(sooner.alternates)]).toEqual(['ofr_2', 'ofr_1', 'ofr_3']);
  });

  it('one that arrives at the very minute of the need is in time, a minute later it is late', () => {
    const by = (leadMinutes: number) => taken(chosenOf([offerOf(1, { leadMinutes, priceFen: 2_100 }), offerOf(2)]))[0];
    expect(by(1_440)).toEqual(['ofr_1', 5_000]);
    expect(by(1_441)).toEqual(['ofr_2', 5_000]);
  });

  it('says with numbers why each is taken, and why the best of the rest is not', () => {
    const { reasons } = chosenOf([offerOf(1), offerOf(2, { priceFen: 2_300 })]);
    expect(reasons).toEqual([
      {
        code: 'chosen',
        zh: '选用样例甲店：100 盒（5000个），到位价合计 ¥2,200.00（其中运费和搭售 ¥0.00），2022-05-12 10:00 到货，不晚于需求时限 2022-05-13 09:00。',
        en: 'Chosen: Sample Shop 1: 100 盒 (5000 piece) for ¥2,200.00 landed, fees and bundles of ¥0.00 among it, arrives 2022-05-12 10:00, needed by 2022-05-13 09:00 (China time).',
      },
      { code: 'next-to-try', zh: expect.stringContaining('样例乙店'), en: expect.stringContaining('¥2,300.00') },
    ]);
  });
});

describe('where one is not enough', () => {
  it('several are ordered from, the cheaper one in full', () => {
    const choice = chosenOf([offerOf(1, { availableQuantity: 3_000 }), offerOf(2, { priceFen: 2_300 })]);
    expect(taken(choice)).toEqual([
      ['ofr_1', 3_000],
      ['ofr_2', 2_000],
    ]);
  });

  it('a late one fills up what those in time do not offer, and that is said with numbers', () => {
    const choice = chosenOf([offerOf(1, { availableQuantity: 3_000 }), offerOf(2, { ...late, priceFen: 1_500 })]);
    expect(taken(choice)).toEqual([
      ['ofr_1', 3_000],
      ['ofr_2', 2_000],
    ]);
    const [said] = reasonsOf(choice, 'chosen-late');
    expect(said?.zh).toContain('晚 60 分钟');
    expect(said?.zh).toContain('时限内的报价只能供 60 盒（3000个），需要 100 盒（5000个）');
  });

  it('what nobody offers stays uncovered, and that is said with numbers', () => {
    const choice = chosenOf([offerOf(1, { availableQuantity: 3_020 })]);
    expect(taken(choice)).toEqual([['ofr_1', 3_000]]);
    expect(choice.uncovered).toBe(2_000);
    expect(reasonsOf(choice, 'uncovered')[0]?.en).toContain('40 盒 (2000 piece) stay uncovered');
  });

  it('only the last order comes to more than is needed, by less than a pack', () => {
    const choice = chosenOf([
      offerOf(1, { availableQuantity: 3_000 }),
      offerOf(2, { priceFen: 2_300, packQuantity: 1_500 }),
    ]);
    expect(taken(choice)).toEqual([
      ['ofr_1', 3_000],
      ['ofr_2', 3_000],
    ]);
    expect(choice.uncovered).toBe(0);
  });
});

describe('an offer is not chosen', () => {
  it.each([
    ['once it is withdrawn', { withdrawn: { by: 'buyer', at: NOW, reason: '售完' } }, /撤回/],
    ['once it has lapsed', { validUntil: plusMinutes(NOW, -1) }, /有效期到 .*已过/],
    ['of a supplier that nothing is bought of any more', { supplierId: 'shop-closed' }, /不再采购/],
  ])('%s', (_, of, zh) => {
    expect(() => chosenOf([offerOf(1, of)])).toThrow(
      expect.objectContaining({
        ...{ status: 409, code: 'no-offer' },
        errors: [expect.objectContaining({ path: 'offerIds', zh: expect.stringMatching(zh) })],
      }),
    );
    expect(ids(chosenOf([offerOf(1, of), offerOf(2, { priceFen: 2_500 })]).orders)).toEqual(['ofr_2']);
  });

  it('where the buyer leaves it out, and that is said with his reason', () => {
    const leftOut = { offerIds: ['ofr_1'], reason: '上次到货有破损' };
    const choice = chosenOf([offerOf(1), offerOf(2), offerOf(3)], { leftOut });
    expect([...ids(choice.orders), ...ids(choice.alternates)]).toEqual(['ofr_2', 'ofr_3']);
    expect(reasonsOf(choice, 'left-out')[0]?.zh).toContain('ofr_1）：上次到货有破损');
    expect(() => chosenOf([offerOf(2)], { leftOut })).toThrow(expect.objectContaining({ code: 'unknown-offer' }));
  });
});

describe('a single source', () => {
  const unexplained = expect.objectContaining({ status: 422, code: 'single-source-unexplained' });
  const silent = { singleSource: undefined };

  it('takes a reason, however many offers that one supplier makes', () => {
    expect(() => chosenOf([offerOf(1)], silent)).toThrow(unexplained);
    expect(() => chosenOf([offerOf(1), offerOf(2, { supplierId: 'shop-1' })], silent)).toThrow(unexplained);
    expect(chosenOf([offerOf(1)]).singleSource).toBe('仅此一家有货');
  });

  it('is not what there were two for: then no reason is kept', () => {
    expect(chosenOf([offerOf(1), offerOf(2, late)], silent)).not.toHaveProperty('singleSource');
    expect(chosenOf([offerOf(1), offerOf(2)])).not.toHaveProperty('singleSource');
  });

  it('is also what is left when all others are left out', () => {
    const leftOut = { offerIds: ['ofr_2'], reason: '上次到货有破损' };
    expect(() => chosenOf([offerOf(1), offerOf(2)], { ...silent, leftOut })).toThrow(unexplained);
  });
});

describe('what is tried next', () => {
  const dear = { priceFen: 2_601 };
  const next = (alternates: ReturnType<typeof offerOf>[], of: Partial<Lacking> = {}) =>
    nextOf({
      ...{ item: MASK, uncovered: 5_000, needBy: plusMinutes(NOW, 1_440), now: NOW, policy: POLICY },
      ...{ suppliers: SUPPLIERS, alternates: alternates.map((one) => terms.parse(one)), aboveAllowed: false },
      ...of,
    });

  it('is never above its ceiling, unless headquarters has to decide on such a price anyway', () => {
    const choice = chosenOf([offerOf(1), offerOf(2, dear), offerOf(3, late)]);
    expect(ids(choice.alternates)).toEqual(['ofr_3']);
    expect(reasonsOf(choice, 'never-tried')[0]?.zh).toContain('到位价 ¥26.01 / 50 个，超过限价 ¥26.00');
    expect(ids(chosenOf([offerOf(1, { priceFen: 2_601 }), offerOf(2, { priceFen: 2_602 })]).alternates)).toEqual([
      'ofr_2',
    ]);
  });

  it('is ordered for what is uncovered, in time first; the others are kept', () => {
    const found = next([offerOf(1, { ...late, priceFen: 1_500 }), offerOf(2), offerOf(3)], { uncovered: 120 });
    expect(taken(found)).toEqual([['ofr_2', 150]]);
    expect(ids(found.alternates)).toEqual(['ofr_1', 'ofr_3']);
    expect(found.uncovered).toBe(0);
  });

  it('is not what no longer stands, nor what would come too dear for the little that is lacking', () => {
    const fee = { deliveryFeeFen: 5_000 };
    expect(taken(next([offerOf(1, { validUntil: plusMinutes(NOW, -1) }), offerOf(2)]))).toEqual([['ofr_2', 5_000]]);
    expect(taken(next([offerOf(1, fee)]))).toEqual([['ofr_1', 5_000]]);
    expect(next([offerOf(1, fee)], { uncovered: 50 })).toMatchObject({ orders: [], uncovered: 50, reasons: [] });
    expect(taken(next([offerOf(1, fee)], { uncovered: 50, aboveAllowed: true }))).toEqual([['ofr_1', 50]]);
  });
});

describe('what a choice comes to at most', () => {
  it('is its sum where nothing else is tried', () => {
    const { totalFen, atMostFen } = chosenOf([offerOf(1, { deliveryFeeFen: 500 })]);
    expect([totalFen, atMostFen]).toEqual([220_500, 220_500]);
  });

  it('counts every fee, and the dearest for what may have to be bought again', () => {
    const { atMostFen } = chosenOf([offerOf(1, { deliveryFeeFen: 500 }), offerOf(2, { priceFen: 2_500 })]);
    // 100 boxes of the dearer one, 49 masks of the other, the fee, and a fen each.
    expect(atMostFen).toBe(250_000 + 2_156 + 500 + 2);
  });
});
