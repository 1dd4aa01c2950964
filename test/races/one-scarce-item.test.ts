import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apportion } from '../../functions/allocation/apportion.ts';
import { standingOf } from '../../functions/allocation/standing.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { policyInForce } from '../../functions/catalogue/policy.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { lineRow, openRow, planned } from '../../functions/request/line.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed, getAll, ofType, partition } from '../../functions/shared/table.store.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { type Host, startHost } from '../../local/host.ts';
import { ASKING, type SmallCounty, smallCounty } from '../support/county.ts';
import { eventually } from '../support/eventually.ts';
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
  dataDir = await mkdtemp(join(tmpdir(), 'green-channel-races-'));
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

/** The item's rows as they stand, and what the pure function says of them. */
const standing = async () => {
  const keys = keysOf(county.county);
  const { TableNames = [] } = await deps.dynamo.send(new ListTablesCommand());
  const table = { ...deps, table: TableNames.find((name) => name !== deps.table) ?? '' };
  const rows = await partition(table, keys.item('mask').PK);
  const opens = ofType(openRow, rows);
  const [item] = ofType(itemRow, rows);
  if (item === undefined) throw new Error('There is no such item');
  const lines = await getAll(
    table,
    lineRow,
    opens.map(({ requestId, n }) => keys.requestLine(requestId, n)),
  );
  const sites = ofType(siteRow, await everyIndexed(table, { index: 'GSI1', at: keys.queue('sites') }));
  const balances = ofType(balanceRow, rows);
  const { input } = standingOf(
    { item, policy: policyInForce(county.county, undefined), balances, opens, lines, sites },
    await county.now(),
  );
  return { balances, lines, answer: apportion(input) };
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

    const settled = await eventually(
      'every line is promised what the pure function says',
      standing,
      ({ lines, answer }) =>
        lines.length === REQUESTS &&
        lines.every(
          (line) =>
            total(planned(line)) === total(answer.grants.filter(({ lineId }) => lineId === line.id)) &&
            line.rationale > 0,
        ),
      PATIENCE_MS,
    );
    expect(total(settled.lines.flatMap(planned))).toBe(BOXES * 50);
    for (const { onHand, held, free } of settled.balances) expect({ held, free }).toEqual({ held: onHand, free: 0 });
    expect(settled.answer.tiers.map(({ tier }) => tier)).toEqual([1, 2, 3]);
    expect(await county.balanced()).toBe(true);
  });
});
