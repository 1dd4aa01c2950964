import { describe, expect, it } from 'vitest';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { donationRow } from '../../functions/donation/donation.ts';
import { registerGift } from '../../functions/donation/register.store.ts';
import { book } from '../../functions/imports/book.store.ts';
import type { ImportKind } from '../../functions/imports/entry.ts';
import { importFile, judgeFile, viewImport } from '../../functions/imports/import.store.ts';
import { importRow, partRow } from '../../functions/imports/import.ts';
import { MAX_ROWS } from '../../functions/imports/sheet.ts';
import { submitRequest } from '../../functions/request/request.store.ts';
import { stillAt } from '../../functions/request/still-at.store.ts';
import type { Actor } from '../../functions/shared/actor.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed, get } from '../../functions/shared/table.store.ts';
import { progressOf } from '../../functions/workflow/progress.ts';
import { killedAnywhere } from '../support/crash.ts';
import { anew, checkpoint, mask, put } from '../support/need.ts';
import { runs } from '../support/random.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
let counties = 640_000;
/** More than one step of the machine books; in the long version, all that a sheet may have. */
const LONG = Math.min(MAX_ROWS, runs(210));

const chief = (county: string): Actor => ({ sub: 'chief', county, roles: ['headquarters'] });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A county of its own, with a warehouse, a checkpoint and masks. */
const freshCounty = async (): Promise<string> => {
  counties += 1;
  const county = String(counties);
  await put(deps, itemRow, mask({ county, norms: {} }));
  await put(deps, siteRow, checkpoint({ county }));
  await put(deps, siteRow, checkpoint({ county, id: 'warehouse', nameZh: '仓库', kind: 'warehouse' }));
  return county;
};

const send = (on: Deps, actor: Actor, kind: ImportKind, text: string, confirmed = false): Promise<string> =>
  importFile(on, actor, anew(actor.sub), { kind, bytes: bytes(text), confirmed });

/** The machine's loop, with whatever client it has. */
const bookAll = async (on: Deps, county: string, id: string): Promise<void> => {
  for (;;) {
    const row = await get(deps, importRow, keysOf(county).import(id));
    if (row?.status !== 'booking') return;
    const { attempt } = row;
    await book(
      { ...on, clock: deps.clock, stillAt, submitRequest, registerGift },
      progressOf({ kind: 'import', attempt, round: 0 }, row, deps.time),
    );
  }
};

const SITES = 'id,nameZh,nameEn,kind,township,people.post,people.vulnerable,people.residents,leadMinutes\n';
const STOCK = '单据号,来源,仓库编号,物资名称,数量,单位,批号\n';
const ASKS = '申请编号,点位编号,保障对象,需求时限,事由,物资编号,数量,单位\n';

const GIFTS = '捐赠编号,捐赠人类型,捐赠人,联系电话,物资名称,数量,单位,生产日期\n';
const GIFT = 'G-1,企业,样例公司,13800000000,医用外科口罩,2,盒,2022-03-01\n';

const booksOf = async (county: string) => {
  const at = (queue: string) => everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue(queue) });
  const [notes, lots, ...begun] = await Promise.all([
    ...[at('notes'), at('lots.mask'), at('request.start'), at('donation.start')],
  ]);
  return [notes?.length, lots?.length, begun.reduce((sum, rows) => sum + rows.length, 0)];
};

const sheetOf = (rows: number): string =>
  SITES + Array.from({ length: rows }, (_, n) => `v-${n},村${n},Village ${n},村,样例乡,1,2,30,40\n`).join('');

describe('a long sheet', () => {
  it('is booked in several steps, and the same file again adds nothing', async () => {
    const county = await freshCounty();
    const file = sheetOf(LONG);
    const id = await send(deps, chief(county), 'sites', file);
    expect(await viewImport(deps, county, id)).toMatchObject({ status: 'booking', staged: LONG, booked: 0 });
    await bookAll(deps, county, id);
    expect(await viewImport(deps, county, id)).toMatchObject({ status: 'booked', staged: 0, booked: LONG, failed: 0 });
    expect(await send(deps, chief(county), 'sites', file)).toBe(id);
    const again = await send(deps, chief(county), 'sites', `${file}\n`);
    expect(await viewImport(deps, county, again)).toMatchObject({ status: 'booked', unchanged: LONG, booked: 0 });
  });
});

