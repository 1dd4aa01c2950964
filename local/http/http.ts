import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../functions/shared/log.ts';
import { INTERNAL, Problem, type ProblemBody, problemBody } from '../../functions/shared/problem.ts';
import { CannotStart } from '../cannot-start.ts';
import type { RouteSpec } from '../template/deployment.ts';
import { type Answer, answerOf, eventOf, jsonAnswer, match } from './event.ts';
import { invocable, invocationAnswer } from './replay.ts';

/** What a function may be sent at once; the apps themselves take less. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
/** The gateway's own patience, and ours with a caller that sends slowly. */
const MAX_SECONDS = 30;
/** How long requests under way may still take once the host is told to stop. */
const GRACE_MS = 10_000;

/** The front door: what the gateway is in the cloud. */
export interface Door {
  readonly url: string;
  /** Documents that are answered from now on, by path. */
  publish(documents: Readonly<Record<string, unknown>>): void;
  /** Until this is called, everything else is answered 503. */
  open(routes: readonly RouteSpec[], invoke: Invoke, more?: Partial<Own>): void;
  /** Takes no more requests, and returns when those under way are answered. May be asked again. */
  close(): Promise<void>;
}

/** What the door of this host has beside that of the gateway. */
interface Own {
  /** Functions that an operator on this machine may call. */
  readonly forOperators: readonly string[];
  /** What is added to the answer of a path, once the app behind it has let the caller see it. */
  readonly additions: Readonly<Record<string, () => object>>;
}

type Invoke = (functionArn: string, event: unknown) => Promise<unknown>;

/**
 * Listens at once, so that the host knows its own address before it has anything to say.
 *
 * @throws CannotStart when the port is taken or the address is not this machine's.
 */
export const listen = async (host: string, port: number, log: Log): Promise<Door> => {
  const house: House = { documents: {} };
  let closing = false;
  let closed: Promise<void> | undefined;
  const server = createServer({ requestTimeout: MAX_SECONDS * 1000 }, (request, response) => {
    answer(request, url, house)
      .catch((error: unknown) => failure(error, log))
      .then((answer) => send(response, answer, closing));
  });
  await listening(server, host, port);
  const url = urlOf(host, server);
  return {
    url,
    publish: (documents) => {
      house.documents = documents;
    },
    open: (routes, invoke, { forOperators = [], additions = {} } = {}) => {
      house.apps = { routes, invoke, forOperators, additions };
    },
    close: () => {
      closing = true;
      closed ??= closeGently(server);
      return closed;
    },
  };
};

const closeGently = async (server: Server): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
};

const listening = async (server: Server, host: string, port: number): Promise<void> => {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new CannotStart(`Port ${port} of ${host} is taken: set PORT to another.`);
    if (code === 'EACCES')
      throw new CannotStart(`Port ${port} takes a right that this user lacks: set PORT to another.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new CannotStart(`${host} is not an address of this machine: set HOST to one.`);
    throw error;
  }
};

/** Where this machine itself reaches the server: the functions ask the issuer there. */
const urlOf = (host: string, server: Server): string => {
  const { port } = server.address() as AddressInfo;
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
};

/** What is behind the door by now. */
interface House {
  documents: Readonly<Record<string, unknown>>;
  apps?: Own & { readonly routes: readonly RouteSpec[]; readonly invoke: Invoke };
}

const answer = async (request: IncomingMessage, base: string, { documents, apps }: House): Promise<Answer> => {
  const url = URL.parse(request.url ?? '/', base);
  if (url === null) return refusal(new Problem(400, 'bad-path', 'This is no path.'));
  const document = documents[url.pathname];
  if (document !== undefined) return jsonAnswer(200, document);
  if (apps === undefined) return refusal(new Problem(503, 'starting', 'The host is starting. Repeat in a moment.'));
  const called = invocable(request, url, apps.forOperators);
  if (called !== undefined) {
    const body = await bodyOf(request);
    return body === undefined ? TOO_LONG : invocationAnswer((event) => apps.invoke(called, event), body);
  }
  const found = match(apps.routes, request.method ?? 'GET', url.pathname);
  if (found === undefined) return refusal(new Problem(404, 'no-such-path', `There is no ${url.pathname} here.`));
  const body = await bodyOf(request);
  if (body === undefined) return TOO_LONG;
  const answered = answerOf(await apps.invoke(found.route.functionArn, eventOf(request, url, found, body)));
  const more = apps.additions[url.pathname];
  return more === undefined || answered.status !== 200 ? answered : withMore(answered, more());
};

const withMore = (answered: Answer, more: object): Answer => ({
  ...answered,
  body: JSON.stringify({ ...JSON.parse(answered.body.toString()), ...more }),
});

/** What the door itself refuses, it refuses in the words of the apps behind it. */
const refusalOf = (body: ProblemBody): Answer => ({
  status: body.status,
  headers: { 'content-type': 'application/problem+json', ...(body.status === 503 && { 'retry-after': '2' }) },
  body: JSON.stringify(body),
});
const refusal = (problem: Problem): Answer => refusalOf(problemBody(problem));

const TOO_LONG = refusal(new Problem(413, 'too-large', `A body has at most ${MAX_BODY_BYTES} bytes.`));

/** The whole body, or nothing when it is larger than a function may be sent. */
const bodyOf = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection must live on: it has yet to carry the refusal.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** A function that failed says nothing to the outside of why. */
const failure = (error: unknown, log: Log): Answer => {
  log.error('HOST-FUNCTION-FAILED', error);
  return error instanceof Error && error.name === 'Sandbox.Timedout'
    ? refusal(new Problem(503, 'too-slow', 'This took too long. Repeat with the same Idempotency-Key.'))
    : refusalOf(INTERNAL);
};

const send = (response: ServerResponse, { status, headers, body }: Answer, last: boolean): void => {
  // What was not read to its end cannot be followed by another request.
  response.writeHead(status, { ...headers, ...((last || status === 413) && { connection: 'close' }) });
  response.end(body);
};
