import { z } from 'zod';
import type { Policy } from '../catalogue/policy.ts';
import { countyDay, plusDays, plusMinutes } from '../shared/clock.ts';
import { evidenceBody } from '../shared/evidence.ts';
import { compare } from '../shared/order.ts';
import { text } from '../shared/quantity.ts';
import { become, type Consent, type Donation } from './donation.ts';
import { isDesignated } from './gift.ts';

/** A lot of a gift, as it is looked at: base units. */
export interface GiftLot {
  readonly lotId: string;
  readonly itemId: string;
  readonly useBy?: string | undefined;
  readonly madeOn?: string | undefined;
  /** The county's day on which it was counted in: long after it was announced, maybe. */
  readonly cameOn: string;
  /** Still for some only. */
  readonly designated: boolean;
  /** On shelves for use and promised to nobody: whoever it is meant for needs nothing of it now. */
  readonly free: number;
  /** On any shelf, on its way, or looked for: not where it ends yet. */
  readonly underway: number;
}

/** What a donor answers about goods that cannot go where they were meant to. */
export const answerBody = z.strictObject({ decision: z.enum(['county', 'return', 'wait']) });
/** The same, as staff heard it. */
export const toldBody = answerBody.extend({ evidence: evidenceBody });

/** What is left of a gift went back to its donor, as a signed paper says. */
export const returnedBody = z.strictObject({ document: text(120), note: text(300).optional() });
export type ReturnedBody = z.infer<typeof returnedBody>;

/** Days for which a donor's word to wait stands before it is asked again. */
const WAIT_DAYS = 7;

/**
 * The day from which on it is doubtful that whoever a lot is meant for needs it in time: some days before its last, and
 * never before half of its life has passed; of what does not expire, some days after it came.
 */
export const doubtfulFrom = (
  { useBy, cameOn }: Pick<GiftLot, 'useBy' | 'cameOn'>,
  { askDaysBefore, wishDays }: Policy['donation'],
): string => {
  if (useBy === undefined) return plusDays(cameOn, wishDays);
  const half = Math.floor((Date.parse(useBy) - Date.parse(cameOn)) / 86_400_000 / 2);
  return plusDays(useBy, -Math.max(0, Math.min(askDaysBefore, half)));
};

/** The lots whose wish cannot be met in time any more. */
const unmet = (row: Donation, lots: readonly GiftLot[], policy: Policy['donation'], now: string): GiftLot[] =>
  isDesignated(row.wish.for)
    ? lots.filter((lot) => lot.designated && lot.free > 0 && compare(countyDay(now), doubtfulFrom(lot, policy)) >= 0)
    : [];

/** What was found when a gift was looked at, and how it goes on. */
export type Look =
  | { readonly do: 'close' | 'wait' | 'ask' }
  | { readonly do: 'return'; readonly consent: Consent }
  /** The donor's consent is there: these lots are for everybody from now on. */
  | { readonly do: 'open'; readonly consent: Consent; readonly lots: readonly GiftLot[] };

const waited = ({ consents }: Donation, now: string): boolean => {
  const last = consents.at(-1);
  return last?.decision === 'wait' && plusMinutes(last.at, WAIT_DAYS * 1_440) > now;
};

/** What the donor agreed to: answered, or in advance when it registered the gift. */
const agreed = ({ consents, wish, donorId, at }: Donation): Consent | undefined =>
  consents.findLast(({ decision }) => decision !== 'wait') ??
  (wish.fallback === 'ask' ? undefined : { decision: wish.fallback, given: 'in-advance', by: donorId, at });

/** Consents kept of one gift, the newest. */
const MAX_CONSENTS = 50;

/** The gift with the consent that it goes on by on record: nothing goes elsewhere without one. */
export const withConsent = <T extends Pick<Donation, 'consents'>>(row: T, consent: Consent): T =>
  row.consents.includes(consent) ? row : { ...row, consents: [...row.consents, consent].slice(-MAX_CONSENTS) };

/**
 * Looks after a gift that is in the pool. All of it where it ends: closed. Where its wish cannot be met in time, the
 * donor's consent decides, given in advance or when asked; without it nothing goes elsewhere (FACTS: surplus may be
 * redirected only with the donor's consent).
 */
export const look = (row: Donation, lots: readonly GiftLot[], policy: Policy['donation'], now: string): Look => {
  if (lots.every(({ underway }) => underway === 0)) return { do: 'close' };
  const doubtful = unmet(row, lots, policy, now);
  if (doubtful.length === 0 || waited(row, now)) return { do: 'wait' };
  const consent = agreed(row);
  if (consent === undefined) return { do: 'ask' };
  return consent.decision === 'county' ? { do: 'open', consent, lots: doubtful } : { do: 'return', consent };
};

/** The gift as its donor answered: looked at again at once. @throws Problem 409 `wrong-status`. */
export const answered = (row: Donation, consent: Consent, now: string): Donation =>
  withConsent(become(row, 'received', now, now), consent);
