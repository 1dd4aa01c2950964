import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCatalogue } from '../../functions/imports/catalogue-sheet.ts';
import type { ImportKind, Judged } from '../../functions/imports/entry.ts';
import { type Finding, told } from '../../functions/imports/finding.ts';
import { judgeGifts } from '../../functions/imports/gift-sheet.ts';
import { hiddenQuantity, shelfOf } from '../../functions/imports/goods.ts';
import { itemSheet } from '../../functions/imports/item-sheet.ts';
import { judgeRequests } from '../../functions/imports/request-sheet.ts';
import { MAX_ROWS, readSheet, textIn } from '../../functions/imports/sheet.ts';
import { columnsOf, templateOf } from '../../functions/imports/sheets.ts';
import { siteSheet } from '../../functions/imports/site-sheet.ts';
import { judgeStock, paperKey } from '../../functions/imports/stock-sheet.ts';
import type { Actor } from '../../functions/shared/actor.ts';
import { csvOf } from '../../functions/shared/csv.ts';
import type { GoodsReceived } from '../../functions/stock/goods-received.ts';
import { gb18030 } from '../support/gb18030.ts';
import { byId, COUNTY, checkpoint, chief, clerk, mask, NOW, POLICY } from '../support/need.ts';
import { runs } from '../support/random.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const sheet = (kind: ImportKind, text: string) => readSheet(utf8(text), columnsOf[kind]);
const codes = ({ findings }: { readonly findings: readonly Finding[] }) =>
  findings.map(({ line, column, level, code }) => `${line} ${column} ${level} ${code}`);
