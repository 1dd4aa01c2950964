import { describe, expect, it } from 'vitest';
import { pointApp } from '../../functions/api/point.handler.ts';
import { staffApp } from '../../functions/api/staff.handler.ts';
import { policyRow } from '../../functions/catalogue/policy.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { codeOf } from '../../functions/delivery/code.ts';
import { codeRow, consignmentLineRow, consignmentRow } from '../../functions/delivery/consignment.ts';
import { lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import { check, Stale } from '../../functions/shared/actions.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { type Caller, callerOf, testVerify } from '../support/caller.ts';
import { aConsignment, aLine, aRequest, COUNTY, checkpoint, clerk, keys, POLICY, put } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const logged: string[] = [];
const deps = Object.assign(table, {
  log: { info: () => {}, warn: () => {}, error: (code: string) => logged.push(code) },
});
const staff = (role: 'clerk' | 'approver' | 'headquarters' | 'storekeeper', sub: string): Caller =>
  callerOf(staffApp(deps, testVerify), { roles: [role], sub, county: COUNTY });

/** Two people read the same row; the first acts on it. What the second is told. */
const second = async (first: Promise<{ status: number }>, then: () => ReturnType<Caller['get']>) => {
  expect((await first).status).toBe(200);
  return then();
};

const requested = async (id: string): Promise<string> => {
  await put(deps, requestRow, aRequest({ id, level: 'supply-group' }));
  await put(deps, lineRow, aLine({ requestId: id }));
  await put(deps, siteRow, checkpoint());
  return `/staff/requests/${id}`;
};

describe('two people work on the same row, and the second', () => {
  it('is told who decided the request, when and why', async () => {
    const at = await requested('req_a');
    const refusal = { outcome: 'refused', note: '定量以外' };
    const told = await second(staff('approver', 'ana').post(`${at}/decision`, refusal), () =>
      staff('headquarters', 'bao').post(`${at}/decision`, { outcome: 'approved' }),
    );
    expect(told).toMatchObject({
      status: 409,
      body: {
        title: 'wrong-status',
        changed: [{ name: 'RequestRefused', by: 'ana', at: deps.time, reason: '定量以外' }],
      },
    });
  });

  it('is told so of a cancelled request and of a retry that somebody else asked for', async () => {
    const at = await requested('req_b');
    const cancel = (sub: string, reason: string) => staff('clerk', sub).post(`${at}/cancel`, { reason });
    const told = await second(cancel('ana', '已从邻近点位调剂'), () => cancel('bao', '不需要了'));
    expect(told.body.changed).toEqual([
      { name: 'RequestCancelled', by: 'ana', at: deps.time, localTime: '2022-05-12 09:00', reason: '已从邻近点位调剂' },
    ]);
    const retry = await staff('approver', 'bao').post(`${at}/retry`, undefined);
    expect(retry.body).toMatchObject({ title: 'not-failed', changed: [{ name: 'RequestCancelled' }] });
  });

  it('is told so of a consignment, by whichever door he comes', async () => {
    await put(deps, siteRow, checkpoint());
    await put(deps, siteRow, checkpoint({ id: 'warehouse', kind: 'warehouse' }));
    const row = aConsignment({ id: 'con_c', status: 'picking', code: 'A1B2C3D' });
    await put(deps, consignmentRow, row);
    const at = '/staff/consignments/con_c';
    const leave = (sub: string) =>
      staff('storekeeper', sub).post(`${at}/dispatch`, { carrier: '一队', vehicle: '一号' });
    const told = await second(leave('ana'), () => leave('bao'));
    expect(told.body).toMatchObject({ title: 'wrong-status', changed: [{ name: 'ConsignmentDispatched', by: 'ana' }] });
  });

  it('at the point, is told who had received it as something else', async () => {
    const code = codeOf('7K2MQ9X');
    await put(deps, siteRow, checkpoint());
    await put(deps, codeRow, { county: COUNTY, code, consignmentId: 'con_d' });
    const row = aConsignment({ id: 'con_d', status: 'received', code, version: 4 });
    await put(deps, consignmentRow, row);
    const line = { county: COUNTY, consignmentId: 'con_d', n: 1, version: 2, itemId: 'mask', lotId: 'lot_1' };
    const found = { good: 50, damaged: 0, missing: 0, extra: 0, reasons: {} };
    const shares = [{ requestId: 'req_d', n: 1, quantity: 50 }];
    await put(deps, consignmentLineRow, { ...line, placeId: 'warehouse', quantity: 50, shares, found });
    const of = consignmentRow.keyOf(row);
    const event = { county: COUNTY, of, version: 4, name: 'ConsignmentReceived', at: deps.time, by: 'ana', data: {} };
    await put(deps, eventRow, { ...event, commit: 'cmt_d' });
    const point = callerOf(pointApp(deps, testVerify), {
      ...{ roles: ['point'], sub: 'bao', county: COUNTY, siteId: 'checkpoint-1' },
    });
    const counted = { lines: [{ n: 1, good: 40, missing: 10, reasons: { missing: 'short-packed' } }] };
    const told = await point.post(`/point/waybills/${code}/receipt`, counted);
    expect(told.body).toMatchObject({
      title: 'already-received',
      changed: [{ name: 'ConsignmentReceived', by: 'ana', at: deps.time }],
    });
  });

  it('is told of every change since the version he had read, and of none before it', async () => {
    await put(deps, policyRow, { ...POLICY, version: 7 });
    const [ana, bao] = [staff('headquarters', 'ana'), staff('headquarters', 'bao')];
    const { county, version, ...body } = POLICY;
    const change = (by: Caller, coverDays: number, ifMatch: number, reason: string) =>
      by.put('/staff/policy', { ...body, approval: { ...body.approval, coverDays }, reason }, ifMatch);
    await change(ana, 4, 7, 'first');
    await change(ana, 5, 8, 'second');
    const told = await second(change(ana, 6, 9, 'third'), () => change(bao, 2, 8, 'mine'));
    expect(told).toMatchObject({ status: 409, body: { title: 'changed-meanwhile' } });
    expect(told.body.changed.map(({ reason }: { reason: string }) => reason)).toEqual(['third', 'second']);
  });

  it('hears nothing of the kind where it is nobody’s doing', async () => {
    const missing = await staff('clerk', 'ana').post('/staff/requests/req_none/cancel', { reason: '没有' });
    expect(missing.status).toBe(404);
    expect(missing.body).not.toHaveProperty('changed');
  });

  it('is answered even where what happened cannot be read', async () => {
    const at = await requested('req_e');
    const reason = '重复';
    await staff('clerk', 'ana').post(`${at}/cancel`, { reason });
    const broken = { ...keys.event(keys.request('req_e'), 3), type: 'event', v: 1 };
    await put(
      deps,
      { type: 'event', traced: false, parse: () => broken, store: () => broken, keyOf: () => broken },
      broken,
    );
    const told = await staff('clerk', 'bao').post(`${at}/cancel`, { reason });
    expect(told).toMatchObject({ status: 409, body: { title: 'wrong-status' } });
    expect(told.body).not.toHaveProperty('changed');
    expect(logged).toEqual(['API-CHANGES']);
  });
});

describe('a command that lost every race', () => {
  it('names the row it lost over', async () => {
    const key = keys.request('req_a');
    const lost = commit(deps, { actor: clerk, now: deps.time, actions: [check(key, 'version', 99)], news: [] });
    await expect(lost).rejects.toMatchObject({ name: 'Stale', about: { key } });
    await expect(lost).rejects.toBeInstanceOf(Stale);
  });
});
