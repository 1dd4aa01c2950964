import { Logger } from '@aws-lambda-powertools/logger';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { create as divideConsumer } from '../../functions/allocation/divide.handler.ts';
import { divide } from '../../functions/allocation/divide.store.ts';
import { create as assessTask } from '../../functions/approval/assess.handler.ts';
import { putItem, putPolicy, putSite } from '../../functions/catalogue/catalogue.store.ts';
import { itemBody } from '../../functions/catalogue/item.ts';
import { DEFAULT_POLICY } from '../../functions/catalogue/policy.ts';
import { type SiteKind, siteBody } from '../../functions/catalogue/site.ts';
import { create as settleTask } from '../../functions/delivery/settle.handler.ts';
import { create as screenTask } from '../../functions/donation/screen.handler.ts';
import { sweepRow } from '../../functions/operations/figures.ts';
import type { Actor, Role } from '../../functions/shared/actor.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { type Deps, depsFrom } from '../../functions/shared/deps.ts';
import type { Ids } from '../../functions/shared/ids.ts';
import { Problem } from '../../functions/shared/problem.ts';
import type { Progress } from '../../functions/workflow/progress.ts';
import { create as sweepTask } from '../../functions/workflow/sweep.handler.ts';
import { create as wakeConsumer } from '../../functions/workflow/wake.handler.ts';
import { type FaultSettings, faultsFrom, seeded } from '../../local/faults/faults.ts';
import { mishandling } from '../../local/faults/mishaps.ts';
import { bell } from '../../local/stream/bell.ts';
import { type Dock, deliver } from '../../local/stream/delivery.ts';
import type { StreamHandler, Subscription } from '../../local/stream/mapping.ts';
import { auditOf } from '../support/audit.ts';
import { logReader } from '../support/log.ts';
import { MACHINE_VARIABLES, type useMachines } from '../support/machines.ts';

export const COUNTY = '632323';
export const WAREHOUSES = ['warehouse', 'north-store'] as const;
/** Where goods are asked for: kind, and minutes of travel, of which some take more than a day. */
const SITES: Readonly<Record<string, readonly [SiteKind, number]>> = {
  gate: ['checkpoint', 40],
  clinic: ['hospital', 10],
  'near-village': ['village', 60],
  'far-village': ['village', 400],
  'farthest-village': ['village', 1_600],
};
export const SITE_IDS = Object.keys(SITES);
/** What is asked for: base units in an issue unit, and what is kept back of it. */
const ITEMS = { masks: { size: 5, reserve: 20 }, greens: { size: 2, reserve: 0 } } as const;
export type ItemId = keyof typeof ITEMS;
export const ITEM_IDS: readonly ItemId[] = ['masks', 'greens'];

/** One a role, so that nobody decides on what he asked for himself; a point's is called after its site. */
export const who = (role: Role, siteId?: string): Actor => ({
  ...{ sub: siteId ?? role, county: COUNTY, roles: [role] },
  ...(siteId !== undefined && { siteId }),
});

/** In the order in which they are asked for, so that a history told again tells the same tale. */
const numbered = (seed: number): Ids => {
  const random = seeded(seed);
  let count = 0;
  return {
    next: (prefix) => {
      count += 1;
      return `${prefix}_${String(count).padStart(6, '0')}`;
    },
    code: (length) => Array.from({ length }, () => Math.floor(random() * 10)).join(''),
  };
};

/** As its event source mapping has it; what its filter would keep out, the function passes over. */
const consumer = (name: string, handler: StreamHandler): Subscription => ({
  ...{ name, functionArn: name, handler, wants: () => true, batchSize: 100, windowSeconds: 0 },
  ...{ retries: 2, maxAgeSeconds: 604_800, bisect: true, partial: true },
});

/** To be told that it cannot be done is an answer. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'Unreachable' || error.name === 'Stale');

/** A refusal, or no answer after all patience: it happens to people every day. Anything else never may. */
export const isOrdinary = (error: unknown): boolean => error instanceof Problem || isUnanswered(error);

/** Until there is an answer. */
export const insisting = async <T>(run: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isUnanswered(error) || attempt === 5) throw error;
    }
  }
};

/** What a bad day does to a table and its stream. */
export const BAD_DAY = {
  ...{ conflict: 0.1, throttling: 0.02, lostReply: 0.05, staleIndex: 0.1 },
  ...{ droppedRecord: 0.1, duplicatedRecord: 0.1, reorderedBatch: 0.3 },
};

/** Gifts are asked about on the day after they came: a history is hours long. */
const IMPATIENT = { lookMinutes: 1, wishDays: 1, askDaysBefore: 365 };

/** The machines that would remind of it are not played: nothing is ever late. */
const PATIENT = { tier1: 43_200, tier2: 43_200, tier3: 43_200 };

const furnish = async (deps: Deps): Promise<void> => {
  const headquarters = who('headquarters');
  const people = { post: 50, vulnerable: 100, residents: 600 };
  const places = [...WAREHOUSES.map((id) => [id, ['warehouse', 0]] as const), ...Object.entries(SITES)];
  for (const [id, [kind, leadMinutes]] of places) {
    const site = { nameZh: id, nameEn: id, kind, township: '样例乡', leadMinutes, people };
    await putSite({ ...deps, stillAt: async () => ({ stock: [], needs: [] }) }, headquarters, id, siteBody.parse(site));
  }
  const { delivery, ...rest } = DEFAULT_POLICY;
  const patient = { ...delivery, pickMinutes: PATIENT, dispatchMinutes: PATIENT, receiveMinutes: PATIENT.tier3 };
  const donation = { ...rest.donation, ...IMPATIENT };
  await putPolicy(deps, headquarters, { ...rest, donation, delivery: patient });
  // Ample: whatever is asked for is within it, so that the green channel need not ask anybody.
  const norm = { quantity: 1_000, days: 1 };
  for (const id of ITEM_IDS) {
    const { size, reserve: frontLineReserve } = ITEMS[id];
    const units = { baseUnit: 'piece', units: { 件: size }, issueUnit: '件', frontLineReserve, fresh: id === 'greens' };
    const norms = { tier1: norm, tier2: norm, tier3: norm };
    await putItem(deps, headquarters, id, itemBody.parse({ nameZh: id, nameEn: id, category: '2', ...units, norms }));
  }
};

