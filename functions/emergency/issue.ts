import { z } from 'zod';
import { counted, type Item, isForPost } from '../catalogue/item.ts';
import { type Policy, tier } from '../catalogue/policy.ts';
import { keepsStock, recipientGroup, type Site } from '../catalogue/site.ts';
import { goods, type Names, place } from '../notices/words.ts';
import { MAX_ACTIONS } from '../shared/actions.ts';
import { countyClock, plusMinutes } from '../shared/clock.ts';
import { keysOf } from '../shared/keys.ts';
import type { FieldError } from '../shared/problem.ts';
import { askedQuantity, instant, positive, slug, text } from '../shared/quantity.ts';
import type { Reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import type { Balance } from '../stock/balance.ts';
import { isMeantFor, type Lot, usableAt } from '../stock/lot.ts';
import { isLate, machinery, moved, nextIn, timeline, withoutMachinery, worklistKeys } from '../workflow/timeline.ts';

/** A need line, its pointer, its shelf, its movement and a look for recalls each, and room to take planned goods back. */
const MAX_ISSUE_LINES = 10;

/** Request, issue, their events, two people, marker; the notice to headquarters and to the site. */
const ALWAYS = 9;

/** Need lines that an issue may take planned goods back from. */
export const releasesThatFit = (lines: number): number => MAX_ACTIONS - ALWAYS - 5 * lines;

export const issueBody = z.strictObject({
  /** Who needs it now, and which of its people. */
  siteId: slug,
  recipients: recipientGroup,
  /** The warehouse that it is taken from. */
  fromId: slug,
  reason: text(500),
  /** Who said that it may go, by name. */
  authorisedBy: text(60),
  /** Who took it away, by name. */
  takenBy: text(60),
  /** When it left, if that was not now: the desk was without a connection. */
  occurredAt: instant.optional(),
  lines: z
    .array(
      z
        .strictObject({
          itemId: slug,
          lotId: z
            .string()
            .regex(/^[\w-]{1,64}$/, 'a lot id')
            .optional(),
          /** As it is printed on the goods, where nobody has the lot's id at hand. */
          lotNo: text(60).optional(),
          ...askedQuantity.shape,
        })
        .refine(({ lotId, lotNo }) => (lotId === undefined) !== (lotNo === undefined), {
          message: 'Say which lot: by its id, or by the number on its label.',
          path: ['lotId'],
        }),
    )
    .min(1)
    .max(MAX_ISSUE_LINES),
  /** Yes, the odd quantities are meant. */
  confirmed: z.boolean().optional(),
});
export type IssueBody = z.infer<typeof issueBody>;
type AskedLine = IssueBody['lines'][number];
/** The same with each lot by its id. */
export type KnownBody = Omit<IssueBody, 'lines'> & { readonly lines: readonly (AskedLine & { lotId: string })[] };

/** Goods that lie where they are to be taken from, for use, with the number on their label. */
export interface Labelled {
  readonly itemId: string;
  readonly lotId: string;
  readonly lotNo: string | undefined;
  readonly onHand: number;
}

/** As two people write the same label: `ｇｋ－001` and `GK-001`. */
const label = (lotNo: string): string => lotNo.normalize('NFKC').toUpperCase().replace(/\s+/g, ' ').trim();

/** Each lot by its id; or, by its line, why a label tells none, or more than one. */
export const withLots = (
  body: IssueBody,
  here: readonly Labelled[],
): { readonly body: KnownBody; readonly errors: readonly FieldError[] } => {
  const errors: FieldError[] = [];
  const lines = body.lines.map((line, i) => {
    const { itemId, lotId, lotNo } = line;
    if (lotId !== undefined || lotNo === undefined) return { ...line, lotId: lotId ?? '' };
    const found = here.filter((one) => one.itemId === itemId && label(one.lotNo ?? '') === label(lotNo));
    if (found.length === 0)
      errors.push({ path: `lines[${i}].lotNo`, message: `No lot ${lotNo} of this item lies here for use.` });
    if (found.length > 1)
      errors.push({
        path: `lines[${i}].lotNo`,
        message: `Several lots have this number; say which by lotId: ${found.map((one) => `${one.lotId} (${one.onHand})`).join(', ')}.`,
      });
    return { ...line, lotId: found[0]?.lotId ?? '' };
  });
  return { body: { ...body, lines }, errors };
};

export const issueStatus = z.enum(['papers-due', 'filed']);

/**
 * Goods that left at night on somebody's word (紧急出库): booked out as they went, a request counted as served, and papers
 * that are due within a day (FACTS: the method is waived, never the record).
 */
const emergencyIssue = z.object({
  ...timeline,
  status: issueStatus,
  requestId: z.string(),
  siteId: z.string(),
  fromId: z.string(),
  tier,
  reason: z.string(),
  authorisedById: z.string(),
  takenById: z.string(),
  issuedBy: z.string(),
  occurredAt: z.string(),
  at: z.string(),
  lines: z.array(z.object({ n: z.int(), itemId: z.string(), lotId: z.string(), quantity: positive })),
  /** What was planned for others with these goods, and was taken back. */
  overridden: z.array(z.object({ lineId: z.string(), siteId: z.string(), tier, quantity: positive })),
  /** The signed papers, and what whoever looked at them says. */
  papers: z
    .object({
      by: z.string(),
      at: z.string(),
      reference: z.string(),
      finding: z.enum(['in-order', 'disputed']),
      note: z.string().optional(),
    })
    .optional(),
});

export const emergencyIssueRow = defineRow({
  type: 'emergency-issue',
  v: 1,
  traced: true,
  schema: emergencyIssue,
  keys: (row) => {
    const keys = keysOf(row.county);
    return {
      ...keys.emergencyIssue(row.id),
      ...worklistKeys('emergency-issue', row),
      GSI2PK: keys.party(row.siteId),
      GSI2SK: `ISSUE#${row.id}`,
    };
  },
});
export type EmergencyIssue = ReturnType<typeof emergencyIssueRow.parse>;

export const papersBody = z.strictObject({
  /** Number of the signed papers. */
  reference: text(120),
  finding: z.enum(['in-order', 'disputed']),
  note: text(500).optional(),
});
export type PapersBody = z.infer<typeof papersBody>;

/** Longer than this no desk was ever without a connection: what is older is a slipped finger, or worse. */
const MAX_LATE_DAYS = 7;

/** What an issue is judged by. */
export interface IssueFacts {
  readonly site: Site | undefined;
  readonly from: Site | undefined;
  readonly items: ReadonlyMap<string, Item>;
  readonly lots: ReadonlyMap<string, Lot>;
  readonly balances: ReadonlyMap<string, Balance>;
  /** When it left, and when that is entered. */
  readonly at: string;
  readonly now: string;
}

/** A line in base units, with the shelf that it is taken from. */
export interface IssueLine {
  readonly itemId: string;
  readonly asked: { readonly quantity: number; readonly unit: string };
  readonly quantity: number;
  readonly balance: Balance;
}

const lineOf = (
  { itemId, lotId, quantity, unit }: KnownBody['lines'][number],
  { site, items, lots, balances, at }: IssueFacts,
): IssueLine | FieldError[] => {
  const item = items.get(itemId);
  const lot = lots.get(lotId);
  const balance = balances.get(lotId);
  if (item === undefined) return [{ path: 'itemId', message: `There is no item ${itemId}.` }];
  if (lot === undefined || lot.itemId !== itemId)
    return [{ path: 'lotId', message: `There is no lot ${lotId} of this item.` }];
  const amount = counted(item, { quantity, unit }, '');
  const errors: FieldError[] = [
    ...(typeof amount === 'number' ? [] : [amount]),
    ...(balance === undefined
      ? [{ path: 'lotId', message: 'None of it lies here for use: book it in first, or see whether it was set apart.' }]
      : []),
    ...(balance !== undefined && typeof amount === 'number' && amount > balance.onHand
      ? [{ path: 'quantity', message: `Only ${balance.onHand} ${item.baseUnit} are here: book in first what is more.` }]
      : []),
    ...(site !== undefined && !isMeantFor(lot, { siteId: site.id, siteKind: site.kind })
      ? [{ path: 'lotId', message: 'It was given for others than this site; no emergency changes that.' }]
      : []),
    ...(site !== undefined && !isForPost(item, site.kind)
      ? [{ path: 'itemId', message: `It is not issued to a ${site.kind}.` }]
      : []),
    ...(lot.at <= at ? [] : [{ path: 'lotId', message: 'It was booked in after that.' }]),
    ...(usableAt(lot.useBy, at) ? [] : [{ path: 'lotId', message: `Its last day of use was ${lot.useBy}.` }]),
  ];
  if (errors.length > 0 || balance === undefined || typeof amount !== 'number') return errors;
  return { itemId, asked: { quantity, unit }, quantity: amount, balance };
};

/** The field by which the lot was told. */
const saidAs = (path: string, line: KnownBody['lines'][number] | undefined): string =>
  path === 'lotId' && line?.lotNo !== undefined ? 'lotNo' : path;

/** The lines in base units, or everything that is wrong with the issue. */
export const issued = (
  body: KnownBody,
  facts: IssueFacts,
): { readonly lines: readonly IssueLine[]; readonly errors: readonly FieldError[] } => {
  const { site, from, at, now } = facts;
  const lines = body.lines.map((line) => lineOf(line, facts));
  const twice = body.lines.flatMap(({ lotId }, i) =>
    body.lines.findIndex((line) => line.lotId === lotId) === i
      ? []
      : [{ path: `lines[${i}].lotId`, message: `${lotId} is named twice.` }],
  );
  return {
    lines: lines.flatMap((line) => (Array.isArray(line) ? [] : [line])),
    errors: [
      ...(site?.active ? [] : [{ path: 'siteId', message: `There is no site ${body.siteId} in use.` }]),
      ...(site?.kind === 'warehouse' ? [{ path: 'siteId', message: 'Goods are issued to those who use them.' }] : []),
      ...(keepsStock(from) ? [] : [{ path: 'fromId', message: `There is no warehouse ${body.fromId} in use.` }]),
      ...(at >= plusMinutes(now, -MAX_LATE_DAYS * 1_440)
        ? []
        : [{ path: 'occurredAt', message: `What left more than ${MAX_LATE_DAYS} days ago is adjusted, not issued.` }]),
      ...twice,
      ...lines.flatMap((line, i) =>
        Array.isArray(line)
          ? line.map(({ path, ...of }) => ({ ...of, path: `lines[${i}].${saidAs(path, body.lines[i])}` }))
          : [],
      ),
    ],
  };
};

/** The issue with its papers. Whoever waited for them is owed a resume. */
export const filed = (
  row: EmergencyIssue,
  papers: NonNullable<EmergencyIssue['papers']>,
  now: string,
): EmergencyIssue => {
  const { failure, ...rest } = row;
  return moved<EmergencyIssue>({ ...rest, papers }, { status: 'filed', reminders: 0 }, now);
};

/** An issue as staff read it, with the names of who authorised and who took it. */
export const issueView = emergencyIssue.omit(machinery).extend({
  authorisedBy: z.string(),
  takenBy: z.string(),
  next: nextIn(['papers', 'retry', 'nothing']),
});

export const issueViewOf = (
  row: EmergencyIssue,
  people: ReadonlyMap<string, string>,
  now: string,
): z.infer<typeof issueView> => {
  const { dueAt, reminders } = row;
  const next =
    row.status === 'filed'
      ? ({ step: 'nothing', overdue: false, reminders } as const)
      : ({
          step: row.failure === undefined ? 'papers' : 'retry',
          ...{ dueAt, overdue: isLate(row, now), reminders },
        } as const);
  const named = (id: string): string => people.get(id) ?? '';
  return { ...withoutMachinery(row), authorisedBy: named(row.authorisedById), takenBy: named(row.takenById), next };
};

/** How the papers are chased. */
export const papersChase = {
  row: emergencyIssueRow,
  event: 'PapersOverdue',
  again: ({ delivery }: Policy): number => delivery.papersMinutes,
  names: ({ siteId, lines }: EmergencyIssue) => ({ siteId, itemIds: lines.map(({ itemId }) => itemId) }),
  words: ({ siteId, lines, occurredAt }: EmergencyIssue, { site, items }: Names): Reason => {
    const [to, what, at] = [place(site, siteId), goods(items, lines), countyClock(occurredAt)];
    return {
      code: 'papers-overdue',
      zh: `${at} 向${to.zh}紧急出库的手续已超过期限，请补办：${what.zh}。`,
      en: `The papers of what was issued to ${to.en} in an emergency at ${at}, China time, are past their deadline: ${what.en}.`,
    };
  },
  first: { role: 'storekeeper' },
  later: { role: 'headquarters' },
} as const;