const refusal = (run: () => unknown): string => {
  try {
    run();
    return 'nothing';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

const sprayer = mask({
  id: 'sprayer',
  nameZh: '喷雾器',
  nameEn: 'Sprayer',
  units: { 箱: 20 },
  issueUnit: 'piece',
  norms: {},
});
const suits = ['L', 'XL'].map((spec) =>
  mask({ id: `suit-${spec.toLowerCase()}`, nameZh: '防护服', nameEn: `Suit ${spec}`, spec }),
);
const n95 = mask({ id: 'n95', nameZh: '防护口罩', nameEn: 'N95', spec: 'GB 19083-2010' });
const shelf = shelfOf([mask({ norms: {} }), sprayer, n95, ...suits]);
const sites = byId(checkpoint(), checkpoint({ id: 'warehouse', kind: 'warehouse' }));

const STOCK = '单据号,来源,仓库编号,物资编号,物资名称,规格,数量,单位\n';
const stock = (rows: string): Judged =>
  judgeStock(sheet('stock', STOCK + rows), { now: NOW, shelf, sites, notes: new Map() });
const named = (name: string, spec: string, quantity: string, unit: string): string[] =>
  codes(stock(`P-1,现有,warehouse,,${name},${spec},${quantity},${unit}\n`));

const ASKS = '申请编号,点位编号,保障对象,需求时限,事由,物资编号,数量,单位\n';
const asks = (rows: string): Judged =>
  judgeRequests(sheet('requests', ASKS + rows), { now: NOW, shelf, sites, policy: POLICY, externals: new Map() });

describe('a file', () => {
  it('is read the same in UTF-8 and GB18030, with a byte-order mark and without', () => {
    // Chinese as it is written, signs that only four bytes hold, and letters.
    const han = fc.constantFrom(...'绿色通道口罩箱盒件〔〕，ａ１', '𠮷', 'ཀ', 'é', 'a', '1', ' ');
    const words = fc.array(han, { minLength: 1, maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.array(words, { minLength: 1 }), (cells) => {
        const text = `编号,名称\r\n${cells.join(',')}\r\n`;
        for (const bytes of [utf8(text), utf8(`\uFEFF${text}`), gb18030(text), gb18030(`\uFEFF${text}`)])
          expect(textIn(bytes)).toBe(text.replaceAll('\r\n', '\n'));
      }),
      { numRuns: runs(50) },
    );
  });

  it.each([
    ['with nothing in it', '', 'empty-file'],
    ['with headings only', STOCK, 'empty-file'],
    ['of other headings', 'a,b\n1,2\n', 'no-headings'],
    ['that is a workbook', 'PK\u0003\u0004rest', 'not-csv'],
    ['with a NUL in it', `${STOCK}P\0`, 'not-csv'],
    ['whose characters were lost', `${STOCK}P-\uFFFD`, 'lost-characters'],
    ['with a quote that never ends', `${STOCK}"P-1,现有\n`, 'bad-quotes'],
    ['with a huge cell', `${STOCK}${'x'.repeat(100_000)}\n`, 'row-too-long'],
    ['of nothing but line breaks', `${STOCK}${'\n'.repeat(200_000)}`, 'empty-file'],
    ['of one row too many', STOCK + 'P\n'.repeat(MAX_ROWS + 1), 'too-many-rows'],
    ['of very many remarks', STOCK + '#\n'.repeat(200_000), 'too-many-rows'],
  ])('%s is refused', (_what, text, code) => {
    expect(refusal(() => sheet('stock', text))).toBe(code);
  });

  it('in no encoding that is known is refused', () => {
    expect(refusal(() => textIn(new Uint8Array([0x61, 0xff, 0x80, 0xff])))).toBe('unknown-encoding');
    expect(refusal(() => textIn(new Uint8Array([0xff, 0xfe, 0x61, 0])))).toBe('not-csv');
  });

  it('names each row by the line it begins on, past blank lines, remarks and breaks within quotes', () => {
    const text = 'id,nameZh\r\n\r\na1,"甲\r\n村"\r\n# 备注\r\n,\r\nb2,"乙""村"\r\n';
    expect(sheet('sites', text).rows).toEqual([
      { line: 3, cells: { id: 'a1', nameZh: '甲\n村' } },
      { line: 7, cells: { id: 'b2', nameZh: '乙"村' } },
    ]);
  });

  it('takes headings in either language, and names those it does not know, or lacks', () => {
    expect(sheet('sites', '编号 id, ＮameZh ,\nx1,甲,\n')).toMatchObject({
      findings: [],
      rows: [{ cells: { nameZh: '甲' } }],
    });
    expect(codes(sheet('stock', '数量,数量,颜色\n1,2,3\n'))).toEqual([
      '1 quantity error repeated-column',
      '1  error unknown-column',
      ...['document', 'source', 'placeId', 'unit'].map((name) => `1 ${name} error missing-column`),
    ]);
    expect(codes(sheet('sites', 'id,nameZh\nx1,甲,乙\n'))).toEqual(['2  error stray-cell']);
  });

  it.each(['stock', 'sites', 'items', 'requests', 'gifts'] as const)(
    'of %s has a template, whose sample is no row',
    (kind) => {
      const text = templateOf(kind);
      expect(text).toContain('样例 sample');
      expect(refusal(() => sheet(kind, text))).toBe('empty-file');
      const rows = sheet(kind, text.replace('#样例 sample: ', ''));
      expect([rows.findings, rows.rows.length]).toEqual([[], 1]);
    },
  );
});

describe('the messy shapes of published sheets', () => {
  it.each([
    ['a bare 件', named('医用外科口罩', '', '20', '件'), ['2 unit error bare-unit']],
    ['no unit', named('医用外科口罩', '', '20', ''), ['2 unit error no-unit']],
    ['a unit nobody converted', named('医用外科口罩', '', '20', '车'), ['2 unit error unknown-unit']],
    ['a quantity in the name', named('口罩8箱', '', '20', '盒'), ['2 name error quantity-in-name']],
    ['a quantity with its unit', named('医用外科口罩', '', '8箱', '箱'), ['2 quantity error bad-cell']],
    ['no quantity', named('医用外科口罩', '', '', '箱'), ['2 quantity error blank-cell']],
    ['a placeholder', named('医用外科口罩', '', '1', '箱'), ['2 quantity warning placeholder-quantity']],
    ['no specification', named('防护口罩', '', '20', '盒'), ['2 spec warning blank-spec']],
    ['no specification beside the id', codes(stock('P-1,现有,warehouse,n95,,,20,盒\n')), ['2 spec warning blank-spec']],
    [
      'another specification beside the id',
      codes(stock('P-1,现有,warehouse,n95,,KN95,20,盒\n')),
      ['2 spec error other-spec'],
    ],
    [
      'the id in a sheet that has no specifications',
      codes(asks('R-1,checkpoint-1,值守人员,2022/5/13 18:00,补充,n95,2,盒\n')),
      [],
    ],
    ['another specification', named('防护口罩', 'KN95', '20', '盒'), ['2 spec error other-spec']],
    ['one of several specifications', named('防护服', '', '20', '盒'), ['2 spec error which-spec']],
    ['goods nobody knows', named('呼吸机', '', '20', '台'), ['2 name error unknown-item']],
    ['no goods at all', named('', '', '20', '盒'), ['2 itemId error no-item']],
    ['honest goods', named('防护服', 'xl', '2０', '盒'), []],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('the same goods in two units, each by its line', () => {
    const row = (quantity: number, unit: string) => `P-1,现有,warehouse,sprayer,,,${quantity},${unit}\n`;
    const judged = stock(row(200, '箱') + row(300, '箱') + row(4_000, '个'));
    expect(codes(judged)).toEqual(['4 unit warning two-units']);
    expect(judged.findings[0]?.zh).toContain('第 2 行');
  });

  it('is found in any name that ends with a number and a unit, and in no other', () => {
    const unit = fc.constantFrom('箱', '盒', '件', '台');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_999 }), unit, (quantity, of) => {
        expect(hiddenQuantity(`口罩${quantity}${of}`)).toEqual({ rest: '口罩', quantity: String(quantity), unit: of });
        expect(hiddenQuantity(`口罩${of}${quantity}`)).toBeUndefined();
      }),
    );
    for (const name of ['84消毒液', '500ml 酒精', '8箱', 'N95 口罩']) expect(hiddenQuantity(name)).toBeUndefined();
  });

  it('in the catalogue: a quantity in the name, and no specification', () => {
    const row = 'id,nameZh,nameEn,category,baseUnit,units,issueUnit\nx1,口罩8箱,Mask,2,个,盒=50,盒\n';
    const judged = judgeCatalogue(itemSheet, sheet('items', row), chief, new Map());
    expect(codes(judged)).toEqual(['2 nameZh error quantity-in-name', '2 spec warning blank-spec']);
  });
});

