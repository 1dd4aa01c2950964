import { divide } from '../functions/allocation/divide.store.ts';
import { type Line, lineRow, openOf, openRow } from '../functions/request/line.ts';
import { type Action, insert, replace, Stale, shift } from '../functions/shared/actions.ts';
import { systemActor } from '../functions/shared/actor.ts';
import { commit } from '../functions/shared/commit.store.ts';
import type { Deps } from '../functions/shared/deps.ts';
import { forEach } from '../functions/shared/each.ts';
import { keysOf } from '../functions/shared/keys.ts';
import { backOff } from '../functions/shared/retrying.ts';
import { getAll, ofType, partition } from '../functions/shared/table.store.ts';
import { availableAt, type Balance, balanceRow, holdDelta } from '../functions/stock/balance.ts';
import { approvedLine, furnish } from './support/county.ts';
import { cpuOf, enginePid } from './support/cpu.ts';
import { inFolder, type Table, withTable } from './support/engine.ts';
import { markdown, median, short } from './support/report.ts';

/**
 * How many need lines a second get their goods: the combined allocator beside what an engineer would write instead, in
 * turns in one run, through the same commit into the same engine. A line is done when its holds are committed. The loop
 * reads the lots, picks the first-expiring one, and commits line and hold in one transaction, again with jitter when a
 * rival was faster.
 *
 * Need stands when a lorry arrives or a wave ends: then only goods are handed out. Or it arrives, line by line: then
 * each line is written as well, which the loop does in the transaction that holds its goods.
 */
export interface Sizes {
  readonly clients: number;
  readonly rounds: number;
  readonly races: readonly Race[];
}

interface Race {
  readonly items: number;
  readonly lines: number;
  readonly need: 'stands' | 'arrives';
}

const USUAL: Sizes = {
  clients: 32,
  rounds: 3,
  races: [
    { items: 1, lines: 512, need: 'stands' },
    { items: 1, lines: 512, need: 'arrives' },
    { items: 1_000, lines: 1_000, need: 'arrives' },
  ],
};
const LOTS = 10;
const SITES = 74;
/** Records that the stream hands to the allocator at once, and items of them that it divides at the same time. */
const BATCH = 100;
const AT_ONCE = 8;

type Contestant = (
  deps: Deps,
  lines: readonly Line[],
  need: Race['need'],
  clients: number,
) => Promise<{ readonly refused: number }>;

const needOf = (line: Line): Action[] => [insert(lineRow, line), insert(openRow, openOf(line))];

const write = (deps: Deps, actions: readonly Action[], county: string): Promise<void> =>
  commit(deps, { actor: systemActor(county), now: deps.clock.now(), actions, news: [] });

/** So many clients, each with its next line as soon as the one before is written. */
const withClients = async (
  lines: readonly Line[],
  clients: number,
  work: (line: Line) => Promise<void>,
): Promise<void> => {
  const [failed] = await forEach(lines, clients, work);
  if (failed !== undefined) throw failed.error;
};

/** As the stream's consumer does it: what was written while it divided is its next batch, each item divided once. */
const combined: Contestant = async (deps, lines, need, clients) => {
  // Of need that stands, what came tells: one record an item.
  const waiting = need === 'stands' ? [...new Map(lines.map((line) => [line.itemId, line])).values()] : [];
  let isWritten = need === 'stands';
  let ring = () => {};
  const allocating = (async () => {
    while (!isWritten || waiting.length > 0) {
      if (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          ring = resolve;
        });
        continue;
      }
      const batch = waiting.splice(0, BATCH);
      const items = [...new Set(batch.map((line) => line.itemId))];
      const [failed] = await forEach(items, AT_ONCE, (itemId) => divide(deps, batch[0]?.county ?? '', itemId));
      if (failed !== undefined) throw failed.error;
    }
  })();
  if (need === 'arrives')
    await withClients(lines, clients, async (line) => {
      await write(deps, needOf(line), line.county);
      waiting.push(line);
      ring();
    });
  isWritten = true;
  ring();
  await allocating;
  return { refused: 0 };
};

const firstExpiring = (balances: readonly Balance[], quantity: number): Balance | undefined =>
  balances.filter(({ free }) => free >= quantity).sort((a, b) => ((a.useBy ?? '9') < (b.useBy ?? '9') ? -1 : 1))[0];

/** The hold, if the lot is as it was read. */
const asRead = (lot: Balance, quantity: number): Action => ({
  ...shift(availableAt(lot), { held: quantity, free: -quantity }),
  condition: '#free = :was',
  names: { '#held': 'held', '#free': 'free' },
  values: { ':held': quantity, ':free': -quantity, ':was': lot.free },
});

/** The hold, if as much is free still: rivals do not matter to it, and the engine has no conflicts of its own. */
const ifEnough = (lot: Balance, quantity: number): Action => holdDelta(lot, quantity);

