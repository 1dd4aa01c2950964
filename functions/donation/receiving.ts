import { z } from 'zod';
import { counted, type Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { type FieldError, fault, invalid, Problem } from '../shared/problem.ts';
import { askedQuantity, MAX_QUANTITY, slug, text } from '../shared/quantity.ts';
import {
  type BookedLine,
  booked,
  type GoodsReceivedFacts,
  lotCounted,
  MAX_NOTE_LINES,
  paperText,
} from '../stock/goods-received.ts';
import type { Designation } from '../stock/lot.ts';
import { countedOf, type Donation, type DonationLine, outstandingOf } from './donation.ts';
import { MAX_GIFT_LINES } from './gift.ts';
import { keepsLongEnough } from './shelf-life.ts';

/** What a storekeeper counted of a gift. */
export const giftReceivedBody = z.strictObject({
  /** The warehouse that takes it in; none: where it was to be brought. */
  placeId: slug.optional(),
  /** The number of its delivery note or slip; none: the gift's own. */
  document: paperText.optional(),
  lines: z
    .array(
      z.strictObject({
        n: z.int().min(1),
        lots: z.array(lotCounted).max(MAX_NOTE_LINES).default([]),
        /** Broken, wet or spoilt, and of another kind than was declared: given back at once. */
        damaged: askedQuantity.optional(),
        wrong: askedQuantity.optional(),
        /** Nothing more of this will come. */
        final: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(MAX_GIFT_LINES),
  note: text(300).optional(),
  /** Yes, it is so much. */
  confirmed: z.boolean().optional(),
});
export type GiftReceivedBody = z.infer<typeof giftReceivedBody>;

/** What a count at the door made of a gift. */
export interface Came {
  readonly lines: readonly BookedLine[];
  /** Which line of the gift each of those is of. */
  readonly of: readonly number[];
  readonly counts: readonly {
    readonly n: number;
    readonly quantity: number;
    readonly damaged: number;
    readonly wrong: number;
    readonly final: boolean;
  }[];
}

/** What the count is held against. */
export interface AtTheDoor extends GoodsReceivedFacts {
  readonly placeId: string;
  readonly designation: Designation;
  readonly policy: Policy['donation'];
  /** Until it is screened nothing of it is for use. */
  readonly setApart: boolean;
}

const PATH = /^lines\[(\d+)\]/;
const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

const lineOf = ({ lines }: Pick<Donation, 'lines'>, n: number, path: string): DonationLine | FieldError => {
  const line = lines.find((one) => one.n === n);
  if (line === undefined) return fault(`${path}.n`, { zh: `没有第 ${n} 行。`, en: `There is no line ${n}.` });
  if (line.screening?.outcome === 'decline')
    return fault(`${path}.n`, {
      zh: `第 ${n} 行未予接收，请退还捐赠人。`,
      en: `Line ${n} was not accepted: give it back.`,
    });
  return line;
};

const amountOf = (
  item: Item | undefined,
  asked: z.infer<typeof askedQuantity> | undefined,
  path: string,
): number | FieldError => (item === undefined || asked === undefined ? 0 : counted(item, asked, path));

/**
 * Counts a gift in: what is accepted, by maker's lot, under its wish; what keeps too short for a gift is set apart, for a
 * person to look at. What was declared stays beside it.
 *
 * @throws Problem 422 `invalid` with everything that is wrong, by field; `odd-quantity` until it comes again with
 * `confirmed`.
 */
export const cameOf = (row: Donation, body: GiftReceivedBody, facts: AtTheDoor): Came => {
  const { items, policy, designation, setApart, today, placeId } = facts;
  const asked = body.lines.map((given, i) => ({ given, i, line: lineOf(row, given.n, `lines[${i}]`) }));
  const found = asked.flatMap(({ given, i, line }) => ('path' in line ? [] : [{ given, i, line }]));
  const flat = found.flatMap(({ given, i, line }) =>
    given.lots.map((lot, k) => ({ lot, path: `lines[${i}].lots[${k}]`, n: line.n, itemId: line.itemId ?? '' })),
  );
  const { lines, errors } = booked(
    {
      ...{ source: 'donated', placeId, document: body.document ?? row.id },
      lines: flat.map(({ lot, itemId }) => {
        const item = items.get(itemId);
        const isShort = item !== undefined && !keepsLongEnough(item, lot, policy, today);
        return { ...lot, itemId, designation, status: setApart || isShort ? ('quarantined' as const) : lot.status };
      }),
    },
    facts,
  );
  const back = found.map(({ given, i, line }) => {
    const item = line.itemId === undefined ? undefined : items.get(line.itemId);
    return (['damaged', 'wrong'] as const).map((what) => amountOf(item, given[what], `lines[${i}].${what}`));
  });
  const twice = body.lines.flatMap(({ n }, i) =>
    body.lines.findIndex((one) => one.n === n) === i
      ? []
      : [fault(`lines[${i}].n`, { zh: `第 ${n} 行写了两次。`, en: `Line ${n} is named twice.` })],
  );
  const tooMuch = body.lines.flatMap(({ n }, i) =>
    errors.length === 0 &&
    total(lines.flatMap(({ quantity }, k) => (flat[k]?.n === n ? [quantity] : []))) > MAX_QUANTITY
      ? [
          fault(`lines[${i}].lots`, {
            zh: `合计超过上限 ${MAX_QUANTITY}（基本单位）。`,
            en: `Together they are over the bound of ${MAX_QUANTITY} base units.`,
          }),
        ]
      : [],
  );
  const isNothing = flat.length === 0 && !body.lines.some(({ damaged, wrong, final }) => damaged || wrong || final);
  const faults = [
    ...asked.flatMap(({ line }) => ('path' in line ? [line] : [])),
    ...twice,
    ...tooMuch,
    ...errors.map((error) => ({
      ...error,
      path: error.path.replace(PATH, (_, k: string) => flat[Number(k)]?.path ?? 'lines'),
    })),
    ...back.flat().filter((amount) => typeof amount !== 'number'),
    ...(flat.length > MAX_NOTE_LINES
      ? [
          fault('lines', {
            zh: `一次至多清点 ${MAX_NOTE_LINES} 个批次。`,
            en: `At most ${MAX_NOTE_LINES} lots at once.`,
          }),
        ]
      : []),
    ...(isNothing ? [fault('lines', { zh: '没有清点任何物资。', en: 'Nothing was counted.' })] : []),
  ];
  if (faults.length > 0)
    throw new Problem(
      422,
      'invalid',
      { zh: '清点内容有误，请更正。', en: 'The gift cannot be counted in like this.' },
      faults,
    );
  const came: Came = {
    lines,
    of: flat.map(({ n }) => n),
    counts: found.map(({ given, line }, i) => ({
      ...{ n: line.n, final: given.final },
      quantity: total(lines.flatMap((of, k) => (flat[k]?.n === line.n ? [of.quantity] : []))),
      ...{ damaged: Number(back[i]?.[0] ?? 0), wrong: Number(back[i]?.[1] ?? 0) },
    })),
  };
  demandPlausible(row, came, body);
  return came;
};

/** More than twice what was declared is a slipped finger more often than a bigger gift (FACTS: 5000 instead of 500). */
const demandPlausible = (row: Donation, { counts }: Came, { confirmed }: GiftReceivedBody): void => {
  const odd = counts.flatMap(({ n, quantity }, i) => {
    const line = row.lines.find((one) => one.n === n);
    const declared = line?.quantity ?? 0;
    const all = quantity + (line === undefined ? 0 : countedOf(line));
    return declared > 0 && all > 2 * declared
      ? [
          fault(`lines[${i}].lots`, {
            zh: `第 ${n} 行申报 ${declared}，实收共 ${all}（基本单位）。`,
            en: `Line ${n}: ${declared} base units were declared, and ${all} counted.`,
          }),
        ]
      : [];
  });
  if (odd.length > 0 && confirmed !== true)
    throw new Problem(
      422,
      'odd-quantity',
      { zh: '数量异常，请核对；确实如此请确认后再交。', en: 'This is odd. Repeat with "confirmed": true if it is so.' },
      odd,
    );
};

/** The gift with what was counted of it, `lotIds` in the order of the note's lines. */
export const withCame = (
  row: Donation,
  came: Came,
  {
    noteId,
    lotIds,
    document,
    note,
    by,
    now,
  }: {
    readonly noteId: string;
    readonly lotIds: readonly string[];
    readonly document: string;
    readonly note: string | undefined;
    readonly by: string;
    readonly now: string;
  },
): Donation => ({
  ...row,
  lines: row.lines.map((line) => {
    const count = came.counts.find(({ n }) => n === line.n);
    if (count === undefined) return line;
    if (line.counted.length === MAX_PARTS)
      throw invalid('too-many-parts', 'lines', {
        zh: `第 ${line.n} 行已分 ${MAX_PARTS} 次清点，请另行登记。`,
        en: `Line ${line.n} came in ${MAX_PARTS} parts: register the rest anew.`,
      });
    const lots = came.lines.flatMap(({ quantity }, k) =>
      came.of[k] === line.n ? [{ lotId: lotIds[k] ?? '', quantity }] : [],
    );
    const { quantity, damaged, wrong, final } = count;
    return {
      ...line,
      final: line.final || final,
      counted: [
        ...line.counted,
        { ...(lots.length > 0 && { noteId }), document, quantity, damaged, wrong, lots, note, by, at: now },
      ],
    };
  }),
});
const MAX_PARTS = 20;

/** Whether all of a gift that was accepted has come, or will. */
export const isComplete = (row: Donation): boolean => row.lines.every((line) => outstandingOf(line) === 0);

/** Lines of which other than the declared came in the end, in base units. */
export const differing = (row: Donation) =>
  row.lines.flatMap((line) => {
    const [declared, all] = [line.quantity ?? 0, countedOf(line)];
    return line.screening?.outcome === 'accept' && declared !== all ? [{ n: line.n, declared, counted: all }] : [];
  });
