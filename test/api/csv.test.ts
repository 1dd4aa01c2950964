import { createRoute } from '@hono/zod-openapi';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { audienceApp } from '../../functions/api/app.ts';
import { sheetOf } from '../../functions/api/csv.ts';
import { answer, pageOf, pageQuery, problems } from '../../functions/api/route.ts';
import { csvOf, unguarded } from '../../functions/shared/csv.ts';
import { designation } from '../../functions/stock/lot.ts';
import { testVerify } from '../support/caller.ts';
import { runs } from '../support/random.ts';

describe('a sheet', () => {
  it('of any words is read again as it was written', () => {
    const words = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('=1+1', "'=1", '@a', '-5', '\t', '，"\r\n', '＝和'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(words, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (lines) => {
        const read = parse(csvOf(lines), { bom: true, record_delimiter: '\r\n' });
        expect(read.map((cells) => cells.map(unguarded))).toEqual(lines);
      }),
      { numRuns: runs(200) },
    );
  });

  it('has no cell that a spreadsheet would run, and numbers stay numbers', () => {
    const [line = ''] = csvOf([['=HYPERLINK("x")', '+1', '-1', '@SUM', '\tx', '＝1', -1]])
      .slice(1)
      .split('\r\n');
    expect(line).toBe(`"'=HYPERLINK(""x"")",'+1,'-1,'@SUM,'\tx,'＝1,-1`);
  });

  it('has the same headings whatever the rows hold, and a line for each line of a note', () => {
    const note = z.object({
      id: z.string(),
      site: z.object({ nameZh: z.string() }).optional(),
      units: z.record(z.string(), z.int()).default({}),
      tags: z.array(z.string()),
      lines: z.array(z.object({ quantity: z.int(), for: designation })),
    });
    const { headings, linesOf } = sheetOf(note);
    expect(headings).toEqual([
      ...['编号 id', '点位名称 site.nameZh', '单位换算 units', 'tags', '数量 lines.quantity'],
      ...['lines.for.to', 'lines.for.siteIds', 'lines.for.siteKind'],
    ]);
    const lines = [
      { quantity: 1, for: { to: 'all' } },
      { quantity: 2, for: { to: 'sites', siteIds: ['a1', 'b2'] } },
    ];
    expect(linesOf({ id: 'x', units: { 盒: 50, 箱: 1000 }, tags: ['a', 'b'], lines })).toEqual([
      ['x', undefined, '盒=50; 箱=1000', 'a; b', 1, 'all', undefined, undefined],
      ['x', undefined, '盒=50; 箱=1000', 'a; b', 2, 'sites', 'a1; b2', undefined],
    ]);
    expect(linesOf({ id: 'y', site: { nameZh: '村' }, tags: [], lines: [] })).toEqual([
      ['y', '村', undefined, '', undefined, undefined, undefined, undefined],
    ]);
  });
});

describe('a list', () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const app = audienceApp('staff', { verify: testVerify, log }, (on) => {
    on.openapi(
      createRoute({
        ...{ method: 'get', path: '/staff/things', request: { query: pageQuery } },
        responses: { 200: answer('A list.', pageOf(z.object({ nameZh: z.string() }))), ...problems },
      }),
      (c) => {
        const { cursor } = c.req.valid('query');
        return c.json({ rows: [{ nameZh: cursor ?? '口罩' }], ...(cursor === undefined && { cursor: 'x+y/z' }) }, 200);
      },
    );
  });
  const get = (path: string, accept: string) =>
    app.request(path, {
      headers: { authorization: `Bearer ${JSON.stringify({ sub: 's', county: '632323', roles: ['clerk'] })}`, accept },
    });

  it('is answered as CSV to whoever asks for CSV, page by page to the end', async () => {
    const first = await get('/staff/things?limit=1', 'text/csv');
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="things.csv"',
    });
    expect(Buffer.from(await first.arrayBuffer()).toString()).toBe('\uFEFF名称 nameZh\r\n口罩\r\n');
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await get(next, 'text/csv');
    expect(Buffer.from(await second.arrayBuffer()).toString()).toBe('\uFEFF名称 nameZh\r\nx+y/z\r\n');
    expect(second.headers.get('link')).toBeNull();
  });

  it.each(['application/json', '*/*', 'text/html, */*', 'text/csv;q=0.1, application/json'])(
    'is JSON to whoever asks for %s',
    async (accept) => {
      const reply = await get('/staff/things', accept);
      expect(await reply.json()).toMatchObject({ rows: [{ nameZh: '口罩' }] });
      expect(reply.headers.get('vary')).toBe('Accept');
    },
  );

  it('refuses in JSON whatever is asked for', async () => {
    const reply = await get('/staff/things?limit=0', 'text/csv');
    expect([reply.status, reply.headers.get('content-type')]).toEqual([422, 'application/problem+json']);
  });
});
