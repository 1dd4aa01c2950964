import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { z } from 'zod';
import { countyDay, countyTime, plusMinutes } from '../functions/shared/clock.ts';
import { openIssuer, type TokenOf } from '../local/http/issuer.ts';
import { type Usage, usage, usedSince } from '../local/usage/usage.ts';
import { billOf } from './bill.ts';
import { clientFor, Refused } from './client.ts';
import { loadSampleCounty } from './load.ts';
import { spawnHost } from './own-host.ts';
import { staffMember } from './people.ts';
import { minutesFor, type Outcome, play } from './play.ts';
import { billTables, buyingTables, duration, giftTable, queueTable, reportOf } from './tables.ts';
import { rehearsalTime } from './time.ts';

const USAGE = `npm run scenario -- [--days 3] [--seed 1] [--speed 1800] [--share 1] [--kills 0] [--week] [--url http://… --data data]

  --days   days of asking, 1 to 14
  --seed   the same seed asks the same
  --speed  virtual seconds in a real one, for a host of its own
  --share  which part of what the county asks for is asked
  --kills  how often its own host is killed, and started again
  --week   a whole week in some two minutes: --days 7 --share 0.15 --speed 7000 --kills 3
  --url    a host that rehearses already, instead of one of its own
  --data   that host's data folder, to sign in with its key`;

const settings = z.strictObject({
  days: z.coerce.number().int().min(1).max(14).default(3),
  seed: z.coerce.number().int().default(1),
  speed: z.coerce.number().min(60).max(20_000).default(1_800),
  share: z.coerce.number().min(0.05).max(1).default(1),
  kills: z.coerce.number().int().min(0).max(50).default(0),
  url: z.url().optional(),
  data: z.string().default('data'),
});
type Settings = z.infer<typeof settings>;

/** All tiers and townships ask, some less often than they would, so that a laptop keeps up with a fast clock. */
const WEEK = { days: 7, share: 0.15, speed: 7_000, kills: 3 };

const read = (): Settings => {
  const option = { type: 'string' } as const;
  const options = {
    ...{ days: option, seed: option, speed: option, share: option, kills: option, url: option, data: option },
    week: { type: 'boolean' },
  } as const;
  const { week, ...given } = parseArgs({ options, strict: true }).values;
  return settings.parse(week === true ? { ...WEEK, ...given } : given);
};

/** Real time stands at the start of its fast clock; it begins so far back that now is six in the morning of a next day. */
const clockAtSix = (speed: number): string => {
  const now = new Date();
  const six = Date.parse(countyTime(countyDay(plusMinutes(now.toISOString(), 24 * 60)), '06:00'));
  return `${new Date(now.getTime() - (six - now.getTime()) / (speed - 1)).toISOString()} ${speed}`;
};

interface Stage {
  readonly url: string;
  readonly tokenOf: TokenOf;
  readonly words: () => string;
  /** Ends it as a power cut would, and starts it again. */
  readonly kill?: (() => Promise<void>) | undefined;
  readonly close: () => Promise<void>;
}

const ownStage = async (speed: number, signal: AbortSignal): Promise<Stage> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'green-channel-scenario-'));
  const clear = () => rm(dataDir, { recursive: true, force: true });
  try {
    const env = { REHEARSAL_CLOCK: clockAtSix(speed), COUNT_USAGE: 'yes' };
    let host = await spawnHost({ dataDir, signal, env });
    const { url, tokenOf, port } = host;
    const kill = async () => {
      const gone = once(host.child, 'exit');
      host.child.kill('SIGKILL');
      await gone;
      host = await spawnHost({ dataDir, signal, env, port });
    };
    const close = async () => {
      await host.stop();
      await clear();
    };
    return { url, tokenOf, words: () => host.words(), kill, close };
  } catch (error) {
    await clear();
    throw error;
  }
};

const givenStage = async (url: string, data: string): Promise<Stage> => {
  if (!existsSync(join(data, 'issuer-key.json'))) throw new Error(`No host keeps its key in ${data}: give its --data.`);
  await rehearsalTime(clientFor({ baseUrl: url, patienceMs: 0 }));
  const issuer = await openIssuer(data, new URL(url).origin);
  return { url, tokenOf: (actor) => issuer.token(actor), words: () => '', close: async () => {} };
};

