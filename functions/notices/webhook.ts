import { createHmac } from 'node:crypto';
import { plusMinutes } from '../shared/clock.ts';
import type { Notice } from './notice.ts';
import { viewOf } from './view.ts';

/** A notice is given up after so many attempts: after some 32 hours, since pauses double from one minute up to four hours. */
export const ATTEMPTS = 16;
const LONGEST_MINUTES = 240;

/** Minutes until the next attempt, after so many. */
const pause = (attempts: number): number => Math.min(LONGEST_MINUTES, 2 ** (attempts - 1));

/** As the convention writes a secret: `whsec_` and 24 to 64 random bytes in base64. */
const SECRET = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;

/** The key in a secret. @throws Error when it is none; it does not say what it was. */
export const keyFrom = (secret: string): Buffer => {
  const [, text = ''] = SECRET.exec(secret) ?? [];
  const key = Buffer.from(text, 'base64');
  if (key.length < 24 || key.length > 64)
    throw new Error('The secret of the webhook is "whsec_" and 24 to 64 random bytes in base64.');
  return key;
};

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Whose inbox it is: a role's has a dot in its name. */
const audienceOf = ({ inbox }: Notice): 'staff' | 'point' => (inbox.includes('.') ? 'staff' : 'point');

/**
 * A notice as it is sent, signed as Standard Webhooks says: the receiver knows by `webhook-id`, which is the notice's,
 * whether it has it already. It holds what the reader of the inbox sees, less who has read it: nothing of a person.
 */
export const messageOf = (notice: Notice, key: Buffer, now: string): Message => {
  const { county, id, inbox, code, at } = notice;
  const { status, acknowledged, ...view } = viewOf(notice, audienceOf(notice));
  const body = JSON.stringify({ type: `notice.${code}`, timestamp: at, data: { county, inbox, ...view } });
  const timestamp = String(Math.floor(Date.parse(now) / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  };
};

/** What came of one attempt: an HTTP status, or why there was none. */
export interface Outcome {
  readonly delivered: boolean;
  readonly outcome: string;
}

/** Yet to be sent, and it is time. */
export const isDue = (notice: Notice, now: string): boolean =>
  notice.posting !== undefined && notice.posting.nextAt <= now;

/** The notice without the mark that it is yet to be sent: nobody is there to receive it. */
export const unmarked = ({ posting, ...notice }: Notice): Notice => notice;

/** The notice after an attempt: sent, given up, or to be tried again later. */
export const tried = (notice: Notice, { delivered, outcome }: Outcome, now: string): Notice => {
  const attempts = [...(notice.posting?.attempts ?? []), { at: now, outcome }];
  if (delivered) return { ...unmarked(notice), posted: { as: 'delivered', attempts } };
  if (attempts.length >= ATTEMPTS) return { ...unmarked(notice), posted: { as: 'given-up', attempts } };
  return { ...notice, posting: { nextAt: plusMinutes(now, pause(attempts.length)), attempts } };
};
