import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** What the API answers a refusal with (RFC 9457), as far as a caller acts on it. */
const problem = z.object({
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

/** The API said no, and nothing has changed. */
export class Refused extends Error {
  readonly status: number;
  /** The problem's stable code, such as `wrong-status`. */
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor(what: string, status: number, body: z.infer<typeof problem>) {
    super(`${what}: ${status} ${body.title}: ${body.detail} ${JSON.stringify(body.errors)}`);
    this.name = 'Refused';
    this.status = status;
    this.code = body.title;
    this.errors = body.errors;
  }
}

/** No answer came in time, or none that could be read, however often it was asked. */
export class Unanswered extends Error {
  constructor(what: string, seconds: number, cause: unknown) {
    // What `fetch` throws says only that it failed; why stands in its cause.
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    super(
      `${what} had no answer within ${seconds} s (${why instanceof Error ? why.message : why}). The host may be gone: see whether its /health answers. Or it is too busy: let time run more slowly (--speed), or end what else runs on this machine.`,
      { cause },
    );
    this.name = 'Unanswered';
  }
}

export interface ClientOptions {
  readonly baseUrl: string;
  /** A bearer token, asked for anew with every attempt, because it may expire or its issuer may have restarted. */
  readonly token?: (() => Promise<string> | string) | undefined;
  /** Real milliseconds during which a command is repeated while the host does not answer or answers 5xx. */
  readonly patienceMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Client {
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>>;
  /** Every row of a list, page by page. */
  all<S extends z.ZodType>(path: string, row: S): Promise<z.infer<S>[]>;
  /** A page for people: HTML or whatever it is. */
  text(path: string): Promise<string>;
  /** One command, however often it has to be sent: every attempt carries the same key. */
  post<S extends z.ZodType>(path: string, body: unknown, schema: S, key?: string): Promise<z.infer<S>>;
  put<S extends z.ZodType>(path: string, body: unknown, schema: S, ifMatch?: string): Promise<z.infer<S>>;
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const page = z.object({ rows: z.array(z.unknown()), cursor: z.string().optional() });
const ATTEMPT_MS = 30_000;

/** Whether another attempt can end otherwise: the host failed, is overloaded, or rivals kept a command from committing. */
const passing = (method: string, { status, code }: Refused): boolean =>
  status >= 500 || status === 429 || (method === 'POST' && code === 'changed-meanwhile');

const refusal = async (what: string, response: Response): Promise<Refused> => {
  const read = problem.safeParse(await response.json().catch(() => undefined));
  return new Refused(what, response.status, read.data ?? { title: 'no-problem-body', detail: '', errors: [] });
};

/**
 * A caller of the API that does not give up at a lost reply: it repeats what failed on the way or inside the host,
 * with the same Idempotency-Key, until its patience ends.
 *
 * @throws Refused for a 4xx at once, and for a 5xx when patience ends; Unanswered, naming the call, when patience ends
 * without an answer; the signal's reason when it is aborted.
 */
export const clientFor = ({ baseUrl, token, patienceMs = 20_000, signal }: ClientOptions): Client => {
  const attempt = async ({ method, path, body, headers }: Call, bearer: string | undefined): Promise<Response> => {
    const timeout = AbortSignal.timeout(ATTEMPT_MS);
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) throw await refusal(`${method} ${path}`, response);
    return response;
  };

  const send = async <T>(call: Call, read: (response: Response) => Promise<T>): Promise<T> => {
    const begun = Date.now();
    // Whoever was kept waiting by rivals has lost no patience with a host that goes down after that.
    let silentSince: number | undefined;
    for (let wait = 25; ; wait = Math.min(wait * 2, 1_000)) {
      const bearer = await token?.();
      try {
        return await read(await attempt(call, bearer));
      } catch (error) {
        signal?.throwIfAborted();
        const answered = error instanceof Refused || error instanceof z.ZodError;
        const final = error instanceof Refused ? !passing(call.method, error) : answered;
        silentSince = error instanceof Refused && error.status === 409 ? undefined : (silentSince ?? Date.now());
        const waited = Date.now() - (silentSince ?? begun);
        if (final || (waited > patienceMs && answered)) throw error;
        if (waited > patienceMs) throw new Unanswered(`${call.method} ${call.path}`, Math.round(waited / 1000), error);
        await sleep(wait * (0.5 + Math.random() / 2), undefined, { ...(signal && { signal }) });
      }
    }
  };

  const json = <S extends z.ZodType>(call: Call, schema: S): Promise<z.infer<S>> =>
    send(call, async (response) => schema.parse(await response.json()));

  const all = async <S extends z.ZodType>(path: string, row: S): Promise<z.infer<S>[]> => {
    const rows: z.infer<S>[] = [];
    const at = new URL(path, baseUrl);
    at.searchParams.set('limit', '200');
    for (;;) {
      const found = await json({ method: 'GET', path: at.pathname + at.search }, page);
      rows.push(...found.rows.map((raw) => row.parse(raw)));
      if (found.cursor === undefined) return rows;
      at.searchParams.set('cursor', found.cursor);
    }
  };

  return {
    get: (path, schema) => json({ method: 'GET', path }, schema),
    all,
    text: (path) => send({ method: 'GET', path }, (response) => response.text()),
    post: (path, body, schema, key = randomUUID()) =>
      json({ method: 'POST', path, body, headers: { 'idempotency-key': key } }, schema),
    put: (path, body, schema, ifMatch) =>
      json({ method: 'PUT', path, body, headers: { ...(ifMatch !== undefined && { 'if-match': ifMatch }) } }, schema),
  };
};
