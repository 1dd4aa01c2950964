import { z } from 'zod';
import { keysOf } from '../shared/keys.ts';
import { fen, positiveFen } from '../shared/money.ts';
import { wrongStatus } from '../shared/problem.ts';
import { askedQuantity, positive, quantity } from '../shared/quantity.ts';
import { reason, type Said } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { designation } from '../stock/lot.ts';
import { machinery, moved, nextIn, timeline, worklistKeys } from '../workflow/timeline.ts';
import { fallback, MAX_GIFT_LINES } from './gift.ts';

export const donationStatus = z.enum([
  /** The green channel has yet to look at it. */
  'registered',
  /** A person looks at it. */
  'review',
  /** Accepted, and yet to come. */
  'expected',
  /** At the desk and accepted: what was set apart is yet to be released. */
  'counted',
  /** In the pool, or in a fund. */
  'received',
  /** The wish cannot be met, and the donor is asked. */
  'asking',
  /** Goes back to the donor. */
  'returning',
  /** All of it has come to where it ends. */
  'closed',
  'declined',
  /** It never came. */
  'lapsed',
  /** The donor took it back before it came. */
  'withdrawn',
]);
export type DonationStatus = z.infer<typeof donationStatus>;

export const outcome = z.enum(['accept', 'review', 'decline']);
export type Outcome = z.infer<typeof outcome>;

/** What the screening said, and why; who: a person, or the green channel. */
const screening = z.object({ outcome, reasons: z.array(reason), by: z.string(), at: z.string() });

/** Goods of a line that were counted in at once, in base units. */
const counting = z.object({
  noteId: z.string().optional(),
  document: z.string(),
  quantity,
  damaged: quantity,
  wrong: quantity,
  lots: z.array(z.object({ lotId: z.string(), quantity: positive })),
  note: z.string().optional(),
  by: z.string(),
  at: z.string(),
});

const donationLine = z.object({
  n: z.int().min(1).max(MAX_GIFT_LINES),
  /** Of the catalogue: as the donor said, or as a person mapped it. */
  itemId: z.string().optional(),
  what: z.string().optional(),
  /** As it was declared. What was counted stands beside it, and neither replaces the other. */
  asked: askedQuantity,
  /** The same in base units, once it is known what it is. */
  quantity: positive.optional(),
  lotNo: z.string().optional(),
  madeOn: z.string().optional(),
  useBy: z.string().optional(),
  standard: z.string().optional(),
  certificates: z.array(z.string()),
  declaredFen: fen.optional(),
  screening: screening.optional(),
  /** Times that some of it was counted in. */
  counted: z.array(counting).max(20),
  /** Nothing more of it will come. */
  final: z.boolean().default(false),
});
export type DonationLine = z.infer<typeof donationLine>;

/** Money: what was promised, and what finance found in the account. */
const money = z.object({
  amountFen: positiveFen,
  mayBuy: z.array(z.string()),
  screening: screening.optional(),
  confirmed: z
    .object({
      fundId: z.string(),
      credit: z.int(),
      amountFen: positiveFen,
      document: z.string(),
      receivedOn: z.string(),
      by: z.string(),
      at: z.string(),
    })
    .optional(),
});

/** What the donor said of goods that cannot go where they were meant to; `by`: the donor, or who noted it down. */
const consent = z.object({
  decision: z.enum(['county', 'return', 'wait']),
  /** In advance, under the tracking code, or to staff with evidence. */
  given: z.enum(['in-advance', 'by-code', 'to-staff']),
  evidence: z.string().optional(),
  /** Who said it to staff: a row of its own, which goes with the donor's. */
  signatoryId: z.string().optional(),
  by: z.string(),
  at: z.string(),
});
export type Consent = z.infer<typeof consent>;

/** A gift (捐赠) of goods or of money, from its registration to where it ended. */
export const donation = z.object({
  ...timeline,
  status: donationStatus,
  donorId: z.string(),
  /** How it came to be known: registered by the donor, or brought to the desk. */
  channel: z.enum(['donor', 'walk-in', 'import']),
  wish: z.object({ for: designation, fallback, related: z.boolean() }),
  placeId: z.string(),
  expectedAt: z.string(),
  lines: z.array(donationLine).max(MAX_GIFT_LINES),
  money: money.optional(),
  /** Of the tracking code: what makes it of the donor's key, and what is stored of it. */
  salt: z.string(),
  codeHash: z.string(),
  consents: z.array(consent).max(50),
  /** When the wish was last asked about, and by when an answer is hoped for. */
  question: z.object({ at: z.string(), lots: z.array(z.string()) }).optional(),
  /** The official receipt that finance issued (捐赠票据). */
  receipt: z.object({ number: z.string(), by: z.string(), at: z.string() }).optional(),
  ended: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
  registeredBy: z.string(),
  at: z.string(),
});

export const donationRow = defineRow({
  type: 'donation',
  v: 1,
  traced: true,
  schema: donation,
  keys: (row) => ({
    ...keysOf(row.county).donation(row.id),
    ...worklistKeys('donation', row),
    GSI2PK: keysOf(row.county).party(row.donorId),
    GSI2SK: `DONATION#${row.id}`,
  }),
});
export type Donation = ReturnType<typeof donationRow.parse>;