/** The host is killed so many times while the days are played, evenly. */
const killing = async ({ kill }: Stage, { kills, days, speed }: Settings, signal: AbortSignal): Promise<void> => {
  if (kill === undefined) return;
  const playedMs = (minutesFor(days) * 60_000) / speed;
  for (let n = 0; n < kills; n += 1) {
    await sleep(playedMs / (kills + 1), undefined, { signal });
    await kill();
  }
};

/** Plays while the host is killed; leaves no host half started, whatever the end is. */
const whileKilling = async <T>(
  stage: Stage,
  given: Settings,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> => {
  const over = new AbortController();
  const killed = killing(stage, given, AbortSignal.any([signal, over.signal])).catch((error: unknown) => {
    if (!over.signal.aborted) throw error;
  });
  try {
    return await Promise.race([run(), killed.then(() => new Promise<never>(() => {}))]);
  } finally {
    over.abort();
    await killed.catch(() => {});
  }
};

/** What the host has used so far; nothing of a host that does not count. */
const usedBy = async (url: string): Promise<Usage | undefined> => {
  try {
    return await clientFor({ baseUrl: url }).get('/usage', usage);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  }
};

const withBar = async (
  days: number,
  run: (onProgress: Parameters<typeof play>[0]['onProgress']) => Promise<Outcome>,
) => {
  const bar = new SingleBar(
    {
      format:
        '{bar} {percentage}%  {time}  asked {asked}  decided {decided}  sent {dispatched}  received {received}  bought {bought}  given {given}  mishaps {mishaps}',
    },
    Presets.shades_classic,
  );
  const total = minutesFor(days);
  bar.start(total, 0, { time: '', asked: 0, decided: 0, dispatched: 0, received: 0, bought: 0, given: 0, mishaps: 0 });
  try {
    return await run((minute, tally) => bar.update(Math.min(minute, total), { ...tally, time: duration(minute) }));
  } finally {
    bar.stop();
  }
};

const rehearse = async (given: Settings, signal: AbortSignal): Promise<number> => {
  const { days, seed, share, speed, kills, url, data } = given;
  const stage = url === undefined ? await ownStage(speed, signal) : await givenStage(url, data);
  try {
    await loadSampleCounty(stage.url, (role) => stage.tokenOf(staffMember(role)));
    console.log(`Playing ${days} ${days === 1 ? 'day' : 'days'} of the sample county on ${stage.url}, seed ${seed}.`);
    // A host that is killed forgets what it has counted.
    const before = kills > 0 ? undefined : await usedBy(stage.url);
    const outcome = await whileKilling(stage, given, signal, () =>
      withBar(days, (onProgress) =>
        play({ baseUrl: stage.url, tokenOf: stage.tokenOf, days, seed, share, signal, onProgress }),
      ),
    );
    console.log(reportOf(outcome.requests, outcome.accounts, outcome.now));
    if (outcome.underWay > 0) console.log(`\n${outcome.underWay} consignments were still under way when time was up.`);
    console.log(buyingTables(outcome.purchases, outcome.funds));
    console.log(giftTable(outcome.gifts, outcome.gaps));
    console.log(queueTable(outcome.waiting));
    const balanced = outcome.accounts.every((account) => account.balanced);
    console.log(balanced ? '\nEvery lot balances.' : '\nNOT EVERY LOT BALANCES.');
    const adds = outcome.funds.every((fund) => fund.balanced);
    console.log(adds ? 'Every fund balances.' : 'NOT EVERY FUND BALANCES.');
    const traced = outcome.gaps.length === 0;
    console.log(traced ? 'Every gift is traced.' : 'NOT EVERY GIFT IS TRACED.');
    if (outcome.failed.length > 0) console.log(`Executions that gave up: ${outcome.failed.join(', ')}.`);
    const after = before && (await usedBy(stage.url));
    if (before !== undefined && after !== undefined)
      console.log(billTables(billOf(usedSince(before, after), outcome.requests.length)));
    const idle = outcome.waiting.every(({ count }) => count === 0);
    if (!idle) console.log('\nSOMETHING STILL WAITS FOR SOMEBODY.');
    return balanced && adds && traced && idle && outcome.failed.length === 0 ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) console.error(stage.words());
    throw error;
  } finally {
    await stage.close();
  }
};

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interrupted.abort(new Error('Interrupted.')));

try {
  process.exitCode = await rehearse(read(), interrupted.signal);
} catch (error) {
  const misused = error instanceof z.ZodError || error instanceof TypeError;
  console.error(error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error);
  if (misused) console.error(`\n${USAGE}`);
  process.exitCode = interrupted.signal.aborted ? 130 : misused ? 2 : 1;
}