describe('a sheet of stock', () => {
  it('is held against everything that a note is held against', () => {
    const head = '单据号,来源,仓库编号,物资编号,数量,单位,生产日期,有效期至,定向\n';
    const judged = judgeStock(
      sheet(
        'stock',
        `${head}P-1,买的,warehouse,mask,2,盒,,,\nP-2,现有,checkpoint-1,mask,2,盒,2022/13/1,,\nP-3,现有,checkpoint-1,mask,2,盒,,,\nP-4,现有,warehouse,mask,2,盒,,2021年5月1日,none-such\n,现有,warehouse,none,2,盒,,,\n`,
      ),
      { now: NOW, shelf, sites, notes: new Map() },
    );
    expect(codes(judged)).toEqual([
      '6 itemId error unknown-item',
      '2 source error bad-cell',
      '3 madeOn error bad-cell',
      '3 placeId error bad-cell',
      '4 placeId error bad-cell',
      '5 useBy error bad-cell',
      '5 designation error bad-cell',
      '6 document error blank-cell',
    ]);
    for (const { zh, en } of judged.findings) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).toMatch(/[a-z]/);
    }
    expect(judged.findings.find(({ column }) => column === 'useBy')?.zh).toContain('2021-05-01 过期');
  });

  it('tells in one round what is wrong with the shape of a row and what is wrong with the rest of it', () => {
    const head = '单据号,来源,仓库编号,物资编号,数量,单位,生产日期,有效期至,定向\n';
    const rows = '买的,现有,checkpoint-1,mask,2盒,车,2022/13/1,2020-01-01,none-such\n';
    const blank = ',现有,warehouse,mask,2,盒,,,\n';
    const facts = { now: NOW, shelf, sites, notes: new Map() };
    expect(codes(judgeStock(sheet('stock', head + rows + blank + blank), facts)).toSorted()).toEqual([
      '2 designation error bad-cell',
      '2 madeOn error bad-cell',
      '2 placeId error bad-cell',
      '2 quantity error bad-cell',
      '2 unit error unknown-unit',
      '3 document error blank-cell',
      '4 document error blank-cell',
    ]);
  });

  it('that is booked already is known only as far as its rows can be counted', () => {
    const line = { itemId: 'mask', asked: { quantity: 2, unit: '盒' }, quantity: 100, lotId: 'lot_1' } as const;
    const note: GoodsReceived = {
      ...{ county: COUNTY, id: 'grn_1', version: 1, placeId: 'warehouse', document: 'P-1', at: NOW, by: 'li' },
      source: 'existing',
      lines: [{ ...line, designation: { to: 'all' }, status: 'available' }],
    };
    const notes = new Map([[paperKey({ placeId: 'warehouse', source: 'existing', number: 'P-1' }), note]]);
    const judged = (rows: string) => judgeStock(sheet('stock', STOCK + rows), { now: NOW, shelf, sites, notes });
    const row = (quantity: string, unit: string) => `P-1,现有,warehouse,mask,,,${quantity},${unit}\n`;
    expect(judged(row('2', '盒'))).toEqual({ entries: [], findings: [], known: 1 });
    expect(codes(judged(row('2', '件')))).toEqual(['2 unit error bare-unit']);
    expect(codes(judged(row('二', '盒')))).toEqual(['2 quantity error bad-cell']);
    expect(codes(judged(row('2', '盒') + row('3', '盒')))).toEqual(['3 document error paper-booked']);
  });

  it('of five thousand rows is judged whole, on notes of at most 24 lines', () => {
    const rows = Array.from({ length: MAX_ROWS }, (_, n) => `P-${n % 100},下拨,warehouse,mask,,,${n + 2},盒\n`).join(
      '',
    );
    const { entries, findings } = stock(rows);
    expect(findings).toEqual([]);
    expect(entries.flatMap(({ lines }) => lines).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: MAX_ROWS }, (_, n) => n + 2),
    );
    for (const { lines } of entries) expect(lines.length).toBeLessThanOrEqual(24);
  });
});

