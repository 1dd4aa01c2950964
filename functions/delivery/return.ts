import { z } from 'zod';
import { MAX_ACTIONS } from '../shared/actions.ts';
import { slug, text } from '../shared/quantity.ts';
import type { Effects } from '../stock/movement.ts';
import type { Found } from './consignment.ts';
import { cameBackLines } from './receipt.ts';

/** Why a consignment came back, or went elsewhere. */
export const undeliverable = z.enum(['refused', 'road-blocked', 'nobody-there', 'site-closed', 'not-needed', 'other']);

export const returnBody = z.strictObject({
  reason: undeliverable,
  note: text(500).optional(),
  /** The warehouse that has the goods now; none: the one that they left. */
  placeId: slug.optional(),
  lines: cameBackLines,
});
export type ReturnBody = z.infer<typeof returnBody>;

type Back = Pick<Found, 'good' | 'damaged' | 'missing'>;

/** What came back whole, or is not there any more: one movement of its own. */
export const wholeBack = ({ good, missing }: Back): Effects => ({
  inTransit: -(good + missing),
  onHand: good,
  unaccounted: missing,
});

/** What came back broken lies on a shelf too, until it is disposed of. */
export const brokenBack = ({ damaged }: Back): Effects => ({ inTransit: -damaged, onHand: damaged });

/** Header, event, idempotency marker; shortfall, its event, its notice; the notice to the site. */
const ALWAYS = 7;

/** How many lines may be part broken: each takes a movement and a shelf more than a line that came back whole. */
export const brokenThatFit = (lotLines: number, needLines: number): number =>
  Math.floor((MAX_ACTIONS - ALWAYS - 2 * lotLines - needLines) / 2);
