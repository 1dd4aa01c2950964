import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Item, counted as inBaseUnits } from '../catalogue/item.ts';
import { type Line, lineIdOf } from '../request/line.ts';
import { MAX_ACTIONS } from '../shared/actions.ts';
import { evidenceBody } from '../shared/evidence.ts';
import { type FieldError, fault } from '../shared/problem.ts';
import { quantity, text } from '../shared/quantity.ts';
import type { Effects, Served } from '../stock/movement.ts';
import { type ConsignmentLine, differences, type Found, found, MAX_LOT_LINES, reasonsFor } from './consignment.ts';
import type { ShortfallLine } from './shortfall.ts';

const countedLine = z.strictObject({
  n: z.int().min(1).max(MAX_LOT_LINES),
  /** What the four numbers count: 袋, as the paper has it. Base units where none is named. */
  unit: text(20).optional(),
  good: quantity,
  damaged: quantity.default(0),
  missing: quantity.default(0),
  extra: quantity.default(0),
  /** Why, for each of damaged, missing and extra that is not zero. */
  reasons: z
    .strictObject({
      damaged: reasonsFor.damaged.optional(),
      missing: reasonsFor.missing.optional(),
      extra: reasonsFor.extra.optional(),
    })
    .default({}),
  note: text(200).optional(),
});

/** What a point says of a waybill, line by line. */
export const receiptBody = z.strictObject({
  lines: z.array(countedLine).min(1).max(MAX_LOT_LINES),
  /** Yes, the odd quantities are meant. */
  confirmed: z.boolean().optional(),
});
/** What came back, line by line: nothing can be on top of what was sent. */
export const cameBackLines = z
  .array(countedLine.omit({ extra: true }))
  .min(1)
  .max(MAX_LOT_LINES);
/** The same, entered by staff from a signed paper or a call. */
export const receiptForBody = receiptBody.extend({ evidence: evidenceBody });
/** As counted, in whatever unit. */
export type Count = z.infer<typeof receiptBody>['lines'];
/** In base units. */
export type Report = readonly Omit<Count[number], 'unit'>[];

type Sent = Pick<ConsignmentLine, 'n' | 'quantity' | 'shares'>;

const foundOf = (line: Report[number]): Found => found.parse(line);

const linePath = (at: number, field: string): string => `lines[${at}].${field}`;

/** The count in base units, by what each item's units hold; or the units that it is not counted in. */
export const reported = (
  sent: readonly Pick<ConsignmentLine, 'n' | 'itemId'>[],
  count: Count,
  items: ReadonlyMap<string, Item>,
): { readonly report: Report; readonly errors: readonly FieldError[] } => {
  const errors: FieldError[] = [];
  const report = count.map(({ unit, ...line }, at) => {
    const item = items.get(sent.find(({ n }) => n === line.n)?.itemId ?? '');
    if (unit === undefined || item === undefined) return line;
    const base = (name: 'good' | (typeof differences)[number]): number => {
      const amount = inBaseUnits(item, { quantity: line[name], unit }, '');
      if (typeof amount === 'number') return amount;
      errors.push({ ...amount, path: linePath(at, amount.path === 'quantity' ? name : amount.path) });
      return 0;
    };
    return { ...line, good: base('good'), damaged: base('damaged'), missing: base('missing'), extra: base('extra') };
  });
  return { report, errors: [...new Map(errors.map((error) => [error.path, error])).values()] };
};

const DIFFERENCES_ZH: Readonly<Record<(typeof differences)[number], string>> = {
  damaged: '损坏',
  missing: '缺少',
  extra: '多出',
};

