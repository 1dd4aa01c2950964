import { z } from 'zod';
import { consignmentSummary } from '../functions/delivery/view.ts';
import { fundAccount } from '../functions/funds/reconciliation.ts';
import type { purchaseSummary } from '../functions/purchase/view.ts';
import { type RequestView, requestView } from '../functions/request/view.ts';
import { mapEach } from '../functions/shared/each.ts';
import { itemAccount } from '../functions/stock/reconciliation.ts';
import type { TokenOf } from '../local/http/issuer.ts';
import { ask } from './asking.ts';
import { buy, purchasesOf, seekGoods } from './buying.ts';
import { clientFor } from './client.ts';
import { decideAt } from './deciding.ts';
import { demandsFor } from './demand.ts';
import type { RequestEnd } from './figures.ts';
import { gapsIn, giftsOf } from './following.ts';
import { answerForGifts, give } from './giving.ts';
import { mishaps } from './mishaps.ts';
import { peopleOf } from './people.ts';
import { planForVillages } from './planning.ts';
import { replenish, supply } from './supplying.ts';
import { queuesOf, tidy } from './tidying.ts';
import { hoursOf } from './time.ts';
import type { GiftEnd } from './tracing.ts';
import { type Tally, unless, type World } from './world.ts';
import { SAMPLE_SITES, WAREHOUSE } from './zeku/sites.ts';

const DAY = 1_440;
/** Virtual minutes after the last ask in which what is under way comes to its end, and at most may come. */
const CLOSING_MINUTES = DAY / 2;
const MAX_CLOSING_MINUTES = 3 * DAY;
/** Virtual minutes that a machine may take to notice that its request can close. */
const SETTLING_MINUTES = 30;
const ROUNDS_OF_TIDYING = 2;
/** A host that is killed while its clock runs fast has much to catch up with. */
const PATIENCE_MS = 60_000;

export interface Play {
  readonly baseUrl: string;
  readonly tokenOf: TokenOf;
  readonly days: number;
  readonly seed: number;
  /** Which part of what the county asks for is asked. */
  readonly share: number;
  readonly signal: AbortSignal;
  /** Told now and then how far it is, in virtual minutes. */
  readonly onProgress: (minute: number, tally: Readonly<Tally>) => void;
}

export interface Outcome {
  readonly now: string;
  readonly requests: readonly RequestEnd[];
  readonly accounts: readonly z.infer<typeof itemAccount>[];
  readonly funds: readonly z.infer<typeof fundAccount>[];
  readonly purchases: readonly z.infer<typeof purchaseSummary>[];
  readonly gifts: readonly GiftEnd[];
  /** Where what donors can follow and the books differ. */
  readonly gaps: readonly string[];
  /** Consignments that had not arrived when time was up. */
  readonly underWay: number;
  /** What still waits for somebody, by work queue. */
  readonly waiting: Awaited<ReturnType<typeof queuesOf>>;
  /** Requests and consignments whose execution gave up. */
  readonly failed: readonly string[];
}

/** About how long it takes, in virtual minutes. */
export const minutesFor = (days: number): number => days * DAY + CLOSING_MINUTES;

/**
 * Plays some days of the sample county on a host in rehearsal: everybody asks, decides, carries and receives at the
 * same time, each at a human pace in virtual time. The seed settles what is asked and how people act; who meets whom
 * at which moment is the machine's.
 *
 * @throws whatever went wrong first that people do not meet every day; the signal's reason when it is aborted.
 */
export const play = async (of: Play): Promise<Outcome> => {
  const stop = new AbortController();
  const signal = AbortSignal.any([of.signal, stop.signal]);
  const hours = await hoursOf(clientFor({ baseUrl: of.baseUrl, signal }), signal);
  const world: World = {
    seed: of.seed,
    people: peopleOf(of.baseUrl, of.tokenOf, { signal, patienceMs: PATIENCE_MS }),
    hours,
    run: `run${Date.now().toString(36)}`,
    tally: {
      asked: 0,
      confirmed: 0,
      cancelled: 0,
      decided: 0,
      dispatched: 0,
      received: 0,
      bought: 0,
      given: 0,
      mishaps: 0,
    },
    asked: new Map(),
    given: new Map(),
    start: (work) => {
      work().catch((error: unknown) => stop.abort(error));
    },
  };
  const ticker = setInterval(() => of.onProgress(hours.minute(), world.tally), 100);
  try {
    world.start(() => decideAt(world, 'supply-group'));
    world.start(() => decideAt(world, 'headquarters'));
    world.start(() => supply(world));
    world.start(() => replenish(world, of.days));
    world.start(() => seekGoods(world, of.days));
    world.start(() => buy(world));
    give(world, of.days);
    world.start(() => planForVillages(world, of.days));
    world.start(() => answerForGifts(world));
    mishaps(world, of.days);
    await Promise.all(demandsFor(of.seed, of.days, of.share).map((demand) => ask(world, demand)));
    await hours.until(of.days * DAY);
    await closing(world, of.days * DAY + MAX_CLOSING_MINUTES);
    // What is resolved last may bring goods back, or need.
    for (let round = 0; round < ROUNDS_OF_TIDYING; round += 1) {
      await tidy(world);
      await hours.pass(SETTLING_MINUTES);
    }
    signal.throwIfAborted();
    return await outcomeOf(world);
  } catch (error) {
    // The first failure ends all others; it is the one to tell of.
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearInterval(ticker);
    stop.abort(new Error('The rehearsal is over.'));
  }
};

