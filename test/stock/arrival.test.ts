import { describe, expect, it } from 'vitest';
import { item } from '../../functions/catalogue/item.ts';
import { site } from '../../functions/catalogue/site.ts';
import { acceptanceBody } from '../../functions/purchase/part.ts';
import { demandArrival } from '../../functions/stock/arrival.ts';

const people = { post: 10, vulnerable: 20, residents: 400 };
const store = (id: string, kind: string) =>
  site.parse({
    ...{ county: '632323', id, version: 1, nameZh: id, nameEn: id, kind, township: '样例乡' },
    ...{ people, households: 100, leadMinutes: 30 },
  });
const kit = item.parse({
  ...{ county: '632323', id: 'test-kit', version: 1, nameZh: '检测试剂', nameEn: 'Test kit', category: '2' },
  ...{ baseUnit: 'piece', units: { 盒: 20 }, issueUnit: '盒', shelfLifeDays: 365 },
});
const facts = {
  today: '2022-05-12',
  place: store('warehouse', 'warehouse'),
  items: new Map([['test-kit', kit]]),
  sites: new Map(),
};
const expected = { itemId: 'test-kit', placeId: 'warehouse', outstanding: 400, source: 'procured' } as const;
const boxes = (quantity: number, more: object = {}) => ({ quantity, unit: '盒', madeOn: '2022-05-01', ...more });
const count = (said: object, given = expected, by = facts) =>
  demandArrival(acceptanceBody.parse({ document: '送货单1号', ...said }), given, by);
const refusal = (said: object, given: Parameters<typeof count>[1] = expected, by = facts) => {
  try {
    return expect.fail(JSON.stringify(count(said, given, by)));
  } catch (error) {
    return error as { code: string; errors: { path: string }[] };
  }
};
const pathsOf = (said: object) => refusal(said).errors.map(({ path }) => path);

describe('goods at the door', () => {
  it('given some damaged and some of another item, then only good ones are accepted and the rest is still to come', () => {
    const said = {
      lots: [boxes(10, { lotNo: 'A' }), boxes(4, { lotNo: 'B', status: 'quarantined' })],
      damaged: { quantity: 2, unit: '盒' },
      wrong: { quantity: 1, unit: '盒' },
      note: '两盒进水，一盒型号不对',
    };
    expect(count(said)).toMatchObject({ accepted: 280, damaged: 40, wrong: 20, over: 0, under: 120 });
    expect(count(said).lines).toMatchObject([
      { quantity: 200, lotNo: 'A', useBy: '2023-05-01', designation: { to: 'all' }, status: 'available' },
      { quantity: 80, lotNo: 'B', status: 'quarantined' },
    ]);
  });

  it('given more than was to come, then all of it is kept, and so much of it is over', () => {
    expect(count({ lots: [boxes(25)] })).toMatchObject({ accepted: 500, over: 100, under: 0 });
  });

  it('given nothing good, then nothing is booked in', () => {
    const said = { damaged: { quantity: 20, unit: '盒' }, note: '全部进水' };
    expect(count(said)).toMatchObject({ lines: [], accepted: 0, damaged: 400, under: 400 });
  });

  it('is judged as any goods that are booked in, each fault by its lot', () => {
    expect(pathsOf({ lots: [boxes(1), boxes(1, { madeOn: '2021-05-01' })] })).toEqual(['lots[1].madeOn']);
    expect(pathsOf({ lots: [{ quantity: 1, unit: '桶', madeOn: '2022-05-01' }] })).toEqual(['lots[0].unit']);
    expect(pathsOf({ lots: [{ quantity: 1, unit: '盒' }] })).toEqual(['lots[0].useBy']);
    expect(pathsOf({ lots: [boxes(1)], wrong: { quantity: 1, unit: '桶' }, note: '错' })).toEqual(['wrong.unit']);
    expect(refusal({ lots: [boxes(1)] }, expected, { ...facts, place: store('village', 'village') })).toMatchObject({
      errors: [{ path: 'placeId' }],
    });
  });

  it('is not judged by an item’s use today: what was ordered is at the door', () => {
    const retired = { ...facts, items: new Map([['test-kit', { ...kit, active: false }]]) };
    expect(count({ lots: [boxes(1)] }, expected, retired).accepted).toBe(20);
  });

  it('says what is damaged or wrong, and that anything came at all', () => {
    expect(pathsOf({ lots: [boxes(1)], damaged: { quantity: 1, unit: '盒' } })).toEqual(['note']);
    expect(pathsOf({ final: true })).toEqual(['lots']);
  });

  it('is odd where more than twice as much came as was to come, until it is said again', () => {
    expect(count({ lots: [boxes(40)] }).over).toBe(400);
    expect(refusal({ lots: [boxes(41)] })).toMatchObject({ code: 'odd-quantity', errors: [{ path: 'lots' }] });
    expect(count({ lots: [boxes(41)], confirmed: true }).over).toBe(420);
  });

  it('may be more than one count can hold in its sum, and is refused', () => {
    const most = { quantity: 50_000_000, unit: '盒', madeOn: '2022-05-01' };
    expect(pathsOf({ lots: [most, boxes(1)] })).toEqual(['lots']);
  });
});
