import { type Item, unitsOf } from '../catalogue/item.ts';
import { MAX_QUANTITY } from '../shared/quantity.ts';
import { type Column, id, whole, words } from './column.ts';
import { errorAt, type Finding, warningAt } from './finding.ts';
import type { SheetRow } from './sheet.ts';

/** How a sheet says which goods, and how many: the item by its id, or by its name and specification as papers have it. */
export const goodsColumns = {
  itemId: { name: 'itemId', zh: '物资编号', ...id, sample: 'n95-mask' },
  name: { name: 'name', zh: '物资名称', ...words(60), sample: '医用防护口罩' },
  spec: { name: 'spec', zh: '规格', ...words(120), sample: 'GB 19083-2010' },
  quantity: { name: 'quantity', zh: '数量', needed: true, ...whole(1, MAX_QUANTITY), sample: '8' },
  unit: { name: 'unit', zh: '单位', needed: true, ...words(20), sample: '箱' },
} as const satisfies Record<string, Column>;

/** One spelling of a name: what two people who write the same thing write. */
const spelt = (name: string): string => name.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();

/** The catalogue as sheets look things up in it. */
export interface Shelf {
  readonly byId: ReadonlyMap<string, Item>;
  readonly byName: ReadonlyMap<string, readonly Item[]>;
}

export const shelfOf = (items: readonly Item[]): Shelf => {
  const byName = new Map<string, Item[]>();
  for (const item of items)
    for (const name of new Set([spelt(item.nameZh), spelt(item.nameEn)]))
      byName.set(name, [...(byName.get(name) ?? []), item]);
  return { byId: new Map(items.map((item) => [item.id, item])), byName };
};

/** Words for packages and pieces. 件 is one of them, and says least. */
const COUNTING = '箱|盒|个|只|套|件|包|袋|瓶|桶|台|片|把|支|双|条|张|卷|吨|斤|公斤';
const HIDDEN = new RegExp(`^(.*?)[（(]?(\\d+|[一二三四五六七八九十百千两]+)(${COUNTING})[）)]?$`);

/** A quantity that somebody wrote into a name: 口罩8箱 (FACTS: units and codes). */
export const hiddenQuantity = (
  name: string,
): { readonly rest: string; readonly quantity: string; readonly unit: string } | undefined => {
  const [, rest, quantity, unit] = HIDDEN.exec(name.normalize('NFKC').trim()) ?? [];
  return rest && quantity && unit ? { rest, quantity, unit } : undefined;
};

/** What is said of a quantity in a name. */
export const hiddenFinding = (line: number, column: Column, cell: string): Finding | undefined => {
  const hidden = hiddenQuantity(cell);
  if (hidden === undefined) return undefined;
  const { rest, quantity, unit } = hidden;
  return errorAt(line, column.name, {
    code: 'quantity-in-name',
    zh: `「${column.zh}」“${cell}”里写了数量：名称请写“${rest}”，数量 ${quantity}、单位 ${unit} 各填在自己的列里。`,
    en: `There is a quantity in the name “${cell}”: write “${rest}” there, ${quantity} as the quantity and ${unit} as the unit.`,
  });
};

export interface Goods {
  /** None where the row does not say which. */
  readonly item: Item | undefined;
  readonly findings: readonly Finding[];
}

const { itemId: idColumn, name: nameColumn, spec: specColumn, unit: unitColumn } = goodsColumns;

const namesOf = (items: readonly Item[]): string =>
  items.map(({ id: of, spec }) => `${spec ?? '—'} (${of})`).join('、');

const blankSpec = (line: number, name: string, spec: string): Finding =>
  warningAt(line, specColumn.name, {
    code: 'blank-spec',
    zh: `“${name}”没有填规格，将按目录里的“${spec}”入账；请核对后确认。`,
    en: `The specification of “${name}” is blank; it would be taken for “${spec}”. Confirm if it is.`,
  });

/** What a sheet says of the specification must be the item's; a sheet without the column says nothing of it. */
const specFindings = (line: number, said: string | undefined, { nameZh, spec }: Item): Finding[] => {
  if (said === undefined || spelt(said) === spelt(spec ?? '')) return [];
  if (said === '') return [blankSpec(line, nameZh, spec ?? '')];
  return [
    errorAt(line, specColumn.name, {
      code: 'other-spec',
      zh: `“${nameZh}”在目录里的规格是“${spec ?? '—'}”，不是“${said}”。`,
      en: `“${nameZh}” is known as “${spec ?? '—'}”, not as “${said}”.`,
    }),
  ];
};

/** By its id; a name and a specification beside it must be the same item's. */
const itemById = ({ line, cells }: SheetRow, shelf: Shelf): Goods => {
  const { itemId = '', name = '' } = cells;
  const item = shelf.byId.get(itemId);
  if (item === undefined)
    return {
      item,
      findings: [
        errorAt(line, idColumn.name, {
          code: 'unknown-item',
          zh: `物资目录里没有编号“${itemId}”。`,
          en: `There is no item “${itemId}”.`,
        }),
      ],
    };
  const isCalledSo = name === '' || [item.nameZh, item.nameEn].some((known) => spelt(known) === spelt(name));
  const otherName = isCalledSo
    ? []
    : [
        hiddenFinding(line, nameColumn, name) ??
          errorAt(line, nameColumn.name, {
            code: 'other-name',
            zh: `编号 ${itemId} 是“${item.nameZh}”，名称却写“${name}”。`,
            en: `${itemId} is “${item.nameZh}”, but the name says “${name}”.`,
          }),
      ];
  return { item, findings: [...otherName, ...specFindings(line, cells['spec'], item)] };
};

