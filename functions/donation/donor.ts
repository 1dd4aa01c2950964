import { z } from 'zod';
import { type Action, insert } from '../shared/actions.ts';
import { keysOf } from '../shared/keys.ts';
import { text } from '../shared/quantity.ts';
import { defineRow } from '../shared/row.ts';

export const donorKind = z.enum(['company', 'unit', 'person']);

const phone = z
  .string()
  .trim()
  .regex(/^\+?\d[\d -]{4,24}$/, '须为电话号码：数字、空格和连字符。 A telephone number: digits, blanks and hyphens.');

/** Who gives, as they say it themselves. Somebody who is to be named nowhere need not say who they are. */
export const donorBody = z
  .strictObject({
    kind: donorKind,
    name: text(80).optional(),
    /** Named on the acknowledgement; anonymous: nowhere. */
    anonymous: z.boolean().default(false),
    /** Whom to ask for, and where. */
    contact: text(60).optional(),
    phone: phone.optional(),
  })
  .refine(({ name, anonymous }) => name !== undefined || anonymous, {
    path: ['name'],
    error: '请填写捐赠人名称，或选择匿名。 Say who gives, or that it is anonymous.',
  });

/**
 * A donor. What may say who it is stands in this row only (DESIGN: personal data), so that it can be taken away and the
 * ledger stays whole; the gift carries the id.
 */
export const donorRow = defineRow({
  type: 'donor',
  v: 1,
  schema: z.object({
    county: z.string(),
    id: z.string(),
    version: z.int(),
    kind: donorKind,
    anonymous: z.boolean(),
    name: z.string().optional(),
    contact: z.string().optional(),
    phone: z.string().optional(),
    /** What the donor wrote beside the gift, and why it took it back: either may name anybody. */
    note: z.string().optional(),
    withdrawal: z.string().optional(),
    /** When what said who it was, was taken away at its own wish. */
    erasedAt: z.string().optional(),
    at: z.string(),
  }),
  keys: (row) => keysOf(row.county).donor(row.id),
});
export type Donor = ReturnType<typeof donorRow.parse>;

export const noted = (donor: Omit<Donor, 'version'>): Action => insert(donorRow, { ...donor, version: 1 });

/** The donor without anything that says who it is. */
export const erased = ({ county, id, version, kind, at }: Donor, now: string): Donor => ({
  ...{ county, id, version, kind, at },
  anonymous: true,
  erasedAt: now,
});

/** What the acknowledgement calls the donor. */
export const calledOf = ({ anonymous, name }: Pick<Donor, 'anonymous' | 'name'>): string =>
  anonymous || name === undefined ? '爱心人士' : name;
