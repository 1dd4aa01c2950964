import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { consignmentView } from '../../functions/delivery/view.ts';
import { operations } from '../../functions/operations/figures.ts';
import { requestRow } from '../../functions/request/request.ts';
import { requestView } from '../../functions/request/view.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { goodsReceived } from '../../functions/stock/goods-received.ts';
import { movementView } from '../../functions/stock/movement.ts';
import { raised } from '../../functions/workflow/timeline.ts';
import { markOf } from '../../local/processes.ts';
import { engineClients } from '../../local/table/table.ts';
import { readDeployment } from '../../local/template/deployment.ts';
import { synthesised } from '../../local/template/synth.ts';
import { staffMember } from '../../scenario/people.ts';
import { CHECKPOINT, OTHER_VILLAGE, type SmallCounty, smallCounty } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { useHost } from '../support/host.ts';

const on = useHost({ env: { POWERTOOLS_LOG_LEVEL: 'INFO' } });
let county: SmallCounty;
beforeAll(async () => {
  county = await smallCounty(on.host);
  await county.item('mask');
  await county.item('dear-mask', { reference: { priceFen: 90_000_000, perQuantity: 50 } });
});

const movementsOf = (lotId: string) => county.people.auditor.all(`/staff/lots/${lotId}/movements`, movementView);
/** A storekeeper's command, under an id that his own desk gave it. */
const post = async (path: string, correlation: string, body: unknown) => {
  const response = await fetch(`${on.host.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await on.host.tokenOf(staffMember('storekeeper', county.county))}`,
      'content-type': 'application/json',
      'idempotency-key': `key-${correlation}`,
      'x-correlation-id': correlation,
    },
    body: JSON.stringify(body),
  });
  return { response, body: (await response.json()) as unknown };
};
const lineOf = (correlation: string): Record<string, unknown> =>
  on.host
    .words()
    .split('\n')
    .filter((line) => line.includes('"API-ANSWERED"') && line.includes(`"${correlation}"`))
    .map((line) => JSON.parse(line))[0];

describe('one id', () => {
  it('leads from a request over its line in the log to the movement, and back', async () => {
    const paper = { source: 'existing', placeId: 'warehouse', document: 'P-1' };
    const lines = [{ itemId: 'mask', quantity: 100, unit: '盒' }];
    const booked = await post('/staff/stock-receipts', 'desk-3-0001', { ...paper, lines });
    expect(booked.response.headers.get('x-correlation-id')).toBe('desk-3-0001');
    const said = await eventually('the line is printed', async () => lineOf('desk-3-0001'), Boolean);
    expect(said).toMatchObject({ route: '/staff/stock-receipts', status: 201, subject: 'sample-storekeeper' });
    const note = await county.people.auditor.get(`/staff/stock-receipts/${said['result']}`, goodsReceived);
    const [movement] = await movementsOf(note.lines[0]?.lotId ?? '');
    expect(movement).toMatchObject({
      kind: 'opening',
      correlation: 'desk-3-0001',
      commit: expect.stringMatching(/^cmt_/),
    });
  });

  it('is carried by what the machines do for the request later, until another has a hand in it', async () => {
    const { id, events } = await county.ask({ siteId: CHECKPOINT, boxes: 2 });
    const asked = events[0]?.correlation;
    expect(asked).toBeDefined();
    const promised = await county.requestWhen('it is promised', id, ({ lines }) => lines[0]?.planned === 100);
    expect(promised.events.map(({ name, by, correlation }) => [name, by, correlation])).toEqual([
      ['RequestSubmitted', `sample-point-${CHECKPOINT}`, asked],
      ['RequestApproved', 'green-channel', asked],
    ]);
    const consignment = await county.pick(await county.gathering(CHECKPOINT));
    const sent = await post(`/staff/consignments/${consignment.id}/dispatch`, 'desk-3-0002', {
      carrier: '样例运输队',
      vehicle: '样例车1',
    });
    const dispatched = consignmentView.parse(sent.body);
    expect(dispatched.events.at(-1)).toMatchObject({ correlation: 'desk-3-0002' });
    const movements = await movementsOf(dispatched.lines[0]?.lotId ?? '');
    expect(movements.at(-1)).toMatchObject({
      kind: 'dispatched',
      correlation: 'desk-3-0002',
      commit: dispatched.events.at(-1)?.commit,
    });
  });

  it('is ours where the one that came is none, also on a refusal', async () => {
    const { response } = await post('/staff/nowhere', 'short', {});
    expect(response.status).toBe(404);
    expect(response.headers.get('x-correlation-id')).toMatch(/^[\da-f-]{36}$/);
  });
});

