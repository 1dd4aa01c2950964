import { describe, expect, it } from 'vitest';
import { siteRow } from '../../functions/catalogue/site.ts';
import { lineRow } from '../../functions/request/line.ts';
import { listRequests, viewRequest } from '../../functions/request/register.store.ts';
import { requestRow } from '../../functions/request/request.ts';
import { retryWorkflow } from '../../functions/workflow/retry.store.ts';
import { aLine, anew, approver, aRequest, COUNTY, checkpoint, furnish, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const asked: unknown[] = [];
const reading = () => ({
  ...deps,
  clock: deps.clock,
  why: async (...of: unknown[]) => {
    asked.push(of);
    return { share: '1/2' };
  },
});

describe('a request as one page', () => {
  it('says what every line has, where it is held and why', async () => {
    await furnish(deps);
    const id = deps.ids.next('req');
    const holds = [
      { lotId: 'lot_1', placeId: 'warehouse', quantity: 50 },
      { lotId: 'lot_2', placeId: 'warehouse', quantity: 100, consignmentId: 'con_1' },
    ];
    await put(deps, requestRow, aRequest({ id, status: 'approved', dueAt: '2022-05-13T01:00:00.000Z' }));
    await put(
      deps,
      lineRow,
      aLine({ requestId: id, status: 'open', approved: 300, holds, dispatched: 20, received: 30, rationale: 12 }),
    );
    await put(deps, lineRow, aLine({ requestId: id, n: 2, status: 'refused' }));
    const view = await viewRequest(reading(), COUNTY, id);
    expect(view).toMatchObject({
      site: { id: 'checkpoint-1', nameZh: '县界卡点' },
      next: { step: 'delivery', dueAt: '2022-05-13T01:00:00.000Z', overdue: false },
    });
    expect(view.lines[0]).toMatchObject({
      item: { nameZh: '医用外科口罩', issueUnit: '盒' },
      approved: 300,
      planned: 50,
      picking: 100,
      inTransit: 20,
      received: 30,
      short: 100,
      holds,
      rationale: { share: '1/2' },
    });
    expect(view.lines[1]).toMatchObject({ status: 'refused', short: 0 });
    // Only the line that an apportionment has looked at has a reason.
    expect(asked).toEqual([[COUNTY, 'mask', 12, { siteId: 'checkpoint-1', tier: 1 }]]);
  });

  it('says of a line that waits for its wave when that is', async () => {
    const id = deps.ids.next('req');
    const countsFrom = '2022-05-12T01:30:00.000Z';
    await put(deps, requestRow, aRequest({ id, status: 'approved' }));
    for (const [n, change] of [{ countsFrom }, { countsFrom: deps.time }, {}].entries())
      await put(deps, lineRow, aLine({ requestId: id, n: n + 1, status: 'open', approved: 300, ...change }));
    const { lines } = await viewRequest(reading(), COUNTY, id);
    expect(lines.map((line) => line.countsFrom)).toEqual([countsFrom, undefined, undefined]);
  });

  it.each([
    ['submitted', {}, 'assessment'],
    ['submitted', { level: 'supply-group' }, 'decision'],
    ['submitted', { failure: { error: 'x', cause: 'y', at: deps.time } }, 'retry'],
    ['approved', {}, 'delivery'],
    ['closed', {}, 'nothing'],
  ] as const)('of one that is %s with %j says what happens next: %s', async (status, change, step) => {
    const id = deps.ids.next('req');
    await put(deps, requestRow, aRequest({ id, status, ...change }));
    expect((await viewRequest(reading(), COUNTY, id)).next).toMatchObject({ step });
  });

  it('lists its events with who and why', async () => {
    const id = deps.ids.next('req');
    await put(deps, requestRow, aRequest({ id, failure: { error: 'Problem', cause: 'y', at: deps.time } }));
    await retryWorkflow(deps, approver, anew('approver-1'), 'request', id);
    expect((await viewRequest(reading(), COUNTY, id)).events).toMatchObject([
      { version: 2, name: 'WorkflowRetried', by: 'approver-1', at: deps.time },
    ]);
  });

  it('is not there for another county', async () => {
    const id = deps.ids.next('req');
    await put(deps, requestRow, aRequest({ id }));
    await expect(viewRequest(reading(), '632324', id)).rejects.toMatchObject({ status: 404 });
  });
});

describe('the register', () => {
  const pages = async (county: string, query: Omit<Parameters<typeof listRequests>[2], 'cursor'>) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listRequests(deps, county, { ...query, cursor });
      expect(page.rows.length).toBeLessThanOrEqual(query.limit);
      found.push(...page.rows.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  };
  const county = '632399';
  const filled = async () => {
    const failure = { error: 'x', cause: 'y', at: deps.time };
    for (const of of [county, COUNTY]) await put(deps, siteRow, checkpoint({ county: of }));
    for (const [i, change] of [
      { status: 'submitted' as const, start: deps.time },
      { status: 'submitted' as const },
      { status: 'approved' as const, failure },
      { status: 'approved' as const, resume: { token: 't', round: 1, since: deps.time } },
      { status: 'approved' as const, siteId: 'village-1' },
      { status: 'closed' as const },
      { status: 'cancelled' as const },
    ].entries())
      await put(deps, requestRow, aRequest({ county, id: `req_${i}`, ...change }));
  };

  it('lists every request once, page by page, what failed first', async () => {
    await filled();
    for (const limit of [1, 2, 3, 50])
      expect(await pages(county, { limit })).toEqual(['req_2', 'req_0', 'req_3', 'req_1', 'req_4', 'req_6', 'req_5']);
  });

  it('lists by status, whatever duty a row has at the moment', async () => {
    await filled();
    for (const limit of [1, 2, 50]) {
      expect(await pages(county, { limit, status: 'approved' })).toEqual(['req_2', 'req_3', 'req_4']);
      expect(await pages(county, { limit, status: 'failed' })).toEqual(['req_2']);
      expect(await pages(county, { limit, status: 'refused' })).toEqual([]);
    }
  });

  it('lists those of a site, newest first', async () => {
    await filled();
    expect(await pages(county, { limit: 2, siteId: 'checkpoint-1' })).toEqual([
      'req_6',
      'req_5',
      'req_3',
      'req_2',
      'req_1',
      'req_0',
    ]);
    expect(await pages(county, { limit: 2, siteId: 'checkpoint-1', status: 'closed' })).toEqual(['req_5']);
  });

  it.each(['nonsense', 'approved.nonsense', '.', 'constructor.'])('refuses the cursor %s', async (cursor) => {
    await expect(listRequests(deps, county, { limit: 5, cursor })).rejects.toMatchObject({
      status: 400,
      code: 'bad-cursor',
    });
  });

  it('refuses a cursor of another county', async () => {
    await filled();
    const { cursor } = await listRequests(deps, county, { limit: 1, siteId: 'checkpoint-1' });
    expect(cursor).toBeDefined();
    await expect(listRequests(deps, COUNTY, { limit: 1, siteId: 'checkpoint-1', cursor })).rejects.toMatchObject({
      status: 400,
      code: 'bad-cursor',
    });
  });
});