const perRequest =
  (hold: (lot: Balance, quantity: number) => Action): Contestant =>
  async (deps, lines, need, clients) => {
    let refused = 0;
    await withClients(lines, clients, async (line) => {
      for (let attempt = 1; ; attempt += 1) {
        const { PK } = keysOf(line.county).item(line.itemId);
        const lot = firstExpiring(ofType(balanceRow, await partition(deps, PK, 'LOT#')), line.approved);
        if (lot === undefined) throw new Error('The shelves are empty: this measures nothing');
        const { lotId, placeId } = lot;
        const held = { ...line, holds: [{ lotId, placeId, quantity: line.approved }] };
        try {
          const served = need === 'stands' ? [replace(lineRow, held)] : needOf(held);
          await write(deps, [...served, hold(lot, line.approved)], line.county);
          return;
        } catch (error) {
          if (!(error instanceof Stale)) throw error;
          refused += 1;
          await backOff(attempt);
        }
      }
    });
    return { refused };
  };

const CONTESTANTS = {
  combined,
  'per request, the lot as read': perRequest(asRead),
  'per request, if enough is free': perRequest(ifEnough),
} as const satisfies Record<string, Contestant>;
type Name = keyof typeof CONTESTANTS;
const NAMES = Object.keys(CONTESTANTS) as Name[];

/** @throws Error when a line has no goods, or a lot is promised more often than it is there. */
const verify = async (deps: Deps, county: string, lines: readonly Line[]): Promise<void> => {
  const keys = keysOf(county);
  const rows = await getAll(
    deps,
    lineRow,
    lines.map((line) => keys.requestLine(line.requestId, line.n)),
  );
  const held = new Map<string, number>();
  for (const { holds } of rows)
    for (const { lotId, quantity } of holds) held.set(lotId, (held.get(lotId) ?? 0) + quantity);
  const whole = rows.every(
    ({ approved, holds }) => holds.reduce((sum, { quantity }) => sum + quantity, 0) === approved,
  );
  if (rows.length !== lines.length || !whole) throw new Error('Not every line has its goods');
  for (const itemId of new Set(lines.map((line) => line.itemId)))
    for (const lot of ofType(balanceRow, await partition(deps, keys.item(itemId).PK, 'LOT#')))
      if (lot.held !== (held.get(lot.lotId) ?? 0) || lot.free !== lot.onHand - lot.held || lot.free < 0)
        throw new Error(`${lot.lotId} is oversold: ${JSON.stringify(lot)}`);
};

interface Result {
  readonly rate: number;
  readonly cpuMs: number;
  readonly refused: number;
}

let counties = 0;

const run = async (
  { deps, dataDir }: Table,
  name: Name,
  { items, lines: count, need }: Race,
  clients: number,
): Promise<Result> => {
  counties += 1;
  const county = String(700_000 + counties);
  await furnish(deps, county, { items, sites: SITES, lots: items === 1 ? LOTS : 2 });
  const lines = Array.from({ length: count }, (_, n) =>
    approvedLine(county, n, `item-${n % items}`, `site-${n % SITES}`),
  );
  if (need === 'stands') await withClients(lines, clients, (line) => write(deps, needOf(line), county));
  const cpu = () => cpuOf(process.pid) + cpuOf(enginePid(dataDir));
  const [began, before] = [performance.now(), cpu()];
  const { refused } = await CONTESTANTS[name](deps, lines, need, clients);
  const [took, spent] = [performance.now() - began, cpu() - before];
  await verify(deps, county, lines);
  return { rate: (count / took) * 1_000, cpuMs: spent / count, refused: refused / count };
};

export const linesReport = async (sizes: Sizes = USUAL): Promise<string> => {
  const tables = await inFolder((dataDir) =>
    withTable(dataDir, async (table) => {
      const parts: string[] = [];
      for (const race of sizes.races) {
        const results = new Map<Name, Result[]>(NAMES.map((name) => [name, []]));
        for (let round = 0; round < sizes.rounds; round += 1)
          for (const name of NAMES) results.get(name)?.push(await run(table, name, race, sizes.clients));
        parts.push(tableOf(race, results));
      }
      return parts.join('\n\n');
    }),
  );
  return `${sizes.clients} clients, medians of ${sizes.rounds} rounds in turns; nothing was oversold.\n\n${tables}`;
};

const tableOf = ({ items, lines, need }: Race, results: ReadonlyMap<Name, readonly Result[]>): string => {
  const of = (name: Name, what: keyof Result) => median((results.get(name) ?? []).map((result) => result[what]));
  const ratio = (name: Name) =>
    median((results.get('combined') ?? []).map(({ rate }, round) => rate / (results.get(name)?.[round]?.rate ?? rate)));
  const item = items === 1 ? 'one hot item' : `${items.toLocaleString('en')} items`;
  return markdown(
    [
      `${lines.toLocaleString('en')} lines of ${item}, need ${need}`,
      'combined is faster by',
      'lines/s',
      'CPU ms a line',
      'refused commits a line',
    ],
    NAMES.map((name) => [
      name,
      name === 'combined' ? '' : `${short(ratio(name))} ×`,
      short(of(name, 'rate')),
      short(of(name, 'cpuMs')),
      short(of(name, 'refused')),
    ]),
  );
};

if (import.meta.main) console.log(await linesReport());
