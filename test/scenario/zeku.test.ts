import { describe, expect, it } from 'vitest';
import { issueSize, itemBody, unitsOf } from '../../functions/catalogue/item.ts';
import { policyInForce } from '../../functions/catalogue/policy.ts';
import { siteBody } from '../../functions/catalogue/site.ts';
import { supplierBody } from '../../functions/catalogue/supplier.ts';
import { creditBody, fundBody, mayBuy } from '../../functions/funds/fund.ts';
import { offerBody } from '../../functions/offers/offer.ts';
import { offerFinding, termsOf } from '../../functions/offers/offering.ts';
import { slug } from '../../functions/shared/quantity.ts';
import { goodsReceivedBody } from '../../functions/stock/goods-received.ts';
import { SAMPLE_FUNDS, type SampleFund } from '../../scenario/zeku/funds.ts';
import { SAMPLE_ITEMS } from '../../scenario/zeku/items.ts';
import { sampleOffers } from '../../scenario/zeku/offers.ts';
import { COUNTY_HOUSEHOLDS, COUNTY_PEOPLE, SAMPLE_SITES, WAREHOUSE } from '../../scenario/zeku/sites.ts';
import { openingStock, restock } from '../../scenario/zeku/stock.ts';
import { SAMPLE_SUPPLIERS } from '../../scenario/zeku/suppliers.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
const bodyOf = ({ id: _, credits: __, ...body }: SampleFund) => body;
const itemOf = (id: string) => {
  const found = SAMPLE_ITEMS.find((it) => it.id === id);
  if (found === undefined) throw new Error(`No sample item ${id}`);
  return found;
};

