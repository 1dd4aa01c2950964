import type { IncomingMessage } from 'node:http';
import { type Answer, jsonAnswer } from './event.ts';

/** Where Lambda is invoked, so that `npm run replay` speaks to a host as it speaks to the cloud. */
const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/**
 * The function that a request from this very machine invokes: a consumer that is given records once more, or the
 * recovery of a restored table. These only: they look at rows as they now are, so that whatever they are given does no
 * harm. They are called by ARN or by name. A proxy's callers are not this machine's.
 */
export const invocable = (
  request: IncomingMessage,
  { pathname }: URL,
  functionArns: readonly string[],
): string | undefined => {
  const [, name = ''] = (request.method === 'POST' && INVOCATION.exec(pathname)) || [];
  const isOurs = LOOPBACK.has(request.socket.remoteAddress ?? '');
  const isPassedOn = request.headers['forwarded'] !== undefined || request.headers['x-forwarded-for'] !== undefined;
  const isCalled = (arn: string) => [arn, arn.split(':').at(-1) ?? ''].map(encodeURIComponent).includes(name);
  return isOurs && !isPassedOn ? functionArns.find(isCalled) : undefined;
};

/** What the function made of what it was given, as Lambda tells it. */
export const invocationAnswer = async (invoke: (event: unknown) => Promise<unknown>, body: Buffer): Promise<Answer> => {
  try {
    return jsonAnswer(200, await invoke(JSON.parse(body.toString())));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    const answer = jsonAnswer(200, { errorType: name, errorMessage: message });
    return { ...answer, headers: { ...answer.headers, 'x-amz-function-error': 'Unhandled' } };
  }
};