describe('an import that is killed', () => {
  it.each([
    ['stock', `${STOCK}P-1,现有,warehouse,医用外科口罩,2,盒,A\nP-2,下拨,warehouse,医用外科口罩,4,盒,\n`, [2, 2, 0]],
    ['requests', `${ASKS}R-1,checkpoint-1,值守人员,2022-05-13 18:00,补充,mask,2,盒\n`, [0, 0, 1]],
    ['gifts', GIFTS + GIFT, [0, 0, 1]],
    ['sites', `${SITES}v-1,甲村,A,村,样例乡,1,2,30,40\n`, [0, 0, 0]],
  ] as const)('at any call while %s are booked has each row once in the end', async (kind, text, books) => {
    const kills = await killedAnywhere(
      deps,
      async () => {
        const county = await freshCounty();
        return { county, id: await send(deps, { sub: 'li', county, roles: ['headquarters'] }, kind, text) };
      },
      (on, { county, id }) => bookAll(on, county, id),
      async ({ county, id }) => {
        const view = await viewImport(deps, county, id);
        expect(view).toMatchObject({ status: 'booked', booked: view.rows, unchanged: 0, failed: 0 });
        expect(await booksOf(county)).toEqual(books);
      },
    );
    expect(kills).toBeGreaterThan(4);
  });

  it('at any call while it is staged is not there, or is there whole', async () => {
    const text = `${STOCK}P-1,现有,warehouse,医用外科口罩,2,盒,A\n`;
    await killedAnywhere(
      deps,
      async () => ({ county: await freshCounty(), id: '' }),
      async (on, given) => {
        given.id = await send(on, { sub: 'li', county: given.county, roles: ['storekeeper'] }, 'stock', text);
        await bookAll(deps, given.county, given.id);
      },
      async ({ county, id }) => {
        expect(await viewImport(deps, county, id)).toMatchObject({ status: 'booked', rows: 1, booked: 1 });
        expect(await booksOf(county)).toEqual([1, 1, 0]);
      },
    );
  });
});

describe('a sheet of gifts', () => {
  const by = (county: string): Actor => ({ sub: 'li', county, roles: ['clerk'] });

  it('registers each number once, whatever file it comes in again, and another gift under it is refused', async () => {
    const county = await freshCounty();
    await bookAll(deps, county, await send(deps, by(county), 'gifts', GIFTS + GIFT));
    const rows = await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('donation.start') });
    expect(rows.map((row) => donationRow.parse(row))).toMatchObject([
      { channel: 'import', lines: [{ itemId: 'mask', asked: { quantity: 2, unit: '盒' }, madeOn: '2022-03-01' }] },
    ]);
    const again = await send(deps, by(county), 'gifts', `${GIFTS}${GIFT}${GIFT.replace('G-1', 'G-2')}`);
    await bookAll(deps, county, again);
    expect(await viewImport(deps, county, again)).toMatchObject({ booked: 1, unchanged: 1, failed: 0 });
    await expect(send(deps, by(county), 'gifts', GIFTS + GIFT.replace(',2,', ',3,'))).rejects.toMatchObject({
      ...{ code: 'bad-rows', errors: [{ path: 'line 2, 捐赠编号 number' }] },
    });
    // The same goods under the same number, of somebody else: a number was used twice.
    await expect(send(deps, by(county), 'gifts', GIFTS + GIFT.replace('样例公司', '另一公司'))).rejects.toMatchObject({
      ...{ code: 'bad-rows', errors: [{ path: 'line 2, 捐赠编号 number' }] },
    });
  });

  it('keeps nothing that says who gave, once it is booked, but in their own rows', async () => {
    const county = await freshCounty();
    const id = await send(deps, by(county), 'gifts', GIFTS + GIFT);
    expect(await get(deps, partRow, keysOf(county).importPart(id, 0))).toBeDefined();
    await bookAll(deps, county, id);
    expect(await get(deps, partRow, keysOf(county).importPart(id, 0))).toBeUndefined();
  });
});

