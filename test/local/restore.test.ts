import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consignmentSummary } from '../../functions/delivery/view.ts';
import { requestView } from '../../functions/request/view.ts';
import { backUp } from '../../local/backup/backup.ts';
import { checkedBackup } from '../../local/backup/manifest.ts';
import { mustBeWhole, restore } from '../../local/backup/restore.ts';
import { type OwnHost, spawnHost } from '../../scenario/own-host.ts';
import { CHECKPOINT, OTHER_VILLAGE, type SmallCounty, smallCounty, VILLAGE } from '../support/county.ts';
import { dataFolder } from '../support/folder.ts';

const run = promisify(execFile);
/** As `npm run` calls it; what it prints. */
const command = async (name: string, ...args: string[]): Promise<string> =>
  (await run(process.execPath, [join(import.meta.dirname, `../../bin/${name}.ts`), ...args])).stdout;
const all = (file: string, sql: string) => {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
};
const lastSequence = (file: string): number =>
  Number(all(file, 'SELECT MAX(CAST(sequence_number AS INTEGER)) AS last FROM _stream_records')[0]?.['last']);

const env = { SAMPLE_COUNTY: 'no', REHEARSAL_CLOCK: `${new Date().toISOString()} 60` };
let place: string;
let dataDir: string;
let fresh: string;
let host: OwnHost;
let county: SmallCounty;
let backups: string;
let backup: string;
/** What waits for a decision, and who waits for goods that are planned, in picking and on the way. */
let ids: Record<'asked' | 'planned' | 'picking' | 'sent' | 'done', string>;
let code: Record<'picking' | 'sent', string>;
let consignments: Record<'planned' | 'picking' | 'sent', string>;

const promised = async (siteId: string, boxes: number) => {
  const recipients = siteId === CHECKPOINT ? 'post' : 'residents';
  const { id } = await county.ask({ siteId, boxes, recipients });
  await county.requestWhen('it is promised', id, ({ lines }) => lines[0]?.planned === boxes * 50);
  return id;
};
const closed = (id: string) => county.requestWhen('it closes', id, ({ status }) => status === 'closed');

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'green-channel-backups-'));
  backups = join(place, 'nightly');
  [dataDir, fresh] = [await dataFolder(), await dataFolder()];
  host = await spawnHost({ dataDir, env });
  county = await smallCounty(host);
  await county.item('mask');
  await county.item('dear-mask', { reference: { priceFen: 90_000_000, perQuantity: 50 } });
  await county.stock('mask', 500);

  const done = await promised(VILLAGE, 1);
  const first = await county.pick(await county.open(VILLAGE));
  await county.dispatch(first.id);
  await county.receive(VILLAGE, first.code ?? '');
  await closed(done);
  const sent = await promised(VILLAGE, 2);
  const onTheWay = await county.pick(await county.open(VILLAGE));
  await county.dispatch(onTheWay.id);
  const picking = await promised(OTHER_VILLAGE, 3);
  const inPicking = await county.pick(await county.open(OTHER_VILLAGE));
  const planned = await promised(CHECKPOINT, 4);
  const gathering = await county.gathering(CHECKPOINT);
  const asked = await county.ask({ siteId: OTHER_VILLAGE, boxes: 1, itemId: 'dear-mask' });
  await county.requestWhen('it waits for a person', asked.id, ({ next }) => next.step === 'decision');
  ids = { asked: asked.id, planned, picking, sent, done };
  consignments = { planned: gathering, picking: inPicking.id, sent: onTheWay.id };
  code = { picking: inPicking.code ?? '', sent: onTheWay.code ?? '' };
});
afterAll(async () => {
  await host.stop();
  for (const folder of [place, dataDir, fresh]) await rm(folder, { recursive: true, force: true });
});

describe('a backup', () => {
  it('is taken while people work, and is whole and sound', async () => {
    let isDone = false;
    const work = async () => {
      let asked = 0;
      for (; !isDone; asked += 1) await county.ask({ siteId: VILLAGE, boxes: 1, recipients: 'residents' });
      return asked;
    };
    const working = work();
    const said = await command('backup', backups, '--data', dataDir);
    isDone = true;
    expect(await working).toBeGreaterThan(0);
    const [name = '', ...more] = await readdir(backups);
    expect(more).toEqual([]);
    backup = join(backups, name);
    expect(said).toContain(`${backup}: 1 files, `);
    expect((await checkedBackup(backup)).files.map(({ path }) => path)).toEqual(['table.db']);
    expect(lastSequence(join(backup, 'table.db'))).toBeGreaterThan(0);
  });

  it('is not taken of a folder that holds nothing', async () => {
    await expect(backUp(place, backups, new Date())).rejects.toThrow(
      `There is no table.db in ${place}: name the host's data folder with --data.`,
    );
    expect(await readdir(backups)).toHaveLength(1);
  });

  it('is refused when a byte of it has changed, and nothing is touched', async () => {
    const damaged = join(place, 'damaged');
    await cp(backup, damaged, { recursive: true });
    const table = await readFile(join(damaged, 'table.db'));
    table[table.length - 1] = (table.at(-1) ?? 0) ^ 1;
    await writeFile(join(damaged, 'table.db'), table);
    await expect(restore(damaged, fresh, new Date())).rejects.toThrow(/^table\.db of .* is not as it was made/);
    await expect(restore(place, fresh, new Date())).rejects.toThrow('is no backup');
    expect(existsSync(join(fresh, 'table.db'))).toBe(false);
  });

  it('is not restored over a host that lives', async () => {
    await expect(restore(backup, dataDir, new Date())).rejects.toThrow(/^Another host \(process \d+\) runs on /);
  });
});

