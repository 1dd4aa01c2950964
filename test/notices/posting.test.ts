import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countyRow } from '../../functions/catalogue/county.ts';
import { acknowledge, noticeOf } from '../../functions/notices/inbox.store.ts';
import { notify } from '../../functions/notices/notice.ts';
import { type PostDeps, postNotices } from '../../functions/notices/post.store.ts';
import { webhookFrom } from '../../functions/notices/secret.store.ts';
import { ATTEMPTS } from '../../functions/notices/webhook.ts';
import { systemActor } from '../../functions/shared/actor.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { commit } from '../../functions/shared/commit.store.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed } from '../../functions/shared/table.store.ts';
import { eventually } from '../support/eventually.ts';
import { anew, put } from '../support/need.ts';
import { SECRET, startReceiver } from '../support/receiver.ts';
import { useTable } from '../support/table.ts';

const table = useTable();
const logged: string[] = [];
let receiver: Awaited<ReturnType<typeof startReceiver>>;
const county = '650001';
const other = '650002';

beforeEach(async () => {
  logged.length = 0;
  receiver = await startReceiver();
  await put(table, countyRow, { county });
});
afterEach(async () => {
  await receiver.close();
  // What a test leaves unsent, to be tried again within hours, is nothing to the next one.
  table.time = plusMinutes(table.time, 300);
  await postNotices({ ...posting(), webhook: undefined });
});

const posting = (change: Partial<PostDeps> = {}): PostDeps => ({
  ...table,
  webhook: webhookFrom({ WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET }),
  patience: { post: 500, run: 5_000 },
  log: { info: () => {}, warn: (code) => logged.push(code), error: (code) => logged.push(code) },
  ...change,
});

const told = async (id = table.ids.next('not'), to = county): Promise<string> => {
  const words = { code: 'need-overdue', zh: '已逾期', en: 'Overdue', about: { kind: 'request', id: 'req_1' } };
  const notice = notify({ role: 'clerk' }, { county: to, id, at: table.time, ...words });
  await commit(table, { actor: systemActor(to), now: table.time, actions: [notice], news: [] });
  table.time = plusMinutes(table.time, 1);
  return id;
};
const row = (id: string) => noticeOf(table, county, id);
const unsent = async () =>
  (await everyIndexed(table, { index: 'GSI1', at: keysOf(county).queue('notices.unsent') })).map(({ id }) => id);
const ids = () => receiver.heard.map(({ id }) => id);

describe('a new notice', () => {
  it('is sent once, signed, and says on its row that it was', async () => {
    const id = await told();
    await postNotices(posting());
    await postNotices(posting());
    expect([ids(), receiver.forged]).toEqual([[id], []]);
    expect(receiver.heard[0]?.body.data).toMatchObject({ county, id, zh: '已逾期', inbox: 'staff.clerk' });
    const { posting: mark, posted } = await row(id);
    expect(mark).toBeUndefined();
    expect(posted).toEqual({ as: 'delivered', attempts: [{ at: table.time, outcome: '204' }] });
    expect(await unsent()).toEqual([]);
  });

  it('is sent from every county, what has waited longest first', async () => {
    await put(table, countyRow, { county: other });
    const sent: string[] = [];
    for (const to of [other, county, other, county, other]) sent.push(await told(undefined, to));
    // Four are sent at a time, and whichever of them is heard first: the fifth waits until one of them is done.
    receiver.answering.status = 'silent';
    const run = postNotices(posting({ patience: { post: 1_000, run: 5_000 } }));
    await eventually(
      'four are under way',
      async () => ids(),
      ({ length }) => length >= 4,
    );
    expect(ids().slice(0, 4).toSorted()).toEqual(sent.slice(0, 4).toSorted());
    receiver.answering.status = 204;
    await run;
    expect(ids()[4]).toBe(sent[4]);
  });

  it('loses its mark where there is no webhook, and is sent to nobody afterwards', async () => {
    const id = await told();
    await postNotices(posting({ webhook: undefined }));
    await postNotices(posting());
    expect(ids()).toEqual([]);
    const { posting: mark, posted } = await row(id);
    expect([mark, posted]).toEqual([undefined, undefined]);
  });
});