describe('a world that changes between the judging and the booking', () => {
  it('fails the rows it concerns, says why, and stops no other; sent again, only those are tried', async () => {
    const county = await freshCounty();
    const by: Actor = { sub: 'li', county, roles: ['storekeeper'] };
    const text = `${STOCK}P-1,现有,warehouse,医用外科口罩,2,盒,A\nP-2,现有,other,医用外科口罩,2,盒,B\n`;
    await put(deps, siteRow, checkpoint({ county, id: 'other', kind: 'warehouse' }));
    const id = await send(deps, by, 'stock', text);
    await put(deps, siteRow, checkpoint({ county, id: 'other', kind: 'warehouse', active: false, version: 2 }));
    await bookAll(deps, county, id);
    expect(await viewImport(deps, county, id)).toMatchObject({
      ...{ status: 'booked', booked: 1, failed: 1 },
      failures: [{ lines: [3], name: 'P-2', code: 'invalid', zh: expect.stringContaining('P-2') }],
    });
    await expect(send(deps, by, 'stock', text)).rejects.toMatchObject({
      code: 'bad-rows',
      errors: [{ path: 'line 3, 仓库编号 placeId' }],
    });
    await put(deps, siteRow, checkpoint({ county, id: 'other', kind: 'warehouse', version: 3 }));
    const again = await send(deps, by, 'stock', text);
    expect(again).not.toBe(id);
    await bookAll(deps, county, again);
    expect(await viewImport(deps, county, again)).toMatchObject({ booked: 1, unchanged: 1, failed: 0 });
    expect(await send(deps, by, 'stock', text)).toBe(again);
  });

  it('keeps what others changed after the sheet was judged', async () => {
    const county = await freshCounty();
    const id = await send(deps, chief(county), 'sites', 'id,路程分钟\ncheckpoint-1,55\nwarehouse,66\n');
    await put(deps, siteRow, checkpoint({ county, version: 2, nameZh: '新名' }));
    await bookAll(deps, county, id);
    expect(await viewImport(deps, county, id)).toMatchObject({
      ...{ booked: 1, failed: 1 },
      failures: [{ lines: [2], name: 'checkpoint-1', code: 'changed-meanwhile' }],
    });
    const kept = await get(deps, siteRow, keysOf(county).site('checkpoint-1'));
    expect(kept).toMatchObject({ nameZh: '新名', leadMinutes: 40 });
  });
});

describe('what is in the books already', () => {
  it('is passed over row by row when it comes in another file', async () => {
    const county = await freshCounty();
    const by: Actor = { sub: 'li', county, roles: ['storekeeper', 'clerk'] };
    const note = 'P-1,现有,warehouse,医用外科口罩,2,盒,A\nP-1,现有,warehouse,医用外科口罩,3,盒,B\n';
    await bookAll(deps, county, await send(deps, by, 'stock', STOCK + note));
    const more = `${STOCK}${note}p-1 ,现有,warehouse,医用外科口罩,9,盒,C\n`;
    await expect(send(deps, by, 'stock', more)).rejects.toMatchObject({
      errors: [{ path: 'line 4, 单据号 document' }],
    });
    const turned = STOCK + note.split('\n').toReversed().join('\n');
    expect(await judgeFile(deps, by, { kind: 'stock', bytes: bytes(turned) })).toMatchObject({ known: 2, errors: 0 });
    const again = await send(deps, by, 'stock', `${turned}\nP-3,现有,warehouse,医用外科口罩,4,盒,\n`);
    await bookAll(deps, county, again);
    expect(await viewImport(deps, county, again)).toMatchObject({ booked: 1, unchanged: 2, failed: 0 });

    const ask = 'R-1,checkpoint-1,值守人员,2022-05-13 18:00,补充,mask,2,盒\n';
    await bookAll(deps, county, await send(deps, by, 'requests', ASKS + ask));
    await bookAll(deps, county, await send(deps, by, 'requests', `${ASKS}${ask}${ask.replace('R-1', 'R-2')}`));
    await expect(send(deps, by, 'requests', ASKS + ask.replace(',2,', ',3,'))).rejects.toMatchObject({
      errors: [{ path: 'line 2, 申请编号 number', message: expect.stringContaining('R-1') }],
    });
    expect(await booksOf(county)).toEqual([2, 3, 2]);
    // Who imports counts as who asks, so that nobody decides on what they imported.
    const asked = await everyIndexed(deps, { index: 'GSI1', at: keysOf(county).queue('request.start') });
    expect(asked.map((row) => row['askedBy'])).toEqual(['li', 'li']);
  });

  it('is imported once when two send the same file at the same moment', async () => {
    const county = await freshCounty();
    const text = `${STOCK}P-1,现有,warehouse,医用外科口罩,2,盒,A\n`;
    const sent = await Promise.all(
      ['li', 'wang', 'zhao'].map((sub) => send(deps, { sub, county, roles: ['storekeeper'] }, 'stock', text)),
    );
    expect(new Set(sent).size).toBe(1);
  });
});

describe('a paper of more lines than a note holds', () => {
  it('becomes several notes, and is known again', async () => {
    const county = await freshCounty();
    const by: Actor = { sub: 'li', county, roles: ['storekeeper'] };
    const lines = Array.from({ length: 50 }, (_, n) => `P-9,下拨,warehouse,医用外科口罩,${n + 2},盒,L${n}\n`).join('');
    const id = await send(deps, by, 'stock', STOCK + lines);
    await bookAll(deps, county, id);
    expect(await viewImport(deps, county, id)).toMatchObject({ rows: 50, booked: 50 });
    expect(await booksOf(county)).toEqual([3, 50, 0]);
    expect(await judgeFile(deps, by, { kind: 'stock', bytes: bytes(`${STOCK}${lines}\n`) })).toMatchObject({
      known: 50,
      errors: 0,
    });
  });
});
