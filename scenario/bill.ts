import { type Counts, sumOf, type Usage } from '../local/usage/usage.ts';
import { FUNCTION_GIGABYTES, PRICES } from './prices.ts';

/** One line of a bill: what was used, and what that costs in USD. */
export interface Item {
  readonly what: string;
  readonly httpRequests: number;
  readonly invocations: number;
  readonly gigabyteSeconds: number;
  readonly transitions: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly usd: number;
}

/** What a refused transaction may have consumed at most: its rows weigh less than 1 KB, and are written twice. */
const REFUSED_UNITS = 2;

const itemOf = (
  what: string,
  used: Counts,
  more: { readonly httpRequests?: number; readonly transitions?: number },
) => {
  const counted = {
    httpRequests: more.httpRequests ?? 0,
    invocations: used.invocations,
    gigabyteSeconds: (used.milliseconds / 1_000) * FUNCTION_GIGABYTES,
    transitions: more.transitions ?? 0,
    readUnits: used.readUnits,
    writeUnits: used.writeUnits + REFUSED_UNITS * used.refusedActions,
  };
  return { what, ...counted, usd: usdOf(counted) };
};

const usdOf = (counted: Omit<Item, 'what' | 'usd'>): number =>
  counted.httpRequests * PRICES.httpRequest +
  counted.invocations * PRICES.invocation +
  counted.gigabyteSeconds * PRICES.gigabyteSecond +
  counted.transitions * PRICES.transition +
  counted.readUnits * PRICES.readUnit +
  counted.writeUnits * PRICES.writeUnit;

/** The same, of so many at once. */
const times = ({ what, ...item }: Item, factor: number): Item => ({
  what,
  httpRequests: item.httpRequests * factor,
  invocations: item.invocations * factor,
  gigabyteSeconds: item.gigabyteSeconds * factor,
  transitions: item.transitions * factor,
  readUnits: item.readUnits * factor,
  writeUnits: item.writeUnits * factor,
  usd: item.usd * factor,
});

const total = (what: string, items: readonly Item[]): Item => {
  const sum = (of: (item: Item) => number) => items.reduce((all, item) => all + of(item), 0);
  return {
    what,
    httpRequests: sum((item) => item.httpRequests),
    invocations: sum((item) => item.invocations),
    gigabyteSeconds: sum((item) => item.gigabyteSeconds),
    transitions: sum((item) => item.transitions),
    readUnits: sum((item) => item.readUnits),
    writeUnits: sum((item) => item.writeUnits),
    usd: sum((item) => item.usd),
  };
};

/** Functions that the table's stream wakes. */
const WOKEN: ReadonlySet<string> = new Set(['allocation/divide', 'workflow/wake']);
const SWEEP = 'workflow/sweep';
const SWEEPS_A_MONTH = 60 * 24 * 30;
const PER = 1_000;

export interface Bill {
  /** For every thousand requests, by who caused it; the last line is the sum. */
  readonly requests: readonly Item[];
  /** What people look at, for every thousand requests: as much as they like to look. */
  readonly looks: Item;
  /** What the sweep asks each minute, whether anybody asks for anything or not: a month of it. */
  readonly month: Item;
}

/**
 * What the counted use costs on AWS. Kept apart: what grows with requests, what people look at, and what stands. Of the
 * sweep, what it writes is the requests': it only ever does their work; what it reads stands.
 */
export const billOf = ({ functions, transitions }: Usage, requests: number): Bill => {
  const those = (wanted: (name: string) => boolean) =>
    sumOf(Object.entries(functions).flatMap(([name, used]) => (wanted(name) ? used : [])));
  const isLook = (name: string) => name.endsWith(' GET');
  const isCommand = (name: string) => name.startsWith('api/') && !isLook(name);
  const isOther = (name: string) => !name.startsWith('api/') && !WOKEN.has(name) && name !== SWEEP;
  const sweep = those((name) => name === SWEEP);
  const commands = those(isCommand);
  const looks = those(isLook);
  const share = (item: Item) => times(item, PER / requests);
  const lines = [
    itemOf('commands of people', commands, { httpRequests: commands.invocations }),
    itemOf('steps of machines', those(isOther), {}),
    itemOf('transitions of machines', sumOf([]), {
      transitions: Object.values(transitions).reduce((sum, entered) => sum + entered, 0),
    }),
    ...[...WOKEN].map((woken) =>
      itemOf(
        `stream: ${woken}`,
        those((name) => name === woken),
        {},
      ),
    ),
    itemOf('the sweep, where it wrote', { ...sweep, invocations: 0, milliseconds: 0, readUnits: 0 }, {}),
  ].map(share);
  return {
    requests: [...lines, total('together', lines)],
    looks: share(itemOf('what people look at', looks, { httpRequests: looks.invocations })),
    month: times(
      itemOf('the sweep, each minute', { ...sweep, writeUnits: 0, refusedActions: 0 }, {}),
      SWEEPS_A_MONTH / Math.max(1, sweep.invocations),
    ),
  };
};