describe('after a restore', () => {
  beforeAll(async () => {
    // What the new life knows nothing of.
    await county.people.headquarters.post(
      `/staff/requests/${ids.asked}/decision`,
      { outcome: 'refused', note: '不批' },
      requestView,
    );
    await county.receive(VILLAGE, code.sent);
    await closed(ids.sent);
    const gone = once(host.child, 'exit');
    host.child.kill('SIGKILL');
    await gone;
    // An engine that outlives its host is that folder's business, and ended by whoever starts there next.
    expect(await command('restore', backup, '--data', fresh)).toContain(`${fresh} is as it was at `);
    // The sign-in is no part of a backup: here it is of the county's own.
    await cp(join(dataDir, 'issuer-key.json'), join(fresh, 'issuer-key.json'));
    const { port } = host;
    await host.stop();
    host = await spawnHost({ dataDir: fresh, port, env });
  });

  it('every workflow that has not ended has one execution, of the new life', async () => {
    expect(await county.request(ids.asked)).toMatchObject({ status: 'submitted', next: { step: 'decision' } });
    expect(existsSync(join(fresh, 'to-recover'))).toBe(false);
    const names = all(join(fresh, 'journal.db'), 'SELECT name FROM executions').map(({ name }) => String(name));
    const executionsOf = (id: string) => names.filter((name) => name.startsWith(`${id}-`));
    for (const id of [ids.asked, ids.planned, ids.picking, ids.sent, ...Object.values(consignments)]) {
      const [name = '', ...more] = executionsOf(id);
      expect(more, id).toEqual([]);
      expect(Number(name.slice(id.length + 1)), id).toBeGreaterThan(1_000_000_000);
    }
    expect(executionsOf(ids.done)).toEqual([]);
  });

  it('the stream goes on counting where the backup ended', () => {
    expect(lastSequence(join(fresh, 'table.db'))).toBeGreaterThan(lastSequence(join(backup, 'table.db')));
  });

  it('everything goes on from where it stood, closes, and is there once', async () => {
    await county.receive(VILLAGE, code.sent);
    await county.dispatch(consignments.picking);
    await county.receive(OTHER_VILLAGE, code.picking);
    const picked = await county.pick(consignments.planned);
    await county.dispatch(picked.id);
    await county.receive(CHECKPOINT, picked.code ?? '');
    for (const [id, quantity] of [
      [ids.sent, 100],
      [ids.picking, 150],
      [ids.planned, 200],
    ] as const)
      expect((await closed(id)).lines).toMatchObject([{ approved: quantity, received: quantity }]);
    await county.people.headquarters.post(
      `/staff/requests/${ids.asked}/decision`,
      { outcome: 'approved', note: '同意' },
      requestView,
    );
    expect(await county.request(ids.asked)).toMatchObject({ status: 'approved' });
    const open = await county.people.auditor.all('/staff/consignments?status=failed', consignmentSummary);
    expect(open).toEqual([]);
    expect(await county.balanced()).toBe(true);
  });

  it('what was there before is kept aside, and a restore that was cut off is finished before a host starts', async () => {
    await host.stop();
    const { replaced } = await restore(backup, fresh, new Date());
    expect(await readdir(replaced ?? '')).toEqual(expect.arrayContaining(['journal.db', 'table.db']));
    await writeFile(join(fresh, 'restoring'), '');
    expect(() => mustBeWhole(fresh)).toThrow('was cut off: run it again');
    await restore(backup, fresh, new Date(Date.now() + 5_000));
    expect(() => mustBeWhole(fresh)).not.toThrow();
    expect(existsSync(join(fresh, 'to-recover'))).toBe(true);
  });
});

it('a backup of which there is one of the same second is not made over it', async () => {
  const at = new Date('2022-05-12T01:00:00Z');
  await backUp(fresh, backups, at);
  await expect(backUp(fresh, backups, at)).rejects.toThrow('There is a backup of this second already');
});