describe('the sample county', () => {
  it('has the people and households of the county, each counted once', () => {
    expect(sum(SAMPLE_SITES.map((site) => site.people.residents))).toBe(COUNTY_PEOPLE);
    expect(sum(SAMPLE_SITES.map((site) => site.households ?? 0))).toBe(COUNTY_HOUSEHOLDS);
    for (const { people, households = 0, vulnerableHouseholds = 0 } of SAMPLE_SITES) {
      expect(people.vulnerable).toBeLessThanOrEqual(people.residents);
      expect(vulnerableHouseholds).toBeLessThanOrEqual(households);
    }
  });

  it('has one town, seven townships and sixty villages', () => {
    const of = (kind: string) => SAMPLE_SITES.filter((site) => site.kind === kind);
    expect(of('township')).toHaveLength(8);
    expect(of('village')).toHaveLength(60);
    expect(new Set(of('village').map((site) => site.township))).toEqual(
      new Set(of('township').map((site) => site.township)),
    );
  });

  it('has the twenty-one designated shops by kind', () => {
    const number = (kind: string) => SAMPLE_SUPPLIERS.filter((shop) => shop.kind === kind && shop.designated).length;
    expect(['supermarket', 'vegetables', 'grain-and-oil', 'butcher', 'pharmacy'].map(number)).toEqual([5, 7, 3, 4, 2]);
    expect(SAMPLE_SUPPLIERS).toHaveLength(21);
  });

  it('says of everything that it is sample data, under ids that are unique and fit for the API', () => {
    for (const rows of [SAMPLE_ITEMS, SAMPLE_SITES, SAMPLE_SUPPLIERS, SAMPLE_FUNDS]) {
      expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
      for (const row of rows) expect(row.sample, slug.parse(row.id)).toBe(true);
    }
  });

  it('is what the catalogue accepts', () => {
    for (const { id: _, ...body } of SAMPLE_ITEMS) itemBody.parse(body);
    for (const { id: _, ...body } of SAMPLE_SITES) siteBody.parse(body);
    for (const { id: _, ...body } of SAMPLE_SUPPLIERS) supplierBody.parse(body);
    for (const fund of SAMPLE_FUNDS) {
      fundBody.parse(bodyOf(fund));
      for (const credit of fund.credits) creditBody.parse(credit);
    }
  });

  it('has the 300,000 yuan of party dues, for prevention alone, and no document twice', () => {
    const dues = SAMPLE_FUNDS.filter(({ kind }) => kind === 'party-dues').map((fund) => fundBody.parse(bodyOf(fund)));
    expect(dues.map((fund) => SAMPLE_ITEMS.filter((it) => !mayBuy(fund, it)).length)).toEqual([
      SAMPLE_ITEMS.filter(({ category }) => category === '1').length,
    ]);
    const credits = SAMPLE_FUNDS.flatMap((fund) => fund.credits.map((one) => ({ ...one, kind: fund.kind })));
    expect(sum(credits.filter(({ kind }) => kind === 'party-dues').map(({ amountFen }) => amountFen))).toBe(30_000_000);
    expect(new Set(credits.map(({ document }) => document)).size).toBe(credits.length);
  });

  it('has offers of its shops, two an item, one too dear and one late', () => {
    const offers = sampleOffers('2022-05-12').map((body) => offerBody.parse(body));
    expect(new Set(offers.map(({ document }) => document)).size).toBe(offers.length);
    const policy = policyInForce('632323', undefined);
    const found = offers.map((body) => {
      const { id, ...content } = itemOf(body.itemId);
      const item = { ...itemBody.parse(content), county: '632323', id, version: 1 };
      const { id: shop, ...shopContent } =
        SAMPLE_SUPPLIERS.find(({ id: one }) => one === body.supplierId) ?? expect.fail(body.supplierId);
      const supplier = { ...supplierBody.parse(shopContent), county: '632323', id: shop, version: 1 };
      const of = termsOf('ofr_1', body, { item, supplier, now: '2022-05-12T01:00:00.000Z' });
      return Array.isArray(of) ? expect.fail(JSON.stringify(of)) : offerFinding(item, of, policy).as;
    });
    expect(found.filter((as) => as === 'above')).toHaveLength(1);
    expect(found).not.toContain('unknown');
    expect(offers.filter(({ leadMinutes }) => leadMinutes > 3 * 1_440)).toHaveLength(1);
    for (const { itemId } of offers)
      expect(
        new Set(offers.filter((one) => one.itemId === itemId).map(({ supplierId }) => supplierId)).size,
      ).toBeGreaterThan(1);
  });

  it('gives every item a whole issue unit, and no item the bare unit 件', () => {
    for (const it of SAMPLE_ITEMS) {
      const size = issueSize(it);
      for (const larger of Object.values(it.units).filter((units) => units > size))
        expect(larger % size, it.id).toBe(0);
      expect((it.frontLineReserve ?? 0) % size, it.id).toBe(0);
      expect(unitsOf(it)).not.toHaveProperty('件');
      if (it.fresh === true) expect(it.frontLineReserve ?? 0).toBe(0);
    }
  });

  it('stocks known goods of two sources in whole issue units that outlast no shelf life, in whatever year', () => {
    for (const today of ['2022-05-12', '2031-12-31']) {
      const papers = [...openingStock(today), ...restock(1, today), ...restock(2, today)];
      for (const paper of papers) goodsReceivedBody.parse(paper);
      expect(new Set(papers.map((paper) => paper.document)).size).toBe(papers.length);
      expect(new Set(papers.map((paper) => paper.source))).toEqual(new Set(['existing', 'allocated']));
      const lots = papers.flatMap((paper) => paper.lines);
      expect(new Set(lots.map((lot) => lot.lotNo)).size).toBe(lots.length);
      for (const { itemId, quantity, unit, useBy, lotNo } of lots) {
        const it = itemOf(itemId);
        expect((quantity * (unitsOf(it)[unit] ?? Number.NaN)) % issueSize(it), lotNo).toBe(0);
        expect(useBy === undefined, lotNo).toBe(it.shelfLifeDays === undefined);
        const days = useBy === undefined ? 0 : (Date.parse(useBy) - Date.parse(today)) / 86_400_000;
        expect(days, lotNo).toBeLessThanOrEqual(it.shelfLifeDays ?? 0);
      }
      expect(new Set(lots.map((lot) => lot.itemId)).size).toBe(SAMPLE_ITEMS.length);
    }
    expect(SAMPLE_SITES.filter((site) => site.kind === 'warehouse').map((site) => site.id)).toEqual([WAREHOUSE]);
  });
});
