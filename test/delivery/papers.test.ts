import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { audienceApp } from '../../functions/api/app.ts';
import { consignmentRoutes } from '../../functions/delivery/consignment.routes.ts';
import { openConsignment } from '../../functions/delivery/consignment.store.ts';
import { dispatch } from '../../functions/delivery/dispatch.store.ts';
import { cancelConsignment, startPicking } from '../../functions/delivery/picking.store.ts';
import { callerOf, testVerify } from '../support/caller.ts';
import { useTable } from '../support/table.ts';
import { anew, countyOn, storekeeper } from './county.ts';

const table = useTable();
const county = countyOn(table);
const deps = Object.assign(table, { divide: county.divide });
const app = audienceApp('staff', { verify: testVerify, log: deps.log }, (of) => consignmentRoutes(of, deps));

const paper = async (id: string, name: string) => {
  const token = JSON.stringify({ sub: 'auditor', county: '632323', roles: ['auditor'] });
  const reply = await app.request(`/staff/consignments/${id}/${name}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const text = await reply.text();
  // To look at what is printed: PAPERS=<folder> writes the pages there.
  const folder = process.env['PAPERS'];
  if (folder !== undefined && reply.status === 200) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/${id}-${name}.html`, text);
  }
  return { status: reply.status, headers: reply.headers, text };
};
/** What a reader sees of it. */
const plain = (text: string) => text.replaceAll(/<[^>]+>/g, '');
const opened = async (toId: string): Promise<string> =>
  (await openConsignment(deps, storekeeper, { fromId: 'store', toId }, anew())).id;

const NASTY = '<script>alert("票")</script>';
let id = '';

beforeAll(async () => {
  await county.site('store', 'warehouse', 0);
  await county.site('hill');
  const planned = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`lot-${i}`, 30 + 10 * i]));
  await county.item('mask', { spec: 'GB 19083-2010' });
  await county.item('flour', { nameZh: '面粉', baseUnit: 'gram', units: { 袋: 25_000 }, issueUnit: '袋' });
  for (const lot of Object.keys(planned)) await county.shelf(lot, 1000, { useBy: '2023-01-31' });
  await county.shelf('sacks', 1_000_000, { itemId: 'flour' });
  await county.need(
    { requestId: 'r', siteId: 'hill', approved: 1000, planned },
    { requestId: 'r', n: 2, siteId: 'hill', itemId: 'flour', approved: 1_000_000, planned: { sacks: 250_000 } },
  );
  id = await opened('hill');
  await startPicking(deps, storekeeper, anew(), id);
});

