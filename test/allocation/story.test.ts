import { describe, expect, it } from 'vitest';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import { lotRow } from '../../functions/stock/lot.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { aLine, aRequest, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';
import { COUNTY, countyOf } from './county.ts';

const deps = useTable();
const app = staffApp(deps, testVerify);
const storekeeper = callerOf(app, { roles: ['storekeeper'] });

const pathOf = (lineId: string) => `/staff/requests/${lineId.slice(0, -2)}/lines/1/rationale`;
const storyOf = async (lineId: string, by = storekeeper) => (await by.get(pathOf(lineId))).body;

describe('the story of a line', () => {
  it('is told in numbers and in both languages: the pool, the tiers, the lots, and what would have to arrive', async () => {
    const masks = countyOf(deps, 'masks-s1');
    await masks.item({ reserve: 10 });
    await masks.site('v1', 60);
    await masks.site('warehouse', 0, 'warehouse');
    await masks.lot('lot-a', 20, { useBy: '2022-05-20' });
    await masks.lot('lot-b', 100);
    await masks.lot('lot-old', 7, { useBy: '2022-05-11' });
    await masks.lot('lot-gift', 30, { designation: { to: 'siteKind', siteKind: 'hospital' } });
    const lot = { county: COUNTY, itemId: 'masks-s1', source: 'existing', designation: { to: 'all' } } as const;
    await put(deps, lotRow, { ...lot, id: 'lot-b', lotNo: '20220301', from: 'grn_1', at: deps.time, version: 1 });
    await masks.need({ siteId: 'gate', tier: 1, quantity: 70, kind: 'checkpoint' });
    const village = await masks.need({ siteId: 'v1', tier: 3, quantity: 50 });
    await masks.need({ siteId: 'v2', tier: 3, quantity: 50 });
    await masks.divide();

    const story = await storyOf(village);
    expect(story).toMatchObject({
      requestId: village.slice(0, -2),
      n: 1,
      state: 'divided',
      tier: 3,
      site: { id: 'v1', nameZh: 'v1' },
      item: { id: 'masks-s1', nameZh: '口罩', baseUnit: 'piece' },
      division: {
        division: 1,
        unit: { name: '盒', size: 1 },
        pool: 157,
        withheld: 10,
        tiers: [
          { tier: 1, wanted: 70, granted: 70 },
          { tier: 3, available: 40, wanted: 100, granted: 40 },
        ],
        claim: { target: 50, floor: 0, wanted: 50, granted: 20, percent: 40, lines: 1 },
        line: { target: 50, granted: 20 },
        used: [{ lotId: 'lot-b', lotNo: '20220301', place: { id: 'warehouse', nameZh: 'warehouse' }, quantity: 20 }],
        passedOver: [
          { lotId: 'lot-old', because: 'expires', quantity: 7 },
          { lotId: 'lot-a', because: 'tier-before', quantity: 20, given: [{ tier: 1, quantity: 20 }] },
          { lotId: 'lot-gift', because: 'designated', quantity: 30 },
          { lotId: 'lot-b', because: 'reserve', quantity: 80, left: 10 },
        ],
        toFill: {
          lacks: 30,
          arriving: { quantity: 59, usableUntil: '2022-05-12', others: [{ tier: 3, quantity: 29 }], reserve: 0 },
        },
      },
    });
    expect(story.zh).toBe(
      '2022-05-12 09:00 第 1 次分配：共有 157 盒；一线需 70，用 70，剩 87；为一线预留 10，剩 77；居民可用 40，共需 100，得 40；本点应有 50，已有或在途 0，需 50，得 20，达 40%。' +
        '本需求用warehouse的批次 20220301 20 盒（不过期）。' +
        '其余的：到达前过期 7；先给前一级 70；定向给别处 30；与同级其他点分用 20；为一线预留 10。' +
        '本点还缺 30 盒：要配足，须再到 59 盒，不限用途，保质期至少到 2022-05-12（其中居民其他点得 29）。',
    );
    expect(story.en).toContain('Division 1 at 2022-05-12 09:00. Counted in 盒, there were 157;');
    expect(story.en).toContain(
      ' The line uses 20 of lot 20220301 at warehouse (does not expire). The rest: 7 expiring',
    );
    expect(story.en).toContain(
      'The site still lacks 30: to meet it in full, 59 more would have to arrive, open to all and usable until 2022-05-12 at least, of which 29 would go to other sites of residents.',
    );
    const lots = story.division.passedOver.map(({ zh, en }: { zh: string; en: string }) => [zh, en]);
    expect(lots).toEqual([
      [
        '保质期至 2022-05-11，预计 2022-05-12 到达，到达前过期。',
        'It expires on 2022-05-11, and would arrive on 2022-05-12.',
      ],
      ['先给前一级；一线用 20。', 'Given to the tiers before: the front line got 20.'],
      ['定向给别处；留存 30。', 'Designated to others: 30 stayed in the pool.'],
      [
        '为一线预留；一线用 50；同级其他点用 20；留存 10。',
        'Kept back for the front line: the front line got 50, others of the tier got 20, 10 stayed in the pool.',
      ],
    ]);
    expect((await storyOf(village, callerOf(app, { roles: ['auditor'] }))).zh).toBe(story.zh);
  });

  it('is what it says: what would have to arrive fills the site when it does', async () => {
    const masks = countyOf(deps, 'masks-s2');
    await masks.item();
    await masks.lot('a', 30);
    await masks.need({ siteId: 'gate', tier: 1, quantity: 50, kind: 'checkpoint' });
    const village = await masks.need({ siteId: 'v1', tier: 3, quantity: 50 });
    await masks.need({ siteId: 'v2', tier: 3, quantity: 20 });
    await masks.divide();
    const { quantity, usableUntil } = (await storyOf(village)).division.toFill.arriving;
    await masks.lot('b', quantity, { useBy: usableUntil });
    await masks.divide();
    const met = await storyOf(village);
    expect(met.division).toMatchObject({ line: { granted: 50 } });
    expect(met.division.toFill).toBeUndefined();
    expect(met.zh).toMatch(/本点所缺已配足。$/);
  });

  it('is of the last division that looked at the line, though that left it as it was', async () => {
    const masks = countyOf(deps, 'masks-s3');
    await masks.item();
    await masks.lot('a', 30);
    await masks.need({ siteId: 'gate', tier: 1, quantity: 60, kind: 'checkpoint' });
    const village = await masks.need({ siteId: 'v1', tier: 3, quantity: 50 });
    await masks.divide();
    expect(await storyOf(village)).toMatchObject({ division: { division: 1, toFill: { arriving: { quantity: 80 } } } });
    await masks.lot('b', 30);
    await masks.divide();
    expect(await masks.line(village)).toMatchObject({ rationale: 1 });
    expect(await storyOf(village)).toMatchObject({ division: { division: 2, toFill: { arriving: { quantity: 50 } } } });
    await masks.cancel(village);
    await masks.lot('c', 30);
    await masks.divide();
    expect(await storyOf(village)).toMatchObject({
      status: 'cancelled',
      division: { division: 2 },
      zh: expect.stringContaining('需求已取消'),
    });
  });

  it('says when the line will be looked at, where no division has yet', async () => {
    const masks = countyOf(deps, 'masks-s4');
    await masks.item();
    const wave = '2022-05-12T01:30:00.000Z';
    const waiting = await masks.need({ siteId: 'v1', tier: 3, quantity: 5, countsFrom: wave });
    const late = await masks.need({ siteId: 'v1', tier: 3, quantity: 5, needBy: '2022-05-30T00:00:00.000Z' });
    const now = await masks.need({ siteId: 'v1', tier: 3, quantity: 5 });
    expect(await storyOf(waiting)).toMatchObject({
      state: 'waiting',
      countsFrom: wave,
      zh: '等待 2022-05-12 09:30 的汇总时点，届时与在此之前的需求一并分配。',
    });
    expect(await storyOf(late)).toMatchObject({
      state: 'waiting',
      countsFrom: '2022-05-27T00:00:00.000Z',
      en: 'Needed late: it is weighed from 2022-05-27 08:00 on, and nothing is promised before.',
    });
    expect(await storyOf(now)).toMatchObject({ state: 'waiting', countsFrom: deps.time });
    for (const [n, status, state] of [
      [1, 'submitted', 'undecided'],
      [2, 'refused', 'over'],
    ] as const) {
      await put(deps, lineRow, aLine({ requestId: 'req_s4', n, status }));
      expect((await storekeeper.get(`/staff/requests/req_s4/lines/${n}/rationale`)).body).toMatchObject({ state });
    }
  });

  it('is not there for a request or a line that is not, nor for another county or a point', async () => {
    await put(deps, requestRow, aRequest({ id: 'req_s5' }));
    await put(deps, lineRow, aLine({ requestId: 'req_s5' }));
    const path = '/staff/requests/req_s5/lines/1/rationale';
    expect((await storekeeper.get(path)).status).toBe(200);
    const missing = { status: 404, body: { title: 'unknown-request' } };
    expect(await storekeeper.get('/staff/requests/req_nil/lines/1/rationale')).toMatchObject(missing);
    expect(await callerOf(app, { roles: ['clerk'], county: '110101' }).get(path)).toMatchObject(missing);
    expect(await storekeeper.get('/staff/requests/req_s5/lines/2/rationale')).toMatchObject({
      status: 404,
      body: { title: 'unknown-line' },
    });
    expect(await storekeeper.get('/staff/requests/req_s5/lines/first/rationale')).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'line' }] },
    });
    expect((await callerOf(app, { roles: ['point'], siteId: 'checkpoint-1' }).get(path)).status).toBe(403);
  });
});