const views = ({ people, asked }: World): Promise<RequestView[]> =>
  mapEach([...asked.keys()], (id) => people.auditor.get(`/staff/requests/${id}`, requestView));

/** Picked or dispatched, and not yet received. */
const consignmentsUnderWay = async ({ people }: World): Promise<number> =>
  (await people.auditor.all('/staff/consignments', consignmentSummary)).filter(({ status }) => status !== 'planned')
    .length;

/** One quiet look may fall between a receipt and the division that answers it. */
const QUIET_LOOKS = 2;

/** What is promised leaves ahead of its wave, until nothing moves any more or the time is over. */
const closing = async (world: World, until: number): Promise<void> => {
  const { people, hours, run } = world;
  let quiet = 0;
  for (let round = 1; quiet < QUIET_LOOKS && hours.minute() < until; round += 1) {
    const requests = await views(world);
    const underWay = await consignmentsUnderWay(world);
    const promised = new Set(
      requests.filter(({ lines }) => lines.some(({ planned }) => planned > 0)).map(({ site }) => site.id),
    );
    const moving = requests.some(
      ({ status, lines }) => status === 'submitted' || lines.some((line) => line.picking + line.inTransit > 0),
    );
    quiet = promised.size === 0 && underWay === 0 && !moving ? quiet + 1 : 0;
    for (const toId of promised)
      await unless(['nothing-planned'], () =>
        people.storekeeper.post(
          '/staff/consignments',
          { fromId: WAREHOUSE, toId },
          z.unknown(),
          `${run}-open-${toId}-${round}`,
        ),
      );
    await hours.pass(60);
  }
  await hours.pass(SETTLING_MINUTES);
};

/** Events that say that a deadline has passed. */
const MISSED: ReadonlySet<string> = new Set(['RequestEscalated', 'OneDayReleased', 'DecisionOverdue', 'NeedOverdue']);

const TOWNSHIPS = new Map(SAMPLE_SITES.map(({ id, township }) => [id, township]));

const endOf = (request: RequestView): RequestEnd => {
  const at = (name: string) => request.events.find((event) => event.name === name)?.at;
  return {
    id: request.id,
    tier: request.tier,
    township: TOWNSHIPS.get(request.site.id) ?? '',
    status: request.status,
    at: request.at,
    needBy: request.needBy,
    decidedAt: request.decision?.at,
    closedAt: at('RequestClosed'),
    remindedTimes: request.events.filter(({ name }) => MISSED.has(name)).length,
    lines: request.lines.map(({ item, status, approved, received }) => ({
      itemId: item.id,
      status,
      approved,
      received,
    })),
  };
};

const outcomeOf = async (world: World): Promise<Outcome> => {
  const { people, hours } = world;
  const [
    requests,
    underWay,
    waiting,
    failedRequests,
    failedConsignments,
    failedGifts,
    purchases,
    accounts,
    funds,
    gifts,
  ] = await Promise.all([
    views(world),
    consignmentsUnderWay(world),
    queuesOf(world),
    people.auditor.all('/staff/requests?status=failed', z.object({ id: z.string() })),
    people.auditor.all('/staff/consignments?status=failed', z.object({ id: z.string() })),
    people.auditor.all('/staff/donations?status=failed', z.object({ id: z.string() })),
    purchasesOf(world),
    people.auditor.all('/staff/reconciliation', itemAccount),
    people.auditor.all('/staff/reconciliation/funds', fundAccount),
    giftsOf(world),
  ]);
  return {
    now: hours.iso(),
    requests: requests.map(endOf),
    accounts,
    funds,
    purchases,
    gifts,
    gaps: await gapsIn(world, gifts, accounts),
    underWay,
    waiting,
    failed: [
      ...failedRequests,
      ...failedConsignments,
      ...failedGifts,
      ...purchases.filter(({ next }) => next.step === 'retry'),
    ].map(({ id }) => id),
  };
};
