import { z } from 'zod';
import { counted, type Item } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { plusMinutes } from '../shared/clock.ts';
import { type FieldError, fault, Problem } from '../shared/problem.ts';
import { askedQuantity, slug, text } from '../shared/quantity.ts';
import { moved } from '../workflow/timeline.ts';
import { type Donation, type DonationLine, demandMay, type Outcome } from './donation.ts';
import type { Screened } from './screen.ts';

/** What a person says of the lines that the green channel left to one. */
export const screeningBody = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        n: z.int().min(1),
        outcome: z.enum(['accept', 'decline']),
        /** What it is in the catalogue, where the donor did not say or said wrongly. */
        itemId: slug.optional(),
        /** How much that is, where its unit is none of the item's. */
        as: askedQuantity.optional(),
        /** For the donor to read. */
        reason: text(200),
      }),
    )
    .max(20)
    .default([]),
  /** Of a gift of money. */
  money: z.strictObject({ outcome: z.enum(['accept', 'decline']), reason: text(200) }).optional(),
});
export type ScreeningBody = z.infer<typeof screeningBody>;

type Said = NonNullable<DonationLine['screening']>;

const screeningsOf = ({ lines, money }: Donation): readonly (Said | undefined)[] =>
  money === undefined ? lines.map(({ screening }) => screening) : [money.screening];

/**
 * Where a gift goes from its screening: to a person while any of it is for one; to be brought, or released where it is at
 * the desk already; declined where nothing of it is accepted.
 */
export const afterScreening = (row: Donation, policy: Policy['donation'], now: string): Donation => {
  const outcomes = screeningsOf(row).map((one): Outcome => one?.outcome ?? 'review');
  const status = outcomes.includes('review')
    ? 'review'
    : outcomes.includes('accept')
      ? row.channel === 'walk-in'
        ? 'counted'
        : 'expected'
      : 'declined';
  if (status === row.status) return row;
  demandMay(row, status);
  const dueAt = {
    review: plusMinutes(now, policy.reviewMinutes),
    expected: plusMinutes(row.expectedAt > now ? row.expectedAt : now, policy.lapseMinutes),
    counted: now,
    declined: now,
  }[status];
  return moved<Donation>(row, { status, dueAt, reminders: 0 }, now);
};

/** The gift as the green channel has screened it. */
export const screened = (
  row: Donation,
  results: readonly Screened[],
  { by, now }: { readonly by: string; readonly now: string },
): Donation => {
  const said = (of: Screened | undefined): Said | undefined =>
    of && { outcome: of.outcome, reasons: [...of.reasons], by, at: now };
  if (row.money !== undefined) return { ...row, money: { ...row.money, screening: said(results[0]) } };
  return {
    ...row,
    lines: row.lines.map((line, i) => ({ ...line, quantity: results[i]?.quantity, screening: said(results[i]) })),
  };
};

const PERSON = 'by-person';

/** A line as a person decided on it, or what is wrong with that. */
const decidedLine = (
  line: DonationLine,
  said: ScreeningBody['lines'][number],
  path: string,
  items: ReadonlyMap<string, Item>,
  { by, now }: { readonly by: string; readonly now: string },
): DonationLine | FieldError => {
  const screening: Said = {
    ...{ outcome: said.outcome, by, at: now },
    reasons: [...(line.screening?.reasons ?? []), { code: PERSON, zh: said.reason, en: said.reason }],
  };
  if (said.outcome === 'decline') return { ...line, screening };
  const itemId = said.itemId ?? line.itemId;
  const item = itemId === undefined ? undefined : items.get(itemId);
  if (item?.active !== true)
    return fault(`${path}.itemId`, {
      zh: '接收之前须写明是目录中的哪种在用物资。',
      en: 'Accepted goods are of an item in use: say which.',
    });
  const base = counted(item, said.as ?? line.asked, said.as === undefined ? path : `${path}.as`);
  if (typeof base !== 'number') return base;
  return { ...line, itemId: item.id, quantity: base, screening };
};

/**
 * The gift as a person decided on what the green channel left to one.
 *
 * @throws Problem 409 `wrong-status`; 422 by field; 403 `same-person` where whoever registered it would screen it.
 */
export const decided = (
  row: Donation,
  body: ScreeningBody,
  items: ReadonlyMap<string, Item>,
  made: { readonly by: string; readonly now: string },
): Donation => {
  if (row.status !== 'review') demandMay(row, 'review');
  if (row.registeredBy === made.by)
    throw new Problem(403, 'same-person', {
      zh: '登记或收下捐赠的人不能自己审核，须另一人审核。',
      en: 'Whoever registered a gift or took it in does not screen it: a second person does.',
    });
  if (row.money !== undefined) return decidedMoney(row, row.money, body, made);
  const byLine = new Map(body.lines.map((said, i) => [said.n, { said, path: `lines[${i}]` }]));
  const unknown = body.lines.flatMap(({ n }, i) =>
    row.lines.some((line) => line.n === n && line.screening?.outcome === 'review')
      ? []
      : [fault(`lines[${i}].n`, { zh: `第 ${n} 行不待审核。`, en: `Line ${n} does not wait for a person.` })],
  );
  const lines = row.lines.map((line) => {
    const of = byLine.get(line.n);
    return of === undefined ? line : decidedLine(line, of.said, of.path, items, made);
  });
  const errors = [...unknown, ...lines.filter((line): line is FieldError => 'path' in line)];
  if (errors.length > 0 || body.lines.length === 0)
    throw new Problem(
      422,
      'invalid',
      { zh: '请逐行写明接收或不接收。', en: 'Say of each line whether it is accepted.' },
      errors.length > 0 ? errors : [fault('lines', { zh: '没有写明任何一行。', en: 'No line is decided on.' })],
    );
  return { ...row, lines: lines.filter((line): line is DonationLine => !('path' in line)) };
};

const decidedMoney = (
  row: Donation,
  money: NonNullable<Donation['money']>,
  { money: said }: ScreeningBody,
  { by, now }: { readonly by: string; readonly now: string },
): Donation => {
  if (said === undefined)
    throw new Problem(422, 'invalid', { zh: '请写明是否接收。', en: 'Say whether the money is accepted.' }, [
      fault('money', { zh: '未填写。', en: 'It is missing.' }),
    ]);
  const reasons = [...(money.screening?.reasons ?? []), { code: PERSON, zh: said.reason, en: said.reason }];
  return { ...row, money: { ...money, screening: { outcome: said.outcome, reasons, by, at: now } } };
};