describe('the papers of a consignment', () => {
  it('are not there before picking has settled what it carries', async () => {
    await county.site('valley');
    await county.shelf('valley-a', 100);
    await county.need({ requestId: 'valley-x', siteId: 'valley', approved: 10, planned: { 'valley-a': 10 } });
    const planned = await opened('valley');
    expect((await paper(planned, 'pick-list')).status).toBe(409);
    expect((await paper(planned, 'waybill')).status).toBe(409);
    expect((await paper('con_none', 'waybill')).status).toBe(404);
  });

  it('are void once it is called off: nobody prints a second waybill for the same goods', async () => {
    await county.site('called-off');
    await county.shelf('called-off-a', 100);
    await county.need({ requestId: 'off-x', siteId: 'called-off', approved: 10, planned: { 'called-off-a': 10 } });
    const off = await opened('called-off');
    await startPicking({ ...deps, divide: county.divide }, storekeeper, anew(), off);
    expect((await paper(off, 'waybill')).status).toBe(200);
    await cancelConsignment(deps, storekeeper, anew(), off, 'No driver');
    for (const kind of ['pick-list', 'waybill'] as const) expect((await paper(off, kind)).status).toBe(409);
  });

  it('name goods as people lift them, with the base units beside', async () => {
    const { text, headers } = await paper(id, 'pick-list');
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain('<html lang="zh-CN">');
    expect(plain(text)).toContain('10 袋（250000 克）');
    expect(plain(text)).toContain('3 盒（30 个）');
    expect(text).toContain('GB 19083-2010');
    expect(text.match(/<tr>/g)).toHaveLength(1 + 7);
    expect(text).not.toContain('<small></small>');
  });

  it('say by when goods have to leave until they have left, and then when they did', async () => {
    await county.site('brook');
    await county.shelf('brook-lot', 100, { useBy: '2023-01-31' });
    await county.need({ requestId: 'brook-r', siteId: 'brook', approved: 100, planned: { 'brook-lot': 100 } });
    const other = await opened('brook');
    await startPicking(deps, storekeeper, anew(), other);
    const before = (await paper(other, 'pick-list')).text;
    expect([before.includes('发车期限'), before.includes('发车时间')]).toEqual([true, false]);
    await dispatch(deps, storekeeper, anew(), other, { carrier: '乡镇干部', vehicle: '青D12345' });
    const after = (await paper(other, 'pick-list')).text;
    expect([after.includes('发车期限'), after.includes('发车时间')]).toEqual([false, true]);
  });

  it('of many lines say on every sheet what they belong to, and which sheet of how many it is', async () => {
    await county.site('ridge');
    const planned = Object.fromEntries(Array.from({ length: 24 }, (_, i) => [`ridge-${i}`, 10]));
    await county.item('long', { nameZh: '医用一次性防护服连体带鞋套加强型', spec: 'GB 19082-2009 170/175/180 均码' });
    for (const lot of Object.keys(planned)) await county.shelf(lot, 10, { itemId: 'long', useBy: '2023-01-31' });
    const lots = Object.entries(planned);
    for (const [n, some] of [lots.slice(0, 20), lots.slice(20)].entries())
      await county.need({
        ...{ requestId: `ridge-r${n}`, siteId: 'ridge', itemId: 'long', approved: some.length * 10 },
        planned: Object.fromEntries(some),
      });
    const many = await opened('ridge');
    await startPicking(deps, storekeeper, anew(), many);
    const { code } = (await callerOf(app, { roles: ['auditor'] }).get(`/staff/consignments/${many}`)).body;
    const shown = `${code.slice(0, 4)}-${code.slice(4)}`;
    for (const name of ['pick-list', 'waybill'] as const) {
      const { text } = await paper(many, name);
      const sheets = text.split('<section').slice(1);
      const numbers = sheets.map((sheet) => sheet.match(/第 (\d+\/\d+) 页/)?.[1]);
      const copies = name === 'waybill' ? 2 : 1;
      expect(numbers.filter((number) => number?.startsWith('1/'))).toHaveLength(copies);
      expect(sheets.length).toBeGreaterThan(copies);
      for (const sheet of sheets) {
        expect(sheet).toContain(shown);
        expect(sheet).toContain('ridge村');
        expect(sheet).toContain('<thead>');
      }
      expect(text.match(/<tr>\n/g)).toHaveLength(24 * copies);
    }
  });

  it('show what people wrote as text, never as markup', async () => {
    await dispatch(deps, storekeeper, anew(), id, { carrier: NASTY, vehicle: '青D12345' });
    const { text } = await paper(id, 'waybill');
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;');
  });

  it('are two copies, each with the code to read, to type and to scan', async () => {
    const { text } = await paper(id, 'waybill');
    const { code } = (await callerOf(app, { roles: ['auditor'] }).get(`/staff/consignments/${id}`)).body;
    expect(text).toContain('第一联 存根');
    expect(text).toContain('第二联 回执');
    expect(text.split(`${code.slice(0, 4)}-${code.slice(4)}`)).toHaveLength(1 + 3);
    expect(text.match(/<svg/g)).toHaveLength(2);
    for (const column of ['完好', '破损', '缺少', '多出']) expect(text).toContain(column);
  });
});