describe('a receiver', () => {
  it.each([
    ['that fails', 500, '500'],
    ['that sends elsewhere', 302, '302'],
    ['that does not answer', 'silent', 'timeout'],
  ] as const)('%s is tried again later, and hears of it when it has recovered', async (_, status, outcome) => {
    receiver.answering.status = status;
    const id = await told();
    const at = table.time;
    await postNotices(posting({ patience: { post: 150, run: 5_000 } }));
    await postNotices(posting());
    expect(ids()).toEqual([id]);
    expect(logged).toEqual(['NOTICE-UNSENT']);
    expect((await row(id)).posting).toEqual({ nextAt: plusMinutes(at, 1), attempts: [{ at, outcome }] });

    receiver.answering.status = 204;
    table.time = plusMinutes(table.time, 2);
    await postNotices(posting());
    expect((await row(id)).posted).toEqual({
      as: 'delivered',
      attempts: [
        { at, outcome },
        { at: table.time, outcome: '204' },
      ],
    });
    // The same id: whoever took it the first time may drop the second.
    expect(new Set(ids())).toEqual(new Set([id]));
    expect(receiver.heard[0]?.raw).toBe(receiver.heard[1]?.raw);
  });

  it('that is not there at all is told apart', async () => {
    await receiver.close();
    const id = await told();
    await postNotices(posting());
    expect((await row(id)).posting?.attempts).toMatchObject([{ outcome: 'ECONNREFUSED' }]);
    receiver = await startReceiver();
  });

  it('that never recovers is given up, which the notice and the log say', async () => {
    receiver.answering.status = 503;
    const id = await told();
    for (let n = 0; n < ATTEMPTS + 2; n += 1) {
      await postNotices(posting());
      table.time = plusMinutes(table.time, 241);
    }
    expect((await row(id)).posted).toMatchObject({ as: 'given-up' });
    expect([ids().length, logged.at(-1)]).toEqual([ATTEMPTS, 'NOTICE-GIVEN-UP']);
    expect(await unsent()).toEqual([]);
  });

  it('that is slow keeps a run no longer than its time, and nothing is lost by it', async () => {
    receiver.answering.status = 'silent';
    const all = await Promise.all(Array.from({ length: 12 }, () => told()));
    await postNotices(posting({ patience: { post: 100, run: 50 } }));
    expect(ids().length).toBeLessThan(12);
    receiver.answering.status = 204;
    table.time = plusMinutes(table.time, 5);
    await postNotices(posting());
    expect(new Set(ids())).toEqual(new Set(all));
    expect(await unsent()).toEqual([]);
  });
});

describe('two at the same time', () => {
  it('who both send a notice write down one attempt each at most, and the notice is delivered', async () => {
    const id = await told();
    receiver.answering.status = 503;
    await Promise.all([postNotices(posting()), postNotices(posting())]);
    expect((await row(id)).posting?.attempts).toMatchObject([{ outcome: '503' }]);
    receiver.answering.status = 204;
    table.time = plusMinutes(table.time, 2);
    await Promise.all([postNotices(posting()), postNotices(posting())]);
    expect(new Set(ids())).toEqual(new Set([id]));
    expect((await row(id)).posted).toMatchObject({
      as: 'delivered',
      attempts: [{ outcome: '503' }, { outcome: '204' }],
    });
  });

  it('one who acknowledges while it is being sent loses nothing by it', async () => {
    const id = await told();
    const clerk = { ...systemActor(county), sub: 'ana' };
    const reading = acknowledge(table, clerk, anew(), id, () => {});
    await Promise.all([postNotices(posting()), reading]);
    expect(await row(id)).toMatchObject({ acknowledged: { by: 'ana' }, posted: { as: 'delivered' } });
  });
});

describe('a run that cannot do its work', () => {
  it('fails where the secret cannot be read, and counts no attempt', async () => {
    const id = await told();
    const webhook = { url: receiver.url, key: () => Promise.reject(new Error('AccessDenied')) };
    await expect(postNotices(posting({ webhook }))).rejects.toThrow('AccessDenied');
    expect((await row(id)).posting?.attempts).toEqual([]);
  });

  it('sends all others where one notice cannot be read, and is then seen to have failed', async () => {
    const [odd, fine] = [await told(), await told()];
    const key = keysOf(county).notice(odd);
    const broken = { ...key, county, id: odd, type: 'notice', v: 1 };
    const marked = { ...broken, GSI1PK: keysOf(county).queue('notices.unsent'), GSI1SK: `2022#${odd}` };
    const raw = { type: 'notice', traced: false, parse: () => marked, store: () => marked, keyOf: () => key };
    await put(table, raw, marked);
    await expect(postNotices(posting())).rejects.toThrow('1 notices');
    expect([ids(), logged]).toEqual([[fine], ['NOTICE-POST-FAILED']]);
    await put(table, { ...raw, store: () => ({ ...broken }) }, marked);
  });
});