describe('a sheet of gifts', () => {
  const head = '捐赠编号,捐赠人类型,捐赠人,定向,物资编号,物资名称,数量,单位,有效期至,送达时间,仓库编号\n';
  const known = { items: shelf.byId, sites, placeId: 'warehouse', policy: POLICY.donation, now: NOW };
  const gifts = (rows: string): Judged => judgeGifts(sheet('gifts', head + rows), { shelf, known, numbers: new Map() });

  it('makes one gift of the rows of a number, with its wish', () => {
    const { entries, findings } = gifts(
      'G-1,企业,样例公司,类别:村,mask,,20,盒,2023-01-01,,\nＧ-1,,,,sprayer,,3,箱,,,\nG-2,个人,样例人,,mask,,4,盒,,,\n',
    );
    expect(findings).toEqual([]);
    expect(entries.map(({ lines }) => lines)).toEqual([[2, 3], [4]]);
    expect(entries[0]?.job).toMatchObject({
      body: {
        donor: { kind: 'company', name: '样例公司', anonymous: false },
        wish: { for: { to: 'siteKind', siteKind: 'village' }, fallback: 'ask' },
        goods: [
          { itemId: 'mask', quantity: 20, unit: '盒', useBy: '2023-01-01' },
          { itemId: 'sprayer', quantity: 3 },
        ],
      },
    });
  });

  it('takes goods that the catalogue does not have in words, once somebody says so', () => {
    const { entries, findings } = gifts('G-1,个人,样例人,,,暖宝宝,30,包,,,\n');
    expect(codes({ findings })).toEqual(['2 name warning for-a-person']);
    expect(entries[0]?.job).toMatchObject({ body: { goods: [{ what: '暖宝宝', quantity: 30, unit: '包' }] } });
  });

  it.each([
    ['an id that nobody has', 'G-1,个人,样例人,,none,,2,盒,,,\n', '2 itemId error unknown-item'],
    ['a donor who is not named and not anonymous', 'G-1,个人,,,mask,,2,盒,,,\n', '2 donor.name error blank-cell'],
    ['a bare 件', 'G-1,个人,样例人,,mask,,2,件,,,\n', '2 unit error bare-unit'],
    ['a quantity in the name', 'G-1,个人,样例人,,,口罩8箱,2,盒,,,\n', '2 name error quantity-in-name'],
    ['a donor of no kind', 'G-1,,样例人,,mask,,2,盒,,,\n', '2 donor.kind error blank-cell'],
    ['a wish for nowhere', 'G-1,个人,样例人,nowhere,mask,,2,盒,,,\n', '2 wish.for error bad-cell'],
    ['a day that is none', 'G-1,个人,样例人,,mask,,2,盒,2022-02-31,,\n', '2 useBy error bad-cell'],
    ['a time that is over', 'G-1,个人,样例人,,mask,,2,盒,,2022-01-01,\n', '2 expectedAt error bad-cell'],
    ['a place that is no warehouse', 'G-1,个人,样例人,,mask,,2,盒,,,checkpoint-1\n', '2 placeId error bad-cell'],
    ['no number', ',个人,样例人,,mask,,2,盒,,,\n', '2 number error blank-cell'],
    [
      'another donor under the same number',
      'G-1,个人,甲,,mask,,2,盒,,,\nG-1,企业,,,mask,,2,盒,,,\n',
      '3 donor.kind error differs',
    ],
  ])('names %s', (_what, rows, code) => {
    const { entries, findings } = gifts(rows);
    expect(codes({ findings })).toEqual([code]);
    expect(entries).toEqual([]);
  });

  it('names what a row has against it in one round', () => {
    expect(codes(gifts('G-1,谁,样例人,nowhere,mask,,x,盒,,2022-01-01,none\n'))).toEqual([
      '2 donor.kind error bad-cell',
      '2 quantity error bad-cell',
      '2 wish.for error bad-cell',
      '2 placeId error bad-cell',
      '2 expectedAt error bad-cell',
    ]);
  });
});

