import { rm } from 'node:fs/promises';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineRow, planned } from '../../functions/request/line.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { type Host, startHost } from '../../local/host.ts';
import { type Audit, auditOf } from '../support/audit.ts';
import { ASKING, type SmallCounty, smallCounty } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
import { dataFolder } from '../support/folder.ts';
import { seed } from '../support/random.ts';
import { useTable } from '../support/table.ts';

// What goes wrong is meant to: functions read their log level when they are made.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';

const REQUESTS = 200;
const BOXES = 150;
const PATIENCE_MS = 120_000;

const deps = useTable();
let host: Host;
let dataDir = '';
let county: SmallCounty;

beforeAll(async () => {
  dataDir = await dataFolder();
  host = await startHost({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    endpoint: deps.endpoint,
    rehearsal: `${new Date().toISOString()} 60`,
    faults: {
      seed,
      conflict: 0.1,
      throttling: 0.02,
      lostReply: 0.05,
      staleIndex: 0.1,
      droppedRecord: 0.1,
      duplicatedRecord: 0.1,
      reorderedBatch: 0.3,
    },
  });
  county = await smallCounty(host, PATIENCE_MS);
  await county.item('mask');
  await county.stock('mask', BOXES / 2);
  await county.stock('mask', BOXES / 2);
});
afterAll(async () => {
  await host.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Audits the table of the host from the log of its engine. */
const auditOfHost = async (): Promise<Audit> => {
  const { TableNames = [] } = await deps.dynamo.send(new ListTablesCommand());
  const table = TableNames.find((name) => name !== deps.table) ?? '';
  return auditOf({ dynamo: deps.dynamo, table }, deps.endpoint);
};

const total = (rows: readonly { readonly quantity: number }[]): number =>
  rows.reduce((sum, { quantity }) => sum + quantity, 0);

describe(`${REQUESTS} requests at once for one scarce item, on a bad day`, () => {
  it('oversell nothing, and end as the apportionment says', { timeout: 240_000 }, async () => {
    const recipients = ['residents', 'vulnerable'] as const;
    const asked = await Promise.all(
      Array.from({ length: REQUESTS }, (_, i) =>
        county.ask({
          siteId: ASKING[i % ASKING.length] ?? '',
          boxes: 1 + (i % 3),
          recipients: recipients[i % 2] ?? 'residents',
          confirmed: true,
        }),
      ),
    );
    expect(new Set(asked.map(({ id }) => id)).size).toBe(REQUESTS);

    const audit = await auditOfHost();
    const lines = await eventually(
      'every line has been looked at, and nothing is left to divide',
      async () => {
        expect(await audit.unsafe()).toEqual([]);
        const explained = audit.books.all(lineRow).filter(({ rationale }) => rationale > 0);
        return { explained, unfair: audit.unfair(await county.now()) };
      },
      ({ explained, unfair }) => explained.length === REQUESTS && unfair.length === 0,
      PATIENCE_MS,
    ).then(({ explained }) => explained);
    expect(total(lines.flatMap(planned))).toBe(BOXES * 50);
    for (const { onHand, held, free } of audit.books.all(balanceRow))
      expect({ held, free }).toEqual({ held: onHand, free: 0 });
    expect(new Set(lines.map(({ tier }) => tier))).toEqual(new Set([1, 2, 3]));
    expect(await county.balanced()).toBe(true);
  });
});
