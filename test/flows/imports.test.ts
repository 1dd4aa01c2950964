import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { importReport, importView } from '../../functions/imports/import.ts';
import type { Role } from '../../functions/shared/actor.ts';
import { poolItem } from '../../functions/stock/pool.ts';
import { staffMember } from '../../scenario/people.ts';
import { CHECKPOINT, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { gb18030 } from '../support/gb18030.ts';
import { useHost } from '../support/host.ts';

const on = useHost();

describe('a sheet', () => {
  let county: SmallCounty;
  let keys = 0;
  beforeAll(async () => {
    county = await smallCounty(on.host);
    await county.item('mask');
  });

  const call = async (role: Role, path: string, body?: Uint8Array | string, headers: Record<string, string> = {}) => {
    keys += 1;
    const token = await on.host.tokenOf(staffMember(role, county.county));
    return fetch(new URL(path, on.host.url), {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'idempotency-key': `sheet-${keys}-${county.county}`, 'content-type': 'text/csv' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : Buffer.from(body) }),
    });
  };
  const refused = async (reply: Response) => {
    const { title, errors } = z
      .object({ title: z.string(), errors: z.array(z.object({ path: z.string(), message: z.string() })) })
      .parse(await reply.json());
    return { status: reply.status, title, errors };
  };
  const imported = async (role: Role, kind: string, body: Uint8Array | string, headers = {}) => {
    const reply = await call(role, `/staff/imports/${kind}?confirmed=true`, body, headers);
    const { id } = importView.parse(await reply.json());
    return eventually(
      'it is booked',
      async () => importView.parse(await (await call('auditor', `/staff/imports/${id}`)).json()),
      ({ status }) => status === 'booked',
    );
  };
  const inPool = async (): Promise<number> =>
    (await county.people.auditor.all('/staff/stock', poolItem)).reduce((sum, { onHand }) => sum + onHand, 0);

  const STOCK = '单据号,来源,仓库编号,物资名称,数量,单位\r\n';

  it('of stock in GB18030 is booked, and again, in whatever encoding, adds nothing', async () => {
    const text = `${STOCK}青应急〔2022〕1号,下拨,warehouse,口罩,8,盒\r\n青应急〔2022〕1号,下拨,warehouse,口罩,2,盒\r\n`;
    const first = await imported('storekeeper', 'stock', gb18030(text), { 'content-type': 'application/octet-stream' });
    expect(first).toMatchObject({ rows: 2, booked: 2, failed: 0, by: 'sample-storekeeper' });
    const key = { 'idempotency-key': 'the-same-file-again' };
    expect((await imported('storekeeper', 'stock', gb18030(text), key)).id).toBe(first.id);
    expect((await imported('storekeeper', 'stock', gb18030(text), key)).id).toBe(first.id);
    // A key that was answered with what was there already stands for that file, and for no other.
    expect(await refused(await call('storekeeper', '/staff/imports/stock', `${text}\n`, key))).toMatchObject({
      ...{ status: 422, title: 'key-reused' },
    });
    expect(await imported('storekeeper', 'stock', `\uFEFF${text}`)).toMatchObject({ booked: 0, unchanged: 2 });
    expect(await inPool()).toBe(500);
  });

  it('with one bad row books none, and names it by line, column and reason', async () => {
    const text = `${STOCK}P-1,下拨,warehouse,口罩,8,盒\nP-1,下拨,warehouse,口罩8箱,1,件\nP-2,下拨,warehouse,口罩,9,件\n`;
    const report = await refused(await call('storekeeper', '/staff/imports/stock', text));
    expect(report).toMatchObject({ status: 422, title: 'bad-rows' });
    expect(report.errors.map(({ path }) => path)).toEqual([
      'line 3, 物资名称 name',
      'line 3, 数量 quantity',
      'line 4, 单位 unit',
    ]);
    expect(report.errors[0]?.message).toMatch(/数量 8.*quantity/);
    const dry = importReport.parse(await (await call('storekeeper', '/staff/imports/stock?dryRun=true', text)).json());
    expect(dry).toMatchObject({ rows: 3, errors: 2, warnings: 1 });
    expect(await inPool()).toBe(500);
  });

  it('with what is odd is booked once somebody says that it is meant', async () => {
    const text = `${STOCK}P-3,下拨,warehouse,口罩,1,盒\n`;
    expect(await refused(await call('storekeeper', '/staff/imports/stock', text))).toMatchObject({ title: 'odd-rows' });
    expect(await imported('storekeeper', 'stock', text)).toMatchObject({ booked: 1, confirmed: true });
    expect(await inPool()).toBe(550);
  });

  it('of sites, items, requests and gifts is booked by whoever may do the single command', async () => {
    const items = 'id,nameZh,nameEn,category,spec,baseUnit,units,issueUnit\nrice,大米,Rice,1,25kg,克,袋=25000,袋\n';
    expect(await imported('headquarters', 'items', items)).toMatchObject({ booked: 1 });
    const exported = await (await call('auditor', '/staff/sites', undefined, { accept: 'text/csv' })).text();
    const moved = exported.replace(new RegExp(`^(.*\\b${VILLAGE},.*),30,`, 'm'), '$1,35,');
    expect(await imported('clerk', 'sites', moved)).toMatchObject({ booked: 1, unchanged: 3 });
    const needBy = new Date(Date.parse(await county.now()) + 2 * 864e5).toISOString();
    const head = '申请编号,点位编号,保障对象,需求时限,事由,物资编号,数量,单位';
    const asks = `${head}\nR-1,${CHECKPOINT},值守人员,${needBy},补充,mask,2,盒\n`;
    expect(await imported('clerk', 'requests', asks)).toMatchObject({ booked: 1, failed: 0 });
    const gifts = '捐赠编号,捐赠人类型,捐赠人,物资编号,数量,单位\nG-1,企业,样例公司,mask,2,盒\n';
    expect(await imported('clerk', 'gifts', gifts)).toMatchObject({ booked: 1, failed: 0 });
    expect(await county.balanced()).toBe(true);
  });

  it.each([
    ['stock', 'clerk'],
    ['sites', 'storekeeper'],
    ['items', 'approver'],
    ['requests', 'storekeeper'],
    ['gifts', 'storekeeper'],
  ] as const)('of %s is not taken from a %s, nor shown what is wrong with it', async (kind, role) => {
    for (const query of ['', '?dryRun=true'])
      expect(await refused(await call(role, `/staff/imports/${kind}${query}`, 'x'))).toMatchObject({ status: 403 });
  });

  it('that is hostile is refused in one sentence', async () => {
    const send = async (body: Uint8Array | string, headers = {}) => {
      const { status, title } = await refused(await call('storekeeper', '/staff/imports/stock', body, headers));
      return `${status} ${title}`;
    };
    expect(await send(new Uint8Array([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0]))).toBe('422 not-csv');
    expect(await send(`${STOCK}P\0`)).toBe('422 not-csv');
    expect(await send(new Uint8Array([0x61, 0xff, 0x80, 0xff]))).toBe('422 unknown-encoding');
    expect(await send(`${STOCK}"${'x'.repeat(200_000)}"`)).toBe('422 row-too-long');
    expect(await send(STOCK + 'P,,,,,\n'.repeat(5_001))).toBe('422 too-many-rows');
    expect(await send('x'.repeat(4 * 1024 * 1024))).toBe('413 too-large');
    expect(await send('{}', { 'content-type': 'application/json' })).toBe('415 not-csv');
  });

  it('is followed by id and in a list, has a template, and is nobody else’s', async () => {
    const list = await (await call('auditor', '/staff/imports', undefined, { accept: 'text/csv' })).text();
    expect(list.split('\r\n')[0]).toBe(
      '编号 id,类别 kind,状态 status,行数 rows,待入账 staged,已入账 booked,未变 unchanged,失败 failed,已确认 confirmed,经办人 by,时间 at,结束时间 endedAt,故障错误 failure.error,故障原因 failure.cause,故障时间 failure.at',
    );
    const template = await call('clerk', '/staff/imports/stock/template');
    expect(template.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const id = list.split('\r\n')[1]?.split(',')[0] ?? '';
    expect((await call('auditor', `/staff/imports/${id}/failures`)).status).toBe(200);
    expect(await refused(await call('storekeeper', `/staff/imports/${id}/retry`, ''))).toMatchObject({
      title: 'not-failed',
    });
    const token = await on.host.tokenOf(staffMember('auditor', '100000'));
    const elsewhere = await fetch(new URL(`/staff/imports/${id}`, on.host.url), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(elsewhere.status).toBe(404);
  });
});
