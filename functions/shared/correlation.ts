import { AsyncLocalStorage } from 'node:async_hooks';

/** What is done on behalf of one request, wherever that leads. */
interface Trail {
  readonly id: string | undefined;
  /** What the request made or changed, once that is known. */
  result?: string;
}

const trails = new AsyncLocalStorage<Trail>();

/** As a header carries it. A caller's own id is taken if it is like this, so that his log and ours can be laid together. */
export const CORRELATION_HEADER = 'x-correlation-id';
export const isCorrelation = (text: string): boolean => /^[\w.:=+/-]{8,128}$/.test(text);

/**
 * Does something on behalf of a request, by its id: every log line says so, and every event, movement and timeline that
 * is committed. Without an id it is on behalf of nobody, whatever it was called from.
 */
export const onBehalfOf = <T>(id: string | undefined, run: () => T): T => trails.run({ id }, run);

/** On behalf of which request we are here; none: of nobody, as the sweep is. */
export const correlation = (): string | undefined => trails.getStore()?.id;

/** Remembers what the present request made or changed, for the line that its answer is logged with. */
export const noteResult = (id: string): void => {
  const trail = trails.getStore();
  if (trail !== undefined) trail.result = id;
};
export const notedResult = (): string | undefined => trails.getStore()?.result;