/** Transitions as data: what may follow what. */
const NEXT: Readonly<Record<DonationStatus, readonly DonationStatus[]>> = {
  registered: ['review', 'expected', 'counted', 'declined', 'withdrawn'],
  review: ['expected', 'counted', 'declined', 'withdrawn'],
  expected: ['received', 'lapsed', 'withdrawn'],
  counted: ['received'],
  received: ['asking', 'returning', 'closed'],
  asking: ['received'],
  returning: ['received'],
  closed: [],
  declined: [],
  // Whoever stands at the door with what was given up is not sent away.
  lapsed: ['received', 'expected'],
  withdrawn: [],
};

const SAID: Readonly<Record<DonationStatus, string>> = {
  registered: '待筛查',
  review: '待人工审核',
  expected: '待送达',
  counted: '已清点待放行',
  received: '已入库',
  asking: '待征求捐赠人意见',
  returning: '待退还',
  closed: '已办结',
  declined: '未接收',
  lapsed: '逾期未送达',
  withdrawn: '捐赠人已撤回',
};

/** The same of money, where it is called otherwise: it comes to an account, and not to a warehouse. */
const SAID_OF_MONEY: Partial<Readonly<Record<DonationStatus, string>>> = {
  expected: '待到账',
  received: '已到账',
  declined: '未接受',
  lapsed: '逾期未到账',
};

/** How a gift stands, or would stand in another status, as a donor reads it. */
export const statusSaid = (
  { money: ofMoney, status: present }: Pick<Donation, 'money' | 'status'>,
  status: DonationStatus = present,
): string => (ofMoney === undefined ? undefined : SAID_OF_MONEY[status]) ?? SAID[status];

/** @throws Problem 409 `wrong-status` with what happened to it. */
export const demandMay = (row: Donation, to: DonationStatus): void => {
  if (!NEXT[row.status].includes(to))
    throw wrongStatus(donationRow.keyOf(row), {
      zh: `这笔捐赠现为“${statusSaid(row)}”，不能改为“${statusSaid(row, to)}”。`,
      en: `${row.id} is ${row.status}: it cannot become ${to}.`,
    });
};

/** What is done where a gift stands so, and nowhere else. @throws Problem 409 `wrong-status` with why not. */
export const demandStands = (row: Donation, among: readonly DonationStatus[], why: Said): void => {
  if (!among.includes(row.status))
    throw wrongStatus(donationRow.keyOf(row), {
      zh: `这笔捐赠现为“${SAID[row.status]}”：${why.zh}`,
      en: `${row.id} is ${row.status}: ${why.en}`,
    });
};

/** The gift in its new status, until `dueAt`. @throws Problem 409 `wrong-status`. */
export const become = (row: Donation, status: DonationStatus, dueAt: string, now: string): Donation => {
  demandMay(row, status);
  return moved<Donation>(row, { status, dueAt, reminders: 0 }, now);
};

/** The gift looked at again at once: what it waited for has come, or is needed no more. @throws Problem 409 `wrong-status`. */
export const takenUpAgain = (row: Donation, now: string): Donation => become(row, 'received', now, now);

const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** Base units of a line that are in the pool, and such as may still come. */
export const countedOf = ({ counted }: Pick<DonationLine, 'counted'>): number =>
  total(counted.map(({ quantity: amount }) => amount));
export const outstandingOf = (line: DonationLine): number =>
  line.screening?.outcome !== 'accept' || line.final ? 0 : Math.max(0, (line.quantity ?? 0) - countedOf(line));

/** The lots that a gift became. */
export const lotsOfGift = ({ lines }: Pick<Donation, 'lines'>): string[] =>
  lines.flatMap(({ counted }) => counted.flatMap(({ lots }) => lots.map(({ lotId }) => lotId)));

const ERASED = { zh: '（已应捐赠人要求删除）', en: '(taken away at the donor’s wish)' };

/** The gift without the donor's own words, which may name anybody: what it was found to be stays. */
export const withoutWords = (row: Donation): Donation => ({
  ...row,
  consents: row.consents.map(({ signatoryId: _, ...consent }) => consent),
  lines: row.lines.map((line) =>
    line.what === undefined
      ? line
      : {
          ...line,
          what: ERASED.zh,
          ...(line.screening && {
            screening: {
              ...line.screening,
              reasons: line.screening.reasons.map((one) =>
                one.zh.includes(line.what ?? '') ? { ...one, ...ERASED } : one,
              ),
            },
          }),
        },
  ),
});

/** A gift as staff read it. The code that follows it is the donor's alone. */
export const donationView = donation.omit({ ...machinery, salt: true, codeHash: true }).extend({
  statusZh: z.string(),
  next: nextIn(['screen', 'review', 'count-in', 'release', 'look-after', 'ask', 'return', 'retry', 'nothing']),
});
export type DonationView = z.infer<typeof donationView>;