/** By its name, and by its specification where several are called the same. */
const itemByName = ({ line, cells }: SheetRow, shelf: Shelf): Goods => {
  const { name = '', spec = '' } = cells;
  const none = (column: Column, code: string, zh: string, en: string): Goods => ({
    item: undefined,
    findings: [errorAt(line, column.name, { code, zh, en })],
  });
  if (name === '')
    return none(
      idColumn,
      'no-item',
      '物资编号和物资名称都没有填。',
      'Neither the id nor the name of the item is given.',
    );
  const named = shelf.byName.get(spelt(name)) ?? [];
  if (named.length === 0) {
    const hidden = hiddenFinding(line, nameColumn, name);
    if (hidden !== undefined) return { item: undefined, findings: [hidden] };
    return none(nameColumn, 'unknown-item', `物资目录里没有“${name}”。`, `There is no item called “${name}”.`);
  }
  const [only] = named;
  const fitting = spec === '' ? named : named.filter((item) => spelt(item.spec ?? '') === spelt(spec));
  const [item] = fitting;
  if (fitting.length > 1)
    return none(
      specColumn,
      'which-spec',
      `“${name}”有多种规格：${namesOf(fitting)}；请填规格或编号。`,
      `There are several “${name}”: ${namesOf(fitting)}. Give the specification or the id.`,
    );
  if (item === undefined)
    return none(
      specColumn,
      'other-spec',
      `“${name}”在目录里的规格是 ${namesOf(named)}，不是“${spec}”。`,
      `“${name}” is known as ${namesOf(named)}, not as “${spec}”.`,
    );
  if (spec !== '' || only?.spec === undefined) return { item, findings: [] };
  return { item, findings: [blankSpec(line, name, only.spec)] };
};

/** A unit that the item can be counted in. The bare 件 may be a piece or a box (FACTS: units and codes). */
const unitFindings = ({ line, cells }: SheetRow, item: Item): Finding[] => {
  const unit = cells['unit'] ?? '';
  const units = unitsOf(item);
  const known = Object.keys(units).join('、');
  if (unit !== '' && units[unit] !== undefined) return [];
  const [code, zh, en] =
    unit === ''
      ? ['no-unit', '没有填单位', 'The unit is blank']
      : unit === '件'
        ? ['bare-unit', '“件”可能是一个，也可能是一箱，无法换算', '“件” may be a piece or a box']
        : ['unknown-unit', `“${unit}”与${item.nameZh}的基本单位没有换算关系`, `“${unit}” has no conversion`];
  return [
    errorAt(line, unitColumn.name, {
      code,
      zh: `${zh}；${item.nameZh}可用的单位：${known}。`,
      en: `${en}; ${item.nameEn} is counted in ${known}.`,
    }),
  ];
};

/** A one is what people type where they know no number. */
const placeholderFindings = ({ line, cells }: SheetRow): Finding[] =>
  (cells['quantity'] ?? '').normalize('NFKC') === '1'
    ? [
        warningAt(line, 'quantity', {
          code: 'placeholder-quantity',
          zh: `数量为 1${cells['unit'] ?? ''}，像是占位；确为 1 请确认。`,
          en: `The quantity is 1, as if only to fill the cell. Confirm if it is meant.`,
        }),
      ]
    : [];

/** Which goods a row is about, and what is odd about how it says so. */
export const goodsIn = (row: SheetRow, shelf: Shelf): Goods => {
  const { item, findings } = (row.cells['itemId'] ?? '') === '' ? itemByName(row, shelf) : itemById(row, shelf);
  return {
    item,
    findings: [...findings, ...(item === undefined ? [] : unitFindings(row, item)), ...placeholderFindings(row)],
  };
};

/** The same goods in two units may be the same goods twice: 200 箱, and 4,000 台 (FACTS: units and codes). */
export const twoUnitFindings = (
  rows: readonly { readonly row: SheetRow; readonly item: Item | undefined }[],
): Finding[] => {
  const first = new Map<string, SheetRow>();
  return rows.flatMap(({ row, item }) => {
    // A unit that nobody knows is found by itself.
    if (item === undefined || unitsOf(item)[row.cells['unit'] ?? ''] === undefined) return [];
    const before = first.get(item.id);
    if (before === undefined) first.set(item.id, row);
    const [was = '', is = ''] = [before?.cells['unit'], row.cells['unit']];
    if (before === undefined || was === is) return [];
    return [
      warningAt(row.line, unitColumn.name, {
        code: 'two-units',
        zh: `${item.nameZh}在第 ${before.line} 行以“${was}”计，这里以“${is}”计，可能是同一批物资写了两次；请核对后确认。`,
        en: `${item.nameEn} is counted in ${was} on line ${before.line} and in ${is} here: perhaps the same goods twice. Confirm if they are not.`,
      }),
    ];
  });
};