/** Each difference with its reason, and no reason without one; what is both missing and extra is neither. */
const differenceFaults = (line: Report[number], at: number): FieldError[] => [
  ...differences.flatMap((kind): FieldError[] => {
    const path = linePath(at, `reasons.${kind}`);
    if (line[kind] > 0 && line.reasons[kind] === undefined)
      return [fault(path, { zh: `请说明${DIFFERENCES_ZH[kind]}的原因。`, en: `Say why goods are ${kind}.` })];
    return line[kind] === 0 && line.reasons[kind] !== undefined
      ? [fault(path, { zh: `没有${DIFFERENCES_ZH[kind]}的货，不必填原因。`, en: `Nothing is ${kind} here.` })]
      : [];
  }),
  ...(line.missing > 0 && line.extra > 0
    ? [
        fault(linePath(at, 'extra'), {
          zh: '同一种货不会既少又多，请只报差额。',
          en: 'The same goods are not missing and extra at once: say the difference.',
        }),
      ]
    : []),
];

/** Why a report cannot be booked: every line once, each adding up to what was sent, differences with a reason. */
export const faults = (sent: readonly Sent[], report: Report): FieldError[] => {
  const seen = new Set<number>();
  const wrong = report.flatMap((line, at): FieldError[] => {
    const was = sent.find(({ n }) => n === line.n);
    if (was === undefined)
      return [fault(linePath(at, 'n'), { zh: `运单没有第 ${line.n} 行。`, en: `The waybill has no line ${line.n}.` })];
    if (seen.has(line.n))
      return [fault(linePath(at, 'n'), { zh: `第 ${line.n} 行报了两次。`, en: `Line ${line.n} is here twice.` })];
    seen.add(line.n);
    const counted = line.good + line.damaged + line.missing;
    return [
      ...(counted === was.quantity
        ? []
        : [
            fault(linePath(at, 'good'), {
              zh: `完好＋损坏＋缺少合计 ${counted}（基本单位），而发出的是 ${was.quantity}。${counted > was.quantity ? '多出的请填“多出”。' : ''}`,
              en: `good + damaged + missing is ${counted} in base units, but ${was.quantity} was sent.${counted > was.quantity ? ' What is more than that is extra.' : ''}`,
            }),
          ]),
      ...differenceFaults(line, at),
    ];
  });
  const left = sent.filter(({ n }) => !seen.has(n)).map(({ n }) => n);
  return left.length === 0
    ? wrong
    : [
        ...wrong,
        fault('lines', {
          zh: `每一行都要报数：第 ${left.join('、')} 行还没有。`,
          en: `Every line needs a count: none is given for line ${left.join(', ')}.`,
        }),
      ];
};

/**
 * What is more likely a slipped finger than goods. A box too many happens; more on top of a line than was sent on it means
 * that somebody has counted pieces for boxes, or put a zero too many: and whatever is said here becomes stock that was
 * found and delivered, of which nobody else has a paper.
 */
export const oddExtras = (sent: readonly Sent[], report: Report): FieldError[] =>
  report.flatMap(({ n, extra }, at) => {
    const was = sent.find((line) => line.n === n)?.quantity ?? 0;
    return extra <= was
      ? []
      : [
          fault(linePath(at, 'extra'), {
            zh: `发出 ${was}，又多出 ${extra}，确实如此吗？`,
            en: `${extra} on top of the ${was} that were sent. Is it so?`,
          }),
        ];
  });

/** What was found, by line. */
export const foundByLine = (report: Report): ReadonlyMap<number, Found> =>
  new Map(report.map((line) => [line.n, foundOf(line)]));

/** Whether a line arrived otherwise than it was sent. */
export const differs = (line: Report[number]): boolean => differences.some((kind) => line[kind] > 0);

/** Whether a report says the same as the one that was booked. */
export const saysTheSame = (lines: readonly ConsignmentLine[], report: Report): boolean => {
  const told = foundByLine(report);
  const said = ({ found: booked }: ConsignmentLine): Found | undefined => {
    if (booked === undefined) return undefined;
    const { extraLotId, ...rest } = booked;
    return rest;
  };
  return report.length === lines.length && lines.every((line) => isDeepStrictEqual(said(line), told.get(line.n)));
};

/** What is unaccounted for of each lot-line that is short. */
export const missingOf = (
  lines: readonly ConsignmentLine[],
  told: ReadonlyMap<number, Pick<Found, 'missing' | 'reasons'>>,
): ShortfallLine[] =>
  lines.flatMap(({ n, itemId, lotId }) => {
    const of = told.get(n);
    if (of === undefined || of.missing === 0) return [];
    const reason = of.reasons.missing ?? 'other';
    return [{ n, itemId, lotId, quantity: of.missing, reason, lost: 0, found: 0, returned: 0 }];
  });