/** Looks at the whole county within which it comes to rest, or never. */
const PATIENCE = 40;

/**
 * A county on a table of its own, at the beginning of its clock: commands, stream consumers, sweep and tasks as they are
 * deployed, while the table and its stream do what is said of them. Only the state machines are played: they have
 * requests assessed and gifts screened, and served requests closed.
 */
export const busyCounty = async (
  table: Deps & { readonly endpoint: string },
  { workflows, executions }: ReturnType<typeof useMachines>,
  faulty: FaultSettings,
  beginning = '2022-05-12T01:00:00.000Z',
) => {
  const faults = faultsFrom(faulty, () => {});
  const sending = (send: (command: object) => Promise<unknown>): DynamoDBDocumentClient =>
    Object.assign(Object.create(table.dynamo), { send });
  let sent = 0;
  /** Of them, those that say nothing but how the system does. */
  let figures = 0;
  const committed = bell();
  const send = async (command: object): Promise<unknown> => {
    const reply = await table.dynamo.send(command as Parameters<typeof table.dynamo.send>[0]);
    if (!(command instanceof TransactWriteCommand)) return reply;
    sent += 1;
    if (command.input.TransactItems?.every(({ Put }) => Put?.Item?.['type'] === sweepRow.type)) figures += 1;
    committed.ring();
    return reply;
  };
  const odd: unknown[] = [];
  vi.spyOn(Logger.prototype, 'error').mockImplementation((code, ...data) => {
    const { error } = Object.assign({}, ...data) as { error?: unknown };
    if (!isOrdinary(error)) odd.push(code, error);
  });
  const env = { TABLE_NAME: table.table, ...MACHINE_VARIABLES };
  const aws = { dynamo: sending(mishandling(send, faults)), workflows };
  const deps = { ...depsFrom('county', env, aws), ids: numbered(faulty.seed ?? 1), divide };
  const calm = { ...deps, dynamo: sending(send) };

  const pass = (minutes: number) => vi.setSystemTime(plusMinutes(deps.clock.now(), minutes));
  vi.setSystemTime(beginning);
  await furnish(calm);
  const [read, audit] = [await logReader(table, table.endpoint), await auditOf(table, table.endpoint)];
  const consumers = [consumer('wake', wakeConsumer(env, aws)), consumer('divide', divideConsumer(env, aws))];
  const dock: Dock = {
    ...{ log: deps.log, arriving: faults.records, isStopped: () => false },
    ...{ done: async () => {}, giveUp: async () => {}, pause: async () => {} },
  };
  const [assess, settle, sweep] = [assessTask(env, aws), settleTask(env, aws), sweepTask(env, aws)];
  const screen = screenTask(env, aws);
  const assessed = new Set<string>();
  const machines = async ([name, { input }]: [string, { input: Progress }]): Promise<void> => {
    const task = input.kind === 'request' ? assess : input.kind === 'donation' ? screen : undefined;
    if (assessed.has(name) || task === undefined) return;
    assessed.add(name);
    await insisting(() => task(input));
  };
  /** Consumers and machines take what there is. */
  const goOn = async (): Promise<void> => {
    const records = await read();
    await Promise.all([...consumers.map((each) => deliver(each, records, dock)), ...[...executions].map(machines)]);
  };

  return {
    deps,
    pass,
    sweep: () => sweep().catch(() => {}),
    divide: (itemId: ItemId) => divide(deps, COUNTY, itemId),
    /** What a consignment's machine does last. */
    close: (progress: Progress) => insisting(() => settle(progress)),
    /** Does all of it at once; stream and machines go on meanwhile. */
    during: async (acts: readonly (() => Promise<unknown>)[]): Promise<void> => {
      let over = false;
      const done = Promise.all(acts.map((act) => act())).finally(() => {
        over = true;
      });
      while (!over) {
        const { rings } = committed;
        await goOn();
        await Promise.race([done, committed.wait(undefined, rings)]);
      }
      await done;
    },
    /** Lets everything come to its end that nobody has to act for: a sweep finds nothing to do, nor does a division. */
    rest: async (): Promise<void> => {
      for (let looks = 0; looks < PATIENCE; looks += 1) {
        const before = sent - figures;
        pass(1);
        await goOn();
        const swept = await sweep().then(
          () => true,
          () => false,
        );
        if (!swept || sent - figures > before) continue;
        const divided = await Promise.all(ITEM_IDS.map((itemId) => divide(calm, COUNTY, itemId)));
        if (divided.some(({ changed }) => changed)) throw new Error('Nobody saw that something was left to divide');
        return;
      }
      throw new Error('The county does not come to rest');
    },
    /** What the log says that should not be: of any commit so far, and of the county at rest. */
    findings: async (): Promise<unknown[]> => {
      const wrong = [...odd, ...(await audit.unsafe())];
      if (wrong.length > 0) return wrong;
      if (audit.commits !== sent) return [`The log has ${audit.commits} transactions, and ${sent} were sent`];
      return audit.unfair(deps.clock.now());
    },
  };
};
export type BusyCounty = Awaited<ReturnType<typeof busyCounty>>;
