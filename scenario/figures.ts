import type { Tier } from '../functions/catalogue/policy.ts';
import { compare } from '../functions/shared/order.ts';

/** What became of one need line. Quantities are base units. */
export interface LineEnd {
  readonly itemId: string;
  readonly status: string;
  readonly approved: number;
  readonly received: number;
}

/** What became of one request. Times are ISO. */
export interface RequestEnd {
  readonly id: string;
  readonly tier: Tier;
  readonly township: string;
  readonly status: string;
  readonly at: string;
  readonly needBy: string;
  readonly decidedAt?: string | undefined;
  readonly closedAt?: string | undefined;
  /** Deadlines that passed on the way, decisions and receipts together. */
  readonly remindedTimes: number;
  readonly lines: readonly LineEnd[];
}

/** Met and short of some requests: lines, because a mask and a sack of rice do not add up. */
export interface Service {
  readonly requests: number;
  readonly refused: number;
  readonly cancelled: number;
  /** Lines that were approved and not cancelled. */
  readonly lines: number;
  readonly inFull: number;
  readonly inPart: number;
  readonly notAtAll: number;
  /** Mean of received / approved over those lines; none without lines. */
  readonly fill: number | undefined;
}

const counted = (request: RequestEnd): readonly LineEnd[] =>
  request.lines.filter(({ status, approved }) => (status === 'open' || status === 'closed') && approved > 0);

export const serviceOf = (requests: readonly RequestEnd[]): Service => {
  const lines = requests.flatMap(counted);
  const shares = lines.map(({ approved, received }) => received / approved);
  return {
    requests: requests.length,
    refused: requests.filter(({ status }) => status === 'refused').length,
    cancelled: requests.filter(({ status }) => status === 'cancelled').length,
    lines: lines.length,
    inFull: shares.filter((share) => share === 1).length,
    inPart: shares.filter((share) => share > 0 && share < 1).length,
    notAtAll: shares.filter((share) => share === 0).length,
    fill: shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length,
  };
};

/** The smallest value that at least this share of them does not exceed; none without values. */
export const quantile = (values: readonly number[], share: number): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)];

export interface LeadTimes {
  readonly number: number;
  readonly median: number | undefined;
  readonly p90: number | undefined;
}

const minutes = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 60_000;

/** Minutes from the ask to an instant that some requests have reached. */
export const leadTimes = (
  requests: readonly RequestEnd[],
  reached: (request: RequestEnd) => string | undefined,
): LeadTimes => {
  const taken = requests.flatMap((request) => {
    const to = reached(request);
    return to === undefined ? [] : [minutes(request.at, to)];
  });
  return { number: taken.length, median: quantile(taken, 0.5), p90: quantile(taken, 0.9) };
};

/** Approved requests that were closed after their need-by, or are still open though it has passed. */
export const late = (requests: readonly RequestEnd[], now: string): number =>
  requests.filter(
    ({ status, closedAt, needBy }) =>
      (status === 'closed' && closedAt !== undefined && closedAt > needBy) || (status === 'approved' && now > needBy),
  ).length;

/** What is still short of each item, most lines first. */
export const shortItems = (
  requests: readonly RequestEnd[],
): { readonly itemId: string; readonly lines: number; readonly approved: number; readonly short: number }[] =>
  [...Map.groupBy(requests.flatMap(counted), ({ itemId }) => itemId)]
    .map(([itemId, lines]) => {
      const missing = lines.filter(({ approved, received }) => received < approved);
      const sum = (of: (line: LineEnd) => number) => missing.reduce((total, line) => total + of(line), 0);
      return {
        itemId,
        lines: missing.length,
        approved: sum(({ approved }) => approved),
        short: sum(({ approved, received }) => approved - received),
      };
    })
    .filter(({ lines }) => lines > 0)
    .toSorted((a, b) => b.lines - a.lines || compare(a.itemId, b.itemId));
