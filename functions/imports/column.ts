import { countyTime } from '../shared/clock.ts';

/** One column of a sheet: what it is called, and how the words in it are read. */
export interface Column {
  /** Where it goes in the JSON of the same thing: the English heading, and what an export calls it. */
  readonly name: string;
  readonly zh: string;
  /** Whether the sheet must have it. */
  readonly needed?: true;
  /** What the words of a cell mean. What cannot be understood stays words, which the schema then refuses. */
  readonly read: (cell: string) => unknown;
  readonly takes: { readonly zh: string; readonly en: string };
  readonly sample: string;
}

/** How the words of a cell are read, whatever the column is called. */
export type Kind = Pick<Column, 'read' | 'takes'>;

/** Full-width digits and signs are what a Chinese keyboard writes. */
const plain = (cell: string): string => cell.normalize('NFKC').trim();

export const words = (max: number): Kind => ({
  read: (cell) => cell,
  takes: { zh: `不超过 ${max} 个字的文字`, en: `words, at most ${max} characters` },
});

export const id: Kind = {
  read: (cell) => cell,
  takes: { zh: '小写字母、数字和连字符组成的编号', en: 'an id of lower-case letters, digits and hyphens' },
};

/** 1,000 is a thousand; 8箱 is no number. */
const wholeOf = (cell: string): unknown => {
  const digits = plain(cell);
  return /^(\d{1,10}|\d{1,3}(,\d{3}){1,3})$/.test(digits) ? Number(digits.replaceAll(',', '')) : cell;
};

export const whole = (least: number, most: number): Kind => ({
  read: wholeOf,
  takes: { zh: `${least} 至 ${most} 的整数，不带单位`, en: `a whole number from ${least} to ${most}, without a unit` },
});

const YES_NO: ReadonlyMap<string, boolean> = new Map([
  ...['是', 'yes', 'true', '1'].map((word) => [word, true] as const),
  ...['否', 'no', 'false', '0'].map((word) => [word, false] as const),
]);

export const yesNo: Kind = {
  read: (cell) => YES_NO.get(plain(cell).toLowerCase()) ?? cell,
  takes: { zh: '是或否', en: 'yes or no' },
};

/** One of several codes, each with its Chinese. */
export const oneOf = (names: Readonly<Record<string, string>>): Kind => {
  const codes = new Map(Object.entries(names).map(([code, zh]) => [zh, code]));
  return {
    read: (cell) => codes.get(plain(cell)) ?? plain(cell).toLowerCase(),
    takes: { zh: `${Object.values(names).join('、')}之一`, en: `one of ${Object.keys(names).join(', ')}` },
  };
};

export const partsOf = (cell: string): string[] =>
  cell
    .split(/[;；、]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

export const listOf = ({ read, takes }: Kind): Kind => ({
  read: (cell) => partsOf(cell).map(read),
  takes: { zh: `若干个，以分号隔开，每个为${takes.zh}`, en: `several, divided by semicolons, each ${takes.en}` },
});

/** `盒=50; 箱=1000`. */
export const conversions: Kind = {
  read: (cell) => {
    const parts = partsOf(cell).map((part) => part.split(/[=＝]/).map((side) => side.trim()));
    const names = parts.map(([name]) => name);
    if (parts.some((sides) => sides.length !== 2) || new Set(names).size < names.length) return cell;
    return Object.fromEntries(parts.map(([name = '', size = '']) => [name, wholeOf(size)]));
  },
  takes: {
    zh: '“单位=每单位含基本单位数”，以分号隔开，如 盒=50; 箱=1000',
    en: 'units and their sizes: 盒=50; 箱=1000',
  },
};

const DAY = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;
const TIME = /^(\d{1,2})[:点时](\d{2})?分?(?::00)?$/;

/** 2022-05-12, 2022/5/12 as spreadsheets write it, 2022年5月12日. */
const dayOf = (cell: string): string | undefined => {
  const [, year, month = '', date = ''] = DAY.exec(plain(cell)) ?? [];
  return year && `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
};

export const day: Kind = {
  read: (cell) => dayOf(cell) ?? cell,
  takes: { zh: '日期，如 2022-05-12', en: 'a day such as 2022-05-12' },
};

/** The last minute of a day: who needs something by a day can use that day. */
const END_OF_DAY = '23:59';

/** The county's own clock: 2022-05-13 18:00. A day alone is its end. An instant with its offset is taken as it is. */
const momentOf = (cell: string): string => {
  const [date = '', time = END_OF_DAY, ...more] = plain(cell).split(/\s+/);
  const on = dayOf(date);
  const [, hour, minute = '00'] = TIME.exec(time) ?? [];
  if (on === undefined || hour === undefined || more.length > 0) return plain(cell);
  const at = Date.parse(`${on}T${hour.padStart(2, '0')}:${minute}:00Z`);
  return Number.isNaN(at) ? cell : countyTime(on, `${hour.padStart(2, '0')}:${minute}`);
};

export const moment: Kind = {
  read: momentOf,
  takes: { zh: '北京时间，如 2022-05-13 18:00', en: 'a time of the county’s clock such as 2022-05-13 18:00' },
};