describe('a sheet of requests', () => {
  const row = (number: string, rest: string) => `${number},checkpoint-1,值守人员,2022/5/13 18:00,补充,${rest}\n`;

  it('makes one request of the rows of a number', () => {
    const { entries, findings } = asks(row('R-1', 'mask,2,盒') + row('Ｒ-1', 'sprayer,3,箱') + row('R-2', 'mask,2,盒'));
    expect(findings).toEqual([]);
    expect(entries.map(({ lines, job }) => [lines, job.kind === 'requests' && job.number])).toEqual([
      [[2, 3], 'R-1'],
      [[4], 'R-2'],
    ]);
    expect(entries[0]?.job).toMatchObject({ draft: { recipients: 'post', needBy: '2022-05-13T10:00:00.000Z' } });
  });

  it('is held against everything that a request is held against', () => {
    const other = 'R-4,checkpoint-1,居民,2022/5/13 18:00,补充,sprayer,3,箱\n';
    const late = 'R-5,checkpoint-1,值守人员,2022-05-01,补充,mask,2,盒\n';
    const nowhere = 'R-6,none,值守人员,2022-05-14,补充,mask,2,盒\n';
    const twice = row('R-3', 'mask,2,盒') + row('R-3', 'mask,3,盒');
    expect(codes(asks(twice + row('R-4', 'mask,2,盒') + other + late + nowhere))).toEqual([
      '3 itemId error bad-cell',
      '5 recipients error differs',
      '6 needBy error bad-cell',
      '7 siteId error bad-cell',
    ]);
    const [tooMany] = codes(asks(Array.from({ length: 21 }, () => row('R-1', 'mask,2,盒')).join('')));
    expect(tooMany).toBe('2 number error too-many-lines');
  });

  it('tells in one round what intake refuses one stage after the other', () => {
    const old = mask({ id: 'old', nameZh: '旧口罩', nameEn: 'Old', active: false });
    const forWards = mask({ id: 'wards', nameZh: '隔离衣', nameEn: 'Gown', posts: ['isolation'] });
    const more = shelfOf([mask(), sprayer, old, forWards]);
    const judged = (site: string, lines: readonly string[], number = 'R-1') =>
      codes(
        judgeRequests(
          sheet(
            'requests',
            ASKS + lines.map((line) => `${number},${site},值守人员,2022-05-01,补充,${line}\n`).join(''),
          ),
          { now: NOW, shelf: more, sites, policy: POLICY, externals: new Map() },
        ),
      ).toSorted();
    expect(judged('none', ['mask,x,盒', 'mask,2,盒', 'old,2,盒', 'wards,2,盒', 'sprayer,2,车'])).toEqual([
      '2 needBy error bad-cell',
      '2 quantity error bad-cell',
      '2 siteId error bad-cell',
      '3 itemId error bad-cell',
      '4 itemId error bad-cell',
      '6 unit error unknown-unit',
    ]);
    // Of a site that is known, also what it is not to have, and what is odd in the lines that are good.
    expect(judged('checkpoint-1', ['mask,100,盒', 'wards,2,盒'])).toEqual([
      '2 needBy error bad-cell',
      '2 quantity warning over-norm',
      '3 itemId error bad-cell',
    ]);
    expect(judged('checkpoint-1', ['mask,2,盒', 'mask,2,盒'], '')).toEqual([
      '2 needBy error bad-cell',
      '2 number error blank-cell',
      '3 needBy error bad-cell',
      '3 number error blank-cell',
    ]);
  });

  it('asks about what is over the norm', () => {
    const [found] = judgeRequests(sheet('requests', ASKS + row('R-1', 'mask,100,盒')), {
      ...{ now: NOW, sites, policy: POLICY, externals: new Map(), shelf: shelfOf([mask()]) },
    }).findings;
    expect(found).toMatchObject({ line: 2, column: 'quantity', level: 'warning', code: 'over-norm' });
  });
});

