import { beforeAll, describe, expect, it } from 'vitest';
import { pageOf } from '../../functions/api/route.ts';
import { donationSummary } from '../../functions/donation/view.ts';
import type { ImportKind } from '../../functions/imports/entry.ts';
import { importReport, importView } from '../../functions/imports/import.ts';
import { MAX_ROWS } from '../../functions/imports/sheet.ts';
import { poolItem } from '../../functions/stock/pool.ts';
import { itemAccount } from '../../functions/stock/reconciliation.ts';
import { staffMember } from '../../scenario/people.ts';
import { type SmallCounty, smallCounty } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const on = useHost({ speed: 'real' });

/** As many as a county has in its catalogue; each gets some fifty lots. */
const ITEMS = Array.from({ length: 100 }, (_, n) => `goods-${n}`);

/** As long as the longest sheet may take on a slow machine. */
const BOOKING_MINUTES = 40;

describe('a sheet with as many rows as a sheet may have', () => {
  let county: SmallCounty;
  let keys = 0;
  beforeAll(async () => {
    county = await smallCounty(on.host);
    for (const id of ITEMS) await county.item(id);
  });

  const send = async (query: string, body: string, kind: ImportKind = 'stock'): Promise<Response> => {
    keys += 1;
    const role = kind === 'stock' ? 'storekeeper' : 'clerk';
    return fetch(new URL(`/staff/imports/${kind}${query}`, on.host.url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await on.host.tokenOf(staffMember(role, county.county))}`,
        'idempotency-key': `whole-sheet-${keys}`,
        'content-type': 'text/csv',
      },
      body,
    });
  };
  const imported = async (text: string, kind?: ImportKind) => {
    const { id } = importView.parse(await (await send('', text, kind)).json());
    return eventually(
      `${id} is booked`,
      () => county.people.auditor.get(`/staff/imports/${id}`, importView),
      ({ status, failure }) => status === 'booked' || failure !== undefined,
      BOOKING_MINUTES * 60_000,
    );
  };
  const inPool = async (): Promise<number> =>
    (await county.people.auditor.all('/staff/stock', poolItem)).reduce((sum, { onHand }) => sum + onHand, 0);

  /** Rows of ninety papers, the goods by turns, each with a maker's lot of its own. */
  const rows = Array.from({ length: MAX_ROWS }, (_, n) => ({
    item: ITEMS[n % ITEMS.length],
    quantity: 2 + (n % 7),
  }));
  const sheet = (more = ''): string =>
    [
      '单据号,来源,仓库编号,物资编号,数量,单位,批号',
      ...rows.map(({ item, quantity }, n) => `调〔2022〕${n % 90}号,下拨,warehouse,${item},${quantity},盒,L-${n}`),
    ].join('\r\n') + more;

  it('is judged at once, booked to the last row, and adds nothing when it comes again', async () => {
    const began = Date.now();
    const judged = importReport.parse(await (await send('?dryRun=true', sheet())).json());
    expect(judged).toMatchObject({ rows: MAX_ROWS, errors: 0, warnings: 0 });
    const judgedMs = Date.now() - began;
    const first = await imported(sheet());
    expect(first).toMatchObject({ status: 'booked', rows: MAX_ROWS, booked: MAX_ROWS, unchanged: 0, failed: 0 });
    const bookedMs = Date.now() - began - judgedMs;
    const onHand = rows.reduce((sum, { quantity }) => sum + quantity * 50, 0);
    expect(await inPool()).toBe(onHand);
    expect((await imported(sheet())).id).toBe(first.id);
    // Other bytes, the same rows: each is known by its paper.
    expect(await imported(sheet('\r\n#\r\n'))).toMatchObject({ booked: 0, unchanged: MAX_ROWS, failed: 0 });
    expect(await inPool()).toBe(onHand);
    for (const id of ITEMS.slice(0, 10)) {
      const page = await county.people.auditor.get(`/staff/reconciliation?itemId=${id}`, pageOf(itemAccount));
      expect(page.rows.map(({ balanced }) => balanced)).toEqual([true]);
    }
    console.info(`judged in ${Math.round(judgedMs / 1_000)} s, booked in ${Math.round(bookedMs / 1_000)} s`);
  });

  it('with a wrong row in every other line has each of them named', async () => {
    const text = sheet().replaceAll(/(goods-\d*[13579],\d+),盒/g, '$1,件');
    const report = importReport.parse(await (await send('?dryRun=true', text)).json());
    expect(report).toMatchObject({ rows: MAX_ROWS, errors: MAX_ROWS / 2 });
    expect(new Set(report.findings.map(({ line }) => line)).size).toBe(MAX_ROWS / 2);
    expect((await send('', text)).status).toBe(422);
  });

  it('of gifts is registered to the last, screened, and registers nobody twice when it comes again', async () => {
    const gifts = [
      '捐赠编号,捐赠人类型,捐赠人,物资编号,数量,单位,证明文件',
      ...Array.from(
        { length: MAX_ROWS },
        (_, n) =>
          `捐〔2022〕${Math.floor(n / 5)}号,企业,样例公司,${ITEMS[n % ITEMS.length]},${2 + (n % 7)},盒,样例合格证`,
      ),
    ].join('\r\n');
    const began = Date.now();
    expect(await imported(gifts, 'gifts')).toMatchObject({ booked: MAX_ROWS, failed: 0 });
    const bookedMs = Date.now() - began;
    expect(await imported(`${gifts}\r\n#\r\n`, 'gifts')).toMatchObject({ booked: 0, unchanged: MAX_ROWS });
    await eventually(
      'all are screened',
      () => county.people.auditor.all('/staff/donations?status=registered', donationSummary),
      (rows) => rows.length === 0,
      BOOKING_MINUTES * 60_000,
    );
    const expected = await county.people.auditor.all('/staff/donations?status=expected', donationSummary);
    expect(expected.length).toBe(MAX_ROWS / 5);
    expect(expected.reduce((sum, { lines }) => sum + lines, 0)).toBe(MAX_ROWS);
    console.info(`gifts booked in ${Math.round(bookedMs / 1_000)} s`);
  });
});
