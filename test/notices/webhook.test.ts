import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noticeRow } from '../../functions/notices/notice.ts';
import { webhookFrom } from '../../functions/notices/secret.store.ts';
import { ATTEMPTS, isDue, keyFrom, messageOf, tried } from '../../functions/notices/webhook.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { COUNTY, NOW } from '../support/need.ts';
import { runs } from '../support/random.ts';
import { SECRET } from '../support/receiver.ts';

const notice = (change = {}) =>
  noticeRow.parse({
    ...{ type: 'notice', v: 1, county: COUNTY, id: 'not_1', version: 1, inbox: 'staff.approver' },
    ...{ code: 'request-referred', zh: '请审批', en: 'Decide', about: { kind: 'request', id: 'req_1' } },
    ...{ at: NOW, posting: { nextAt: NOW, attempts: [] }, ...change },
  });
const failed = { delivered: false, outcome: '503' };
const sent = { delivered: true, outcome: '204' };

describe('given a notice that is sent', () => {
  const message = messageOf(notice(), keyFrom(SECRET), NOW);

  it('is signed over its id, the time and the body, so that a receiver knows it and a repeat of it', () => {
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = message.headers;
    expect([id, at]).toEqual(['not_1', String(Date.parse(NOW) / 1000)]);
    const key = Buffer.from(SECRET.slice(6), 'base64');
    expect(signature).toBe(`v1,${createHmac('sha256', key).update(`${id}.${at}.${message.body}`).digest('base64')}`);
  });

  it('says what the inbox says, and of no person who has read it', () => {
    expect(JSON.parse(message.body)).toEqual({
      type: 'notice.request-referred',
      timestamp: NOW,
      data: {
        ...{ county: COUNTY, inbox: 'staff.approver', id: 'not_1', code: 'request-referred', at: NOW },
        ...{ zh: '请审批', en: 'Decide', about: { kind: 'request', id: 'req_1' } },
        next: {
          zh: '审批：批准、核减或不予批准',
          en: 'Decide: approve, cut or refuse',
          method: 'POST',
          path: '/staff/requests/req_1/decision',
        },
      },
    });
    const read = notice({ acknowledged: { by: 'ana', at: NOW } });
    expect(messageOf(read, keyFrom(SECRET), NOW).body).toBe(message.body);
  });

  it('leads a site through the point’s own door', () => {
    const { body } = messageOf(notice({ inbox: 'checkpoint-1' }), keyFrom(SECRET), NOW);
    expect(JSON.parse(body).data.next.path).toBe('/point/requests/req_1');
  });
});

describe('given attempts that fail', () => {
  it('each pause is as long as the one before or twice that, four hours at most, and there is an end', () => {
    let [now, row] = [NOW, notice()];
    const pauses: number[] = [];
    while (row.posting !== undefined) {
      row = tried(row, failed, now);
      const next = row.posting?.nextAt ?? now;
      if (row.posting !== undefined) pauses.push((Date.parse(next) - Date.parse(now)) / 60_000);
      expect(isDue(row, plusMinutes(next, -1))).toBe(false);
      now = next;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, ...Array(ATTEMPTS - 9).fill(240)]);
    expect(row.posted).toMatchObject({ as: 'given-up' });
    expect(row.posted?.attempts).toHaveLength(ATTEMPTS);
    expect(noticeRow.store(row)).not.toHaveProperty('GSI1PK');
  });

  it('it ends with the first that does not, and nothing else of the notice is touched', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: ATTEMPTS - 1 }), (failures) => {
        let row = notice();
        for (let n = 0; n < failures; n += 1) row = tried(row, failed, NOW);
        const { posted, ...rest } = tried(row, sent, NOW);
        const { posting, ...before } = notice();
        expect(rest).toEqual(before);
        expect([posted?.as, posted?.attempts.length]).toEqual(['delivered', failures + 1]);
      }),
      { numRuns: runs(30) },
    );
  });
});

describe('given what a deployment says of its webhook', () => {
  it.each(['', 'whsec_', 'whsec_short', 'secret', `whsec_${'!'.repeat(40)}`, `x${SECRET}`])(
    'the secret %j is refused without being said',
    (secret) => {
      expect(() => keyFrom(secret)).toThrow('24 to 64 random bytes');
    },
  );

  it('there is none without an address, and none without a secret', async () => {
    expect(webhookFrom({})).toBeUndefined();
    expect(webhookFrom({ WEBHOOK_URL: '' })).toBeUndefined();
    expect(() => webhookFrom({ WEBHOOK_URL: 'https://x' })).toThrow('WEBHOOK_SECRET_PARAMETER');
    const webhook = webhookFrom({ WEBHOOK_URL: 'https://x', WEBHOOK_SECRET: SECRET });
    expect(await webhook?.key()).toEqual(keyFrom(SECRET));
  });
});