describe('a sheet of sites', () => {
  const judge = (text: string, actor: Actor = chief) =>
    judgeCatalogue(siteSheet, sheet('sites', text), actor, byId(checkpoint({ version: 3 })));

  it('leaves alone what it has no column for, and what is just so', () => {
    expect(judge('id,路程分钟\ncheckpoint-1,40\n')).toEqual({ entries: [], findings: [], known: 1 });
    const [changed] = judge('id,路程分钟\ncheckpoint-1,55\n').entries;
    expect(changed?.job).toMatchObject({
      madeOn: 3,
      body: { nameZh: '县界卡点', leadMinutes: 55, people: { post: 100 } },
    });
  });

  it('names what is wrong: an id, an id that is there twice, a place for no one, another version or county', () => {
    const head = 'id,county,version,households\n';
    expect(codes(judge(`${head}A B,,,\ncheckpoint-1,632323,3,5\ncheckpoint-1,,,\nnew,,,\n`))).toEqual([
      '2 id error bad-cell',
      '3 households error bad-cell',
      '4 id error repeated-row',
      ...['nameZh', 'nameEn', 'kind', 'township', 'people.post', 'leadMinutes'].map(
        (name) => `5 ${name} error blank-cell`,
      ),
    ]);
    expect(codes(judge('id,people.vulnerable,households\ncheckpoint-1,x,5\n'))).toEqual([
      '2 people.vulnerable error bad-cell',
    ]);
    expect(codes(judge(`${head}checkpoint-1,,2,0\n`))).toEqual(['2 version error other-version']);
    expect(codes(judge(`${head}checkpoint-1,100000,3,0\n`))).toEqual(['2 county error other-county']);
  });

  it('lets a clerk change what decides nothing, and leaves the rest to headquarters', () => {
    expect(codes(judge('id,路程分钟\ncheckpoint-1,55\n', clerk))).toEqual([]);
    expect(codes(judge('id,值守人数\ncheckpoint-1,999\n', clerk))).toEqual(['2 people.post error bad-cell']);
    const all = 'id,名称,英文名称,类别,所在乡镇,值守人数,特殊群体人数,居民人数,路程分钟\n';
    expect(codes(judge(`${all}new,新村,New,什么,样例乡,x,900,800,5\n`, clerk)).toSorted()).toEqual([
      '2 id error bad-cell',
      '2 kind error bad-cell',
      '2 people.post error bad-cell',
      '2 people.vulnerable error bad-cell',
    ]);
  });
});

describe('a sheet of items', () => {
  it('from a clerk, with an issue unit that no unit is, is told so', () => {
    const judge = (text: string) =>
      codes(judgeCatalogue(itemSheet, sheet('items', text), clerk, byId(mask()))).toSorted();
    expect(judge('id,发放单位,规格\nmask,车,a\n')).toEqual(['2 issueUnit error bad-cell']);
    expect(judge('id,发放单位,一线储备,规格\nmask,车,x,a\n')).toEqual([
      '2 frontLineReserve error bad-cell',
      '2 issueUnit error bad-cell',
    ]);
  });
});

describe('what is told of very many findings', () => {
  it('names every bad row, and fits into an answer', () => {
    const all = Array.from({ length: MAX_ROWS }, (_, n) => n + 2).flatMap((line) =>
      Array.from(
        { length: 12 },
        (): Finding => ({ line, column: 'unit', level: 'error', code: 'x', zh: '字'.repeat(60), en: 'x'.repeat(90) }),
      ),
    );
    const found = told(all);
    expect(new Set(found.map(({ line }) => line)).size).toBe(MAX_ROWS);
    expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(5 * 1024 * 1024);
  });
});

it('what was exported is what is imported: a formula’s guard comes off again', () => {
  const file = csvOf([
    ['id', 'nameZh'],
    ['x1', '=甲村'],
  ]);
  expect(readSheet(utf8(file), columnsOf.sites).rows).toEqual([{ line: 2, cells: { id: 'x1', nameZh: '=甲村' } }]);
});
