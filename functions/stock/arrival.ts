import { z } from 'zod';
import { counted } from '../catalogue/item.ts';
import { inUnits } from '../catalogue/words.ts';
import { type FieldError, fault, invalid, Problem } from '../shared/problem.ts';
import { type AskedQuantity, askedQuantity, MAX_QUANTITY, slug, text } from '../shared/quantity.ts';
import type { Said } from '../shared/reason.ts';
import {
  type BookedLine,
  booked,
  type Coming,
  type GoodsReceivedFacts,
  lotCounted,
  MAX_NOTE_LINES,
  paperText,
} from './goods-received.ts';
import type { Designation } from './lot.ts';

/** What a storekeeper counted at the door of goods that were ordered, or promised from above, all of one item. */
export const arrivalBody = {
  /** The warehouse that takes them in; none: the one they were meant for. */
  placeId: slug.optional(),
  /** The number of the delivery note: counted once, whoever enters it. */
  document: paperText,
  /** What is accepted, by maker's lot. */
  lots: z.array(lotCounted).max(MAX_NOTE_LINES).default([]),
  /** What is broken, wet or spoilt, and of another item than was ordered: sent back. */
  damaged: askedQuantity.optional(),
  wrong: askedQuantity.optional(),
  /** Nothing more will come. */
  final: z.boolean().default(false),
  note: text(500).optional(),
  /** Yes, so much more came than was to come. */
  confirmed: z.boolean().optional(),
};
export type ArrivalBody = z.infer<z.ZodObject<typeof arrivalBody>>;

/** What was to come, in base units, and where to. */
export interface Expected {
  readonly itemId: string;
  readonly placeId: string;
  readonly outstanding: number;
  readonly source: Coming['source'];
  /** For whom it is; none: for everybody. */
  readonly designation?: Designation;
}

/** What came, in base units. */
export interface Arrival {
  /** As the goods received note has them. */
  readonly lines: readonly BookedLine[];
  readonly accepted: number;
  readonly damaged: number;
  readonly wrong: number;
  /** Of what was accepted, beyond what was to come. */
  readonly over: number;
  /** What is then still to come, unless this was the last of it. */
  readonly under: number;
}