/** What a receipt does to a lot that was on its way. What was extra did not leave the shelf under this lot. */
export const arrival = (sent: number, { good, damaged, missing }: Found): Effects => ({
  inTransit: -sent,
  delivered: good,
  damaged,
  unaccounted: missing,
});

/** Why part of what was sent did not arrive good, as its movement tells it: `damaged: wet, missing: short-packed`. */
export const why = ({ reasons }: Found): string | undefined =>
  (['damaged', 'missing'] as const)
    .flatMap((kind) => (reasons[kind] === undefined ? [] : [`${kind}: ${reasons[kind]}`]))
    .join(', ') || undefined;

/** What a need line was sent in a consignment, and how much of it counts as received. */
export interface Counted {
  readonly requestId: string;
  readonly n: number;
  readonly sent: number;
  readonly good: number;
}

type Share = Sent['shares'][number];

/** What of the good goods of a lot-line counts to each of its shares, the most urgent first. */
const sharedOut = ({ shares }: Sent, good: number): { readonly share: Share; readonly good: number }[] => {
  let left = good;
  return shares.map((share) => {
    const part = Math.min(left, share.quantity);
    left -= part;
    return { share, good: part };
  });
};

/** What more, or less, each tier has of a lot-line when so much of it counts as good instead of so much. */
export const servedMore = (
  line: Sent,
  was: number,
  is: number,
  needs: readonly Pick<Line, 'id' | 'tier'>[],
): Served => {
  const tiers = new Map(needs.map(({ id, tier }) => [id, tier]));
  const before = sharedOut(line, was);
  const more: Served = {};
  for (const [i, { share, good }] of sharedOut(line, is).entries()) {
    const [tier, change] = [tiers.get(lineIdOf(share)), good - (before[i]?.good ?? 0)];
    if (tier !== undefined && change !== 0) more[`tier${tier}`] = (more[`tier${tier}`] ?? 0) + change;
  }
  return more;
};

/**
 * Good goods counted to the need lines they were for, over all lot-lines: of each lot in the order of its shares, so
 * that the most urgent need is met first. Extra goods count to nobody: no need line may receive more than was sent.
 */
export const counted = (lines: readonly Sent[], told: ReadonlyMap<number, Pick<Found, 'good'>>): Counted[] => {
  const byNeed = new Map<string, Counted>();
  for (const line of lines) {
    for (const { share, good } of sharedOut(line, told.get(line.n)?.good ?? 0)) {
      const key = lineIdOf(share);
      const so = byNeed.get(key) ?? { requestId: share.requestId, n: share.n, sent: 0, good: 0 };
      byNeed.set(key, { ...so, sent: so.sent + share.quantity, good: so.good + good });
    }
  }
  return [...byNeed.values()];
};

/** How much more or less each need line has of a consignment, after another count of good goods by line. */
export const recountedNeeds = (
  lines: readonly Sent[],
  before: (n: number) => number,
  after: (n: number) => number,
): { readonly requestId: string; readonly n: number; readonly delta: number }[] => {
  const by = (good: (n: number) => number) => counted(lines, new Map(lines.map(({ n }) => [n, { good: good(n) }])));
  const had = new Map(by(before).map((one) => [lineIdOf(one), one.good]));
  return by(after).map((one) => ({
    ...{ requestId: one.requestId, n: one.n },
    delta: one.good - (had.get(lineIdOf(one)) ?? 0),
  }));
};

/** Header, event and idempotency marker; the signatory of a paper; a shortfall with its event and its notice. */
const ALWAYS = 7;

/**
 * How many lines may report extra goods: a lot-line takes two actions (line, movement), a need line one, and every
 * extra two more (its own lot, its movement).
 */
export const extrasThatFit = (lotLines: number, needLines: number): number =>
  Math.floor((MAX_ACTIONS - ALWAYS - 2 * lotLines - needLines) / 2);