const figures = () => county.people.auditor.get('/staff/operations', operations);
const hostPart = z.object({
  consumers: z.array(z.object({ consumer: z.string(), records: z.int(), seconds: z.int() })),
  setAside: z.object({ files: z.int(), newest: z.string().optional() }),
  transactions: z.object({ committed: z.int(), refused: z.int() }),
  bytes: z.object({ table: z.int(), journal: z.int() }),
});

describe('the figures', () => {
  it('say that all is well, and what the host knows of itself', async () => {
    const well = await eventually('it has swept and reconciled', figures, (found) =>
      Boolean(found.sweep && found.reconciliation?.completedAt),
    );
    expect(well).toMatchObject({ sweep: { failures: 0 }, unsettled: [], reconciliation: { outOfBalance: [] } });
    expect(well.failed.map(({ count }) => count)).toEqual(well.failed.map(() => 0));
    const host = hostPart.parse(well.host);
    expect(host.consumers).toHaveLength(2);
    expect(host.setAside).toEqual({ files: 0 });
    expect(host.transactions.committed).toBeGreaterThan(10);
    expect(Math.min(host.bytes.table, host.bytes.journal)).toBeGreaterThan(0);
  });

  it('are for staff only, and nothing is added to a refusal', async () => {
    const asking = county.people.point(CHECKPOINT).get('/staff/operations', z.unknown());
    await expect(asking).rejects.toMatchObject({ status: 403, code: 'wrong-role' });
  });
});

/** The engine that belongs to the host, as whoever edits rows by hand would find it. */
const table = () => {
  const { pid } = markOf(readFileSync(join(on.host.dataDir, 'engine.lock'), 'utf8')) ?? { pid: 0 };
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return engineClients(`http://127.0.0.1:${args[args.indexOf('--port') + 1]}`).dynamo;
};
const tableName = async () => readDeployment(await synthesised(on.host.dataDir)).table.TableName;

/** `npm run replay` as the runbook has it; what it prints, and how it ends. */
const replay = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, '../../bin/replay.ts'), ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );

describe('a poisoned record', () => {
  it('is found by its figure, mended and replayed, as the runbook says', async () => {
    const { id } = await county.ask({ siteId: OTHER_VILLAGE, boxes: 1, itemId: 'dear-mask' });
    await county.requestWhen('it waits for a person', id, ({ next }) => next.step === 'decision');
    const [dynamo, TableName] = [table(), await tableName()];
    const Key = keysOf(county.county).request(id);
    const { Item: row = {} } = await dynamo.send(new GetCommand({ TableName, Key: { ...Key } }));
    // As a release would have left it that writes what this one cannot read.
    const owed = requestRow.store(raised(requestRow.parse(row), await county.now()));
    await dynamo.send(new PutCommand({ TableName, Item: { ...owed, needBy: 7 } }));

    const ill = await eventually('it is set aside', figures, ({ host }) => hostPart.parse(host).setAside.files === 1);
    expect(ill.unsent).toContainEqual(expect.objectContaining({ kind: 'request', mark: 'start', count: 1 }));
    const { newest = '' } = hostPart.parse(ill.host).setAside;
    const { requestContext, payload } = JSON.parse(readFileSync(newest, 'utf8'));
    expect(requestContext).toMatchObject({ condition: 'RetryAttemptsExhausted' });
    expect(JSON.parse(payload).Records[0].dynamodb.Keys.PK.S).toBe(Key.PK);
    expect(on.host.words()).toContain('needBy');

    const failures = join(on.host.dataDir, 'failures');
    expect(await replay(failures, '--host', on.host.url)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('1 records failed again'),
    });
    await dynamo.send(new PutCommand({ TableName, Item: owed }));
    expect(await replay(failures, '--host', on.host.url)).toEqual({ code: 0, stdout: `${newest}: done\n` });

    await eventually(
      'nothing is left to do',
      figures,
      ({ host, unsent }) => hostPart.parse(host).setAside.files === 0 && unsent.every(({ count }) => count === 0),
    );
    const { headquarters } = county.people;
    const decision = { outcome: 'approved', note: '同意' };
    await headquarters.post(`/staff/requests/${id}/decision`, decision, requestView);
    expect(await replay(`${newest}.done`, '--host', on.host.url)).toMatchObject({ code: 0 });
    expect(await county.request(id)).toMatchObject({ status: 'approved' });
  });
});
