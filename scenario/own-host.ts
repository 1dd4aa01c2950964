import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openIssuer, type TokenOf } from '../local/http/issuer.ts';
import { endEngineOf, freePort } from '../local/table/engine.ts';

const ROOT = join(import.meta.dirname, '..');
const READY_MS = 60_000;

export interface OwnHostOptions {
  readonly dataDir: string;
  /** None: one that is free now. Give the old one to start a killed host again under its callers. */
  readonly port?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A host in a process of its own. */
export interface OwnHost {
  readonly url: string;
  readonly dataDir: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly tokenOf: TokenOf;
  /** What it said last, for whoever asks why something failed. */
  readonly words: () => string;
  /** Lets it end in order; kills it if it does not within a minute. */
  stop(): Promise<void>;
}

/** The last lines that it said, for the one who asks why it ended. */
const lastWords = (child: ChildProcess): (() => string) => {
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      said.push(String(text));
      if (said.length > 50) said.shift();
    });
  return () => said.join('').trim();
};

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/**
 * Waits until it says where it runs: then it answers, and what it loads at first start is loaded.
 *
 * @throws Error with its last words when it ends instead, or is not ready within a minute.
 */
const ready = async (url: string, child: ChildProcess, words: () => string, signal?: AbortSignal): Promise<void> => {
  for (const end = Date.now() + READY_MS; !words().includes(`runs on ${url}`); await sleep(20, undefined, { signal })) {
    if (hasEnded(child)) throw new Error(`The host ended: ${words()}`);
    if (Date.now() > end) throw new Error(`The host is not ready: ${words()}`);
  }
};

/** A killed host would leave its engine running, so it gets every chance to end in order. */
const STOP_MS = 60_000;

/** However it ends, its engine does not outlive it: nobody will start on this folder again. */
const stopped = async (child: ChildProcess, dataDir: string): Promise<void> => {
  if (!hasEnded(child)) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(late);
  }
  await endEngineOf(dataDir);
};

/** Starts a host on a folder and returns when it answers. Tokens are signed with the key that it keeps there. */
export const spawnHost = async ({ dataDir, port, env, signal }: OwnHostOptions): Promise<OwnHost> => {
  const at = port ?? (await freePort());
  const url = `http://127.0.0.1:${at}`;
  const child = spawn(process.execPath, [join(ROOT, 'local/main.ts')], {
    cwd: ROOT,
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(at), DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const words = lastWords(child);
  try {
    await ready(url, child, words, signal);
    const issuer = await openIssuer(dataDir, url);
    return {
      url,
      dataDir,
      port: at,
      child,
      words,
      tokenOf: (actor) => issuer.token(actor),
      stop: () => stopped(child, dataDir),
    };
  } catch (error) {
    await stopped(child, dataDir);
    throw error;
  }
};
