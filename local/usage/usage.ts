import { z } from 'zod';

const counts = z.object({
  invocations: z.int(),
  /** In the function, as this machine took it. */
  milliseconds: z.number(),
  /** What the table says a call consumed: rows, indexes and the doubling of transactions included. */
  readUnits: z.number(),
  writeUnits: z.number(),
  /** Actions of transactions that were refused. The table does not say what these consume, and bills them. */
  refusedActions: z.int(),
});
export type Counts = z.infer<typeof counts>;

/** What the cloud would bill, counted since the host started. */
export const usage = z.object({
  /** By function, as `delivery/settle`; those that answer HTTP by method too, as `api/staff POST`. */
  functions: z.record(z.string(), counts),
  /** States entered and tasks tried again, as `request: Assess by the green channel`. */
  transitions: z.record(z.string(), z.int()),
  /** Functions that are at work now. */
  underWay: z.int(),
});
export type Usage = z.infer<typeof usage>;

export const noCounts = (): Counts => ({
  invocations: 0,
  milliseconds: 0,
  readUnits: 0,
  writeUnits: 0,
  refusedActions: 0,
});

const added = (a: Counts, b: Counts, sign: 1 | -1): Counts => ({
  invocations: a.invocations + sign * b.invocations,
  milliseconds: a.milliseconds + sign * b.milliseconds,
  readUnits: a.readUnits + sign * b.readUnits,
  writeUnits: a.writeUnits + sign * b.writeUnits,
  refusedActions: a.refusedActions + sign * b.refusedActions,
});

export const sumOf = (all: Iterable<Counts>): Counts => {
  let sum = noCounts();
  for (const one of all) sum = added(sum, one, 1);
  return sum;
};

/** What was used between two looks. */
export const usedSince = (before: Usage, now: Usage): Usage => ({
  ...now,
  functions: Object.fromEntries(
    Object.entries(now.functions).map(([name, after]) => [
      name,
      added(after, before.functions[name] ?? noCounts(), -1),
    ]),
  ),
  transitions: Object.fromEntries(
    Object.entries(now.transitions).map(([name, after]) => [name, after - (before.transitions[name] ?? 0)]),
  ),
});
