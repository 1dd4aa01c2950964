import { z } from 'zod';
import { isLate, withoutMachinery } from '../workflow/timeline.ts';
import { type Donation, type DonationStatus, type DonationView, donationView, statusSaid } from './donation.ts';
import { type Donor, donorKind } from './donor.ts';

const STEPS = {
  registered: 'screen',
  review: 'review',
  expected: 'count-in',
  counted: 'release',
  received: 'look-after',
  asking: 'ask',
  returning: 'return',
  closed: 'nothing',
  declined: 'nothing',
  lapsed: 'nothing',
  withdrawn: 'nothing',
} as const satisfies Record<DonationStatus, string>;

/** A gift as it stands in a list: who gives is for its own page only. */
export const donationSummary = donationView
  .pick({
    id: true,
    status: true,
    statusZh: true,
    channel: true,
    placeId: true,
    expectedAt: true,
    at: true,
    next: true,
  })
  .extend({
    /** Kinds of goods in it. */
    lines: z.int(),
    /** Of money: what was promised. */
    amountFen: z.int().optional(),
  });
export type DonationSummary = z.infer<typeof donationSummary>;

const viewed = (row: Donation, now: string): DonationView => {
  const { dueAt, reminders, status } = row;
  const { salt: _salt, codeHash: _hash, ...rest } = withoutMachinery(row);
  const step = row.failure === undefined ? STEPS[status] : 'retry';
  return {
    ...{ ...rest, statusZh: statusSaid(row) },
    next:
      step === 'nothing' ? { step, overdue: false, reminders } : { step, dueAt, overdue: isLate(row, now), reminders },
  };
};

export const summaryOf = (row: Donation, now: string): DonationSummary => {
  const { id, status, statusZh, channel, placeId, expectedAt, at, next } = viewed(row, now);
  return {
    ...{ id, status, statusZh, channel, placeId, expectedAt, at, next, lines: row.lines.length },
    amountFen: row.money?.amountFen,
  };
};

/** A gift with its donor, as far as that is known still, and the reader's to know. */
export const giftView = donationView.extend({
  donor: z.object({
    kind: donorKind,
    anonymous: z.boolean(),
    name: z.string().optional(),
    contact: z.string().optional(),
    phone: z.string().optional(),
    note: z.string().optional(),
    erasedAt: z.string().optional(),
  }),
});
export type GiftView = z.infer<typeof giftView>;

/** @param named whether the reader deals with donors: whoever counts or audits goods need not know who they are. */
export const giftViewOf = (row: Donation, donor: Donor, now: string, named: boolean): GiftView => {
  const { kind, anonymous, name, contact, phone, note, erasedAt } = donor;
  const of = { kind, anonymous, erasedAt, ...(named && { name, contact, phone, note }) };
  return { ...viewed(row, now), donor: of };
};
