import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { wordsOf } from '../../functions/api/issue.ts';
import { pointApp } from '../../functions/api/point.handler.ts';
import { codeOf } from '../../functions/delivery/code.ts';
import { codeRow, consignmentLineRow, consignmentRow } from '../../functions/delivery/consignment.ts';
import { receiptBody } from '../../functions/delivery/receipt.ts';
import { fitting } from '../../functions/delivery/recount.store.ts';
import { draft } from '../../functions/request/intake.ts';
import { countyClock } from '../../functions/shared/clock.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { problemBody } from '../../functions/shared/problem.ts';
import { type Caller, callerOf, type Reply, testVerify } from '../support/caller.ts';
import { aConsignment, COUNTY, freshPost, furnish, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const HAN = /^\p{Script=Han}|^con_|^这|^\//u;
const CODE = codeOf('7K2MQ9X');

describe('whoever reads Chinese', () => {
  let village: Caller;
  beforeAll(async () => {
    await furnish(deps);
    const siteId = await freshPost(deps);
    village = callerOf(pointApp(deps, testVerify), { roles: ['point'], county: COUNTY, siteId, sub: 'post' });
    await put(deps, codeRow, { county: COUNTY, code: CODE, consignmentId: 'con_v' });
    await put(deps, consignmentRow, aConsignment({ id: 'con_v', status: 'dispatched', toId: siteId, code: CODE }));
    await put(deps, consignmentLineRow, {
      ...{ county: COUNTY, consignmentId: 'con_v', n: 1, version: 1, itemId: 'mask', lotId: 'lot_v' },
      ...{ placeId: 'warehouse', quantity: 50, shares: [{ requestId: 'req_v', n: 1, quantity: 50 }] },
    });
  });

  const asks = (changes: object, key?: string) =>
    village.post(
      '/point/requests',
      {
        ...{ recipients: 'post', needBy: '2022-05-14T01:00:00Z', reason: '补充' },
        ...{ lines: [{ itemId: 'mask', quantity: 6, unit: '盒' }], ...changes },
      },
      key,
    );
  const line = (changes: object) => ({ lines: [{ itemId: 'mask', quantity: 6, unit: '盒', ...changes }] });
  const receives = (body: object) => village.post(`/point/waybills/${CODE}/receipt`, body);
  const bad = (path: string, body: string) => village.send('POST', path, body);

  it.each<[string, () => Promise<Reply>, string]>([
    ['with a field left out', () => asks({ reason: undefined }), 'invalid'],
    ['with a field too many', () => asks({ urgent: true }), 'invalid'],
    ['with words for a number', () => asks(line({ quantity: '六' })), 'invalid'],
    ['with nothing asked for', () => asks({ lines: [] }), 'invalid'],
    ['for whom nobody knows', () => asks({ recipients: 'all' }), 'invalid'],
    ['by a day without a time', () => asks({ needBy: '明天' }), 'invalid'],
    ['by a time that is past', () => asks({ needBy: '2022-05-01T00:00:00Z' }), 'need-by-past'],
    ['by another year', () => asks({ needBy: '2032-05-01T00:00:00Z' }), 'need-by-too-far'],
    ['of an item nobody knows', () => asks(line({ itemId: 'none' })), 'unknown-item'],
    ['in a bare 件', () => asks(line({ unit: '件' })), 'unknown-unit'],
    ['beyond all measure', () => asks(line({ quantity: 900_000_000, unit: '箱' })), 'too-much'],
    ['for another site', () => asks({ siteId: 'elsewhere' }), 'wrong-site'],
    ['that is no JSON', () => bad('/point/requests', '{'), 'bad-json'],
    ['with a field twice', () => bad('/point/requests', '{"a":1,"a":2}'), 'repeated-field'],
    ['without a key', () => asks({}, ''), 'invalid'],
    ['for a request nobody made', () => village.get('/point/requests/req_none'), 'unknown-request'],
    ['for a list of none', () => village.get('/point/requests?limit=0'), 'invalid'],
    ['for another page of another list', () => village.get('/point/requests?cursor=x'), 'bad-cursor'],
    [
      'for a notice nobody wrote',
      () => village.post('/point/notices/none/acknowledgement', undefined),
      'unknown-notice',
    ],
    ['with a code that was misread', () => village.get('/point/waybills/7K2M-Q9XX'), 'mistyped-code'],
    ['with a code nobody gave out', () => village.get(`/point/waybills/${codeOf('AAAAAAA')}`), 'unknown-waybill'],
    ['of a receipt that does not add up', () => receives({ lines: [{ n: 1, good: 40, missing: 5 }] }), 'invalid'],
    [
      'of a receipt of more lines than were sent',
      () =>
        receives({
          lines: [
            { n: 1, good: 50 },
            { n: 2, good: 1 },
          ],
        }),
      'invalid',
    ],
    [
      'of a receipt with much too much',
      () => receives({ lines: [{ n: 1, good: 50, extra: 51, reasons: { extra: 'other' } }] }),
      'odd-quantity',
    ],
    ['of a receipt in a unit nobody knows', () => receives({ lines: [{ n: 1, good: 1, unit: '车' }] }), 'unknown-unit'],
    ['for a path that is not there', () => village.get('/point/nowhere'), 'no-such-path'],
    ['by a method that is not taken', () => village.put('/point/requests', {}), 'wrong-method'],
  ])('is refused in it: %s', async (_what, send, title) => {
    const { body } = await send();
    expect(body).toMatchObject({ title, detail: expect.stringMatching(HAN) });
    for (const { message } of body.errors) expect(message).toMatch(/\p{Script=Han}/u);
  });

  it('without a sign-in, or with one for other work, is told so', async () => {
    const app = pointApp(deps, testVerify);
    const clerk = callerOf(app, { roles: ['clerk'], county: COUNTY });
    expect((await clerk.get('/point/items')).body).toMatchObject({
      title: 'wrong-role',
      detail: expect.stringMatching(HAN),
    });
  });

  it('reads times by the county’s clock, with the instant beside them', async () => {
    const { body } = await asks({ needBy: '2022-05-01T00:00:00Z' });
    expect(body.errors).toEqual([
      { path: 'needBy', at: '2022-05-01T00:00:00.000Z', message: expect.stringContaining('2022-05-01 08:00') },
    ]);
    expect(body.detail).toContain(countyClock(deps.time));
  });

  it('is told that a key came with something else', async () => {
    expect((await asks({}, 'one-and-the-same-key')).status).toBe(201);
    expect((await asks({ reason: '另一件' }, 'one-and-the-same-key')).body).toMatchObject({
      ...{ title: 'key-reused', detail: expect.stringMatching(HAN) },
    });
  });

  it.each([
    ['a request', draft],
    ['a receipt', receiptBody],
  ])('has every mistake in %s named in it, whatever is sent', (_what, schema: z.ZodType) => {
    const values = [
      undefined,
      null,
      0,
      -1,
      1.5,
      1e12,
      '',
      ' ',
      'x',
      'x'.repeat(1_000),
      true,
      [],
      {},
      [[]],
      [{}],
      [{ n: 'x', good: -1, reasons: { damaged: 'x' } }],
    ];
    const names = ['siteId', 'recipients', 'needBy', 'reason', 'coverDays', 'lines', 'confirmed', 'more'];
    const issues = names.flatMap((name) =>
      values.flatMap((value) => schema.safeParse({ [name]: value }).error?.issues ?? []),
    );
    expect(issues.length).toBeGreaterThan(100);
    for (const issue of issues) {
      const { zh, message } = wordsOf(issue);
      expect(zh ?? message, issue.code).toMatch(/^[^\p{Script=Latin}]*\p{Script=Han}/u);
    }
  });
});

it('what is too much for one transaction is refused with what to do: fewer lines, or part of the one', () => {
  const actions = Array.from({ length: 90 }, () => ({
    ...({ kind: 'check', key: keysOf(COUNTY).site('x'), refuse: () => new Error('never') } as const),
  }));
  const told = (lines: number): string => {
    try {
      fitting(actions, 'lines', lines);
      return 'fits';
    } catch (error) {
      return JSON.stringify(problemBody(error as Parameters<typeof problemBody>[0]));
    }
  };
  expect(told(3)).toMatch(/每次少报几行.*fewer at once/);
  expect(told(1)).toMatch(/先报一部分数量.*part of its quantity/);
  expect(fitting(actions.slice(0, 70), 'lines', 1)).toHaveLength(70);
});