const OF_LOTS = /^lines(?=\[)/;
const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** Sent back, in base units; or what is wrong with how it was counted. */
const sentBack = (
  asked: AskedQuantity | undefined,
  path: 'damaged' | 'wrong',
  { itemId }: Expected,
  { items }: GoodsReceivedFacts,
): number | FieldError => {
  const item = items.get(itemId);
  return asked === undefined || item === undefined ? 0 : counted(item, asked, path);
};

const NOTHING_CAME: Said = {
  zh: '未收到任何物资：请填写收到、破损或不符的数量。',
  en: 'Nothing came: say what was accepted, damaged or wrong.',
};

/** Of nothing there is no delivery note. What ends goods that were to come then, by where they were to come from. */
const ENDED_OTHERWISE: Partial<Record<Coming['source'], Said>> = {
  procured: {
    zh: '供应商表示不再送货的，由采购人员登记谢绝（/staff/purchases/{id}/orders/{n}/decline），已确认的订单也适用。',
    en: 'Where the supplier brings nothing more, a buyer enters that he declines (/staff/purchases/{id}/orders/{n}/decline), a confirmed order too.',
  },
  allocated: {
    zh: '上级不再下拨的，请结束该请求（/staff/appeals/{id}/end）。',
    en: 'Where those above send nothing more, end the appeal (/staff/appeals/{id}/end).',
  },
};

const nothingCame = (source: Coming['source']): Said => {
  const otherwise = ENDED_OTHERWISE[source];
  return otherwise === undefined
    ? NOTHING_CAME
    : { zh: `${NOTHING_CAME.zh}${otherwise.zh}`, en: `${NOTHING_CAME.en} ${otherwise.en}` };
};

const countFaults = (body: ArrivalBody, came: number, source: Coming['source']): FieldError[] => [
  ...(body.lots.length > 0 || body.damaged !== undefined || body.wrong !== undefined
    ? []
    : [fault('lots', nothingCame(source))]),
  ...(came > MAX_QUANTITY
    ? [
        fault('lots', {
          zh: `合计 ${came} 个基本单位，超过上限 ${MAX_QUANTITY}。`,
          en: `Together these are ${came} base units, over the bound of ${MAX_QUANTITY}.`,
        }),
      ]
    : []),
  // Differences are noted before anybody signs (FACTS: CARE).
  ...((body.damaged !== undefined || body.wrong !== undefined) && body.note === undefined
    ? [
        fault('note', {
          zh: '请写明破损或错货的情况，供应商会问。',
          en: 'Say what is damaged or wrong: the supplier will ask.',
        }),
      ]
    : []),
];

/**
 * What came of goods that were ordered or promised: accepted, damaged and wrong told apart, what is over kept and what
 * is under still to come (FACTS: receipt). Knows nothing of money, so that it counts what is allocated from above too.
 *
 * Returns everything that is wrong with the count instead, by field.
 */
const arrived = (
  body: ArrivalBody,
  expected: Expected,
  facts: GoodsReceivedFacts,
): { readonly came: Arrival | undefined; readonly errors: readonly FieldError[] } => {
  const { itemId, source, outstanding, designation = { to: 'all' } } = expected;
  const lots = body.lots.map((lot) => ({ ...lot, itemId, designation }));
  const placeId = body.placeId ?? expected.placeId;
  const { lines, errors } = booked({ source, placeId, document: body.document, lines: lots }, facts);
  const [damaged, wrong] = [
    sentBack(body.damaged, 'damaged', expected, facts),
    sentBack(body.wrong, 'wrong', expected, facts),
  ];
  const accepted = total(lines.map(({ quantity }) => quantity));
  const back = [damaged, wrong].map((amount) => (typeof amount === 'number' ? amount : 0));
  const faults = [
    ...errors.map(({ path, ...of }) => ({ ...of, path: path.replace(OF_LOTS, 'lots') })),
    ...[damaged, wrong].filter((amount) => typeof amount !== 'number'),
    ...countFaults(body, total([accepted, ...back]), source),
  ];
  if (faults.length > 0 || typeof damaged !== 'number' || typeof wrong !== 'number')
    return { came: undefined, errors: faults };
  const left = outstanding - accepted;
  return { came: { lines, accepted, damaged, wrong, over: Math.max(0, -left), under: Math.max(0, left) }, errors: [] };
};

/** So much in the item's units; of an item that there is not, in base units. */
const inWords = (amount: number, { itemId }: Expected, { items }: GoodsReceivedFacts): Said => {
  const item = items.get(itemId);
  return item === undefined ? { zh: `${amount} 个基本单位`, en: `${amount} base units` } : inUnits(item, amount);
};

/** More than twice what was to come is a slipped finger more often than a gift (FACTS: 5000 instead of 500). */
const oddity = ({ accepted, damaged, wrong }: Arrival, expected: Expected, facts: GoodsReceivedFacts): FieldError[] => {
  const came = accepted + damaged + wrong;
  if (came <= 2 * expected.outstanding) return [];
  const [is, was] = [inWords(came, expected, facts), inWords(expected.outstanding, expected, facts)];
  return [fault('lots', { zh: `到货 ${is.zh}，应到 ${was.zh}。`, en: `${is.en} came and ${was.en} were to come.` })];
};

/** The same, or a refusal. @throws Problem 422 `invalid` by field, `note-missing` or `odd-quantity`. */
export const demandArrival = (body: ArrivalBody, expected: Expected, facts: GoodsReceivedFacts): Arrival => {
  const { came, errors } = arrived(body, expected, facts);
  if (came === undefined)
    throw new Problem(
      422,
      'invalid',
      { zh: '到货清点有误，未入库。', en: 'The goods cannot be taken in like this.' },
      errors,
    );
  if (body.final && came.under > 0 && body.note === undefined) {
    const left = inWords(came.under, expected, facts);
    throw invalid('note-missing', 'note', {
      zh: `请写明其余 ${left.zh}为何不再到货。`,
      en: `Say why the other ${left.en} do not come.`,
    });
  }
  const odd = body.confirmed === true ? [] : oddity(came, expected, facts);
  if (odd.length > 0)
    throw new Problem(
      422,
      'odd-quantity',
      {
        zh: '数量异常，请核对；确认无误的，加 "confirmed": true 重发。',
        en: 'This is odd. Repeat with "confirmed": true if it is meant.',
      },
      odd,
    );
  return came;
};
