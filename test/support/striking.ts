import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPoint, Victim } from '../../local/faults/faults.ts';
import { seeded } from '../../local/faults/faults.ts';
import { type OwnHost, spawnHost } from '../../scenario/own-host.ts';
import { dataFolder } from './folder.ts';

/** How one life of the host ends: at the nth pass of a named point, or after some time, wherever it happens to be. */
export type Strike =
  | { readonly at: FaultPoint; readonly pass: number; readonly victim: Victim }
  | { readonly afterMs: number };

const POINTS: readonly FaultPoint[] = [
  'commit-reply',
  'commit-journal',
  'journal-checkpoint',
  'resume-sent',
  'allocator-chunk',
  'prune',
];
const VICTIMS: readonly Victim[] = ['host', 'engine', 'both'];

/** Every point with every victim in turn, and every fourth strike at a random time; all from one seed. */
export const strikes = (count: number, seed: number): Strike[] => {
  const random = seeded(seed);
  const upTo = (n: number) => 1 + Math.floor(random() * n);
  return Array.from({ length: count }, (_, i): Strike => {
    if (i % 4 === 3) return { afterMs: 100 + upTo(1_500) };
    const at = POINTS[(i - Math.floor(i / 4)) % POINTS.length] ?? 'commit-reply';
    const victim = VICTIMS[upTo(VICTIMS.length) - 1] ?? 'host';
    // A minute's sweep finds few records to prune: only the first pass is sure to come.
    return { at, pass: at === 'prune' ? 1 : upTo(6), victim };
  });
};

/** A strike that finds no occasion within this time gives way to the next: its point was not passed often enough. */
const OCCASION_MS = 4_000;

/** What the host noted of its engine's process; it changes with every engine. */
const engineOf = (dataDir: string): string => {
  try {
    return readFileSync(join(dataDir, 'engine.lock'), 'utf8');
  } catch {
    return '';
  }
};

export interface Struck {
  readonly host: Pick<OwnHost, 'url' | 'tokenOf'>;
  /** Kills so far, by what was struck. */
  readonly struck: readonly string[];
  /** Kills still to come. */
  left(): number;
  stop(): Promise<void>;
}

/**
 * A host that is killed again and again, and started again on the same folder and port by something that knows no
 * more than that it ended: as often as strikes are planned, of which some kill twice. Its last life is left in peace.
 */
export const struckHost = async (planned: readonly Strike[], speed: number): Promise<Struck> => {
  const dataDir = await dataFolder();
  const env = { SAMPLE_COUNTY: 'no', REHEARSAL_CLOCK: `${new Date().toISOString()} ${speed}` };
  const coming = [...planned];
  const struck: string[] = [];
  let isEnded = false;

  const live = async (strike: Strike | undefined, port?: number): Promise<OwnHost> => {
    const kill = strike !== undefined && 'at' in strike ? { GC_FAULT: JSON.stringify({ kill: strike }) } : {};
    return spawnHost({ dataDir, port, env: { ...env, ...kill } });
  };
  /**
   * Waits for this life of the host to end. An engine that dies alone is started again under the living host, which
   * goes on for a moment and is then killed too: a second kill.
   */
  const die = async (host: OwnHost, strike: Strike): Promise<void> => {
    const gone = once(host.child, 'exit').then(() => true);
    const kill = async () => {
      host.child.kill('SIGKILL');
      struck.push('random');
      await gone;
    };
    const ends = (ms: number) => Promise.race([gone, sleep(ms, false)]);
    if (!('at' in strike)) return (await ends(strike.afterMs)) ? undefined : kill();
    const engine = engineOf(dataDir);
    for (const end = Date.now() + OCCASION_MS; Date.now() < end; ) {
      const isGone = await ends(50);
      if (isGone || engineOf(dataDir) !== engine) {
        struck.push(`${strike.at}/${strike.victim}`);
        return isGone || (await ends(1_000)) ? undefined : kill();
      }
    }
    await kill();
  };
  const left = () => (isEnded ? 0 : Math.max(0, planned.length - struck.length));
  let strike: Strike | undefined;
  /** A life that a strike ends while it boots is followed by the next like any other. */
  const next = async (port?: number): Promise<OwnHost> => {
    for (let attempt = 1; ; attempt += 1) {
      strike = left() === 0 ? undefined : coming.shift();
      try {
        return await live(strike, port);
      } catch (error) {
        if (attempt === 5) throw error;
        if (strike !== undefined && 'at' in strike) struck.push(`${strike.at}/${strike.victim}`);
      }
    }
  };

  let host = await next();
  const { url, tokenOf, port } = host;
  const supervise = async (): Promise<void> => {
    while (strike !== undefined) {
      await die(host, strike);
      host = await next(port);
    }
  };
  const supervised = supervise();
  return {
    host: { url, tokenOf },
    struck,
    left,
    stop: async () => {
      isEnded = true;
      await supervised;
      await host.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
