import { z } from 'zod';

/**
 * The moments in which a host may die and lose or double something, if anything can:
 * `commit-reply` rows are committed, the caller has no answer · `commit-journal` rows say that a workflow starts or
 * resumes, the journal does not · `journal-checkpoint` the journal has it, the consumer's checkpoint has not moved ·
 * `resume-sent` a wait has ended, its row still says it is owed · `allocator-chunk` one chunk of a division is
 * committed, the next is not · `prune` between two deletes of stream records.
 */
const FAULT_POINTS = [
  'commit-reply',
  'commit-journal',
  'journal-checkpoint',
  'resume-sent',
  'allocator-chunk',
  'prune',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];
export type Victim = 'host' | 'engine' | 'both';

const share = z.number().min(0).max(1).default(0);

/** How often what goes wrong, as shares of all calls. Everything that is left out never happens. */
const faultSettings = z.strictObject({
  seed: z.int().default(1),
  kill: z
    .strictObject({
      at: z.enum(FAULT_POINTS),
      pass: z.int().min(1),
      victim: z.enum(['host', 'engine', 'both']).default('host'),
    })
    .optional(),
  /** The engine never raises conflicts between transactions; DynamoDB does. */
  conflict: share,
  throttling: share,
  /** Committed, and then the network fails. */
  lostReply: share,
  /** An index answers as it stood a moment ago. */
  staleIndex: share,
  droppedRecord: share,
  duplicatedRecord: share,
  reorderedBatch: share,
});
export type FaultSettings = z.input<typeof faultSettings>;
type Mishap = 'conflict' | 'throttling' | 'lostReply' | 'staleIndex';

/** What tests let go wrong. The host asks at every place where the cloud, or a power cut, would not ask. */
export interface Faults {
  /** Told at each pass of a point; a kill set for this one ends the process here. */
  pass(point: FaultPoint): void;
  strikes(mishap: Mishap): boolean;
  /** Whether stale answers are asked for, so that earlier ones must be kept. */
  readonly remembers: boolean;
  /** A batch of stream records as it arrives: some missing, some twice, some out of order. */
  records<T>(batch: readonly T[]): T[];
}

export const noFaults: Faults = {
  pass: () => {},
  strikes: () => false,
  remembers: false,
  records: (batch) => [...batch],
};

/** A small seeded generator (mulberry32): the same seed gives the same run of numbers in [0, 1). */
export const seeded = (seed: number) => {
  let state = seed | 0;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/**
 * Faults from their settings, `GC_FAULT` holding them as JSON. `kill` must not return for the host itself: nothing
 * of this process may run after the point.
 */
export const faultsFrom = (settings: FaultSettings, kill: (victim: Victim) => void): Faults => {
  const set = faultSettings.parse(settings);
  const random = seeded(set.seed);
  let passes = 0;
  return {
    pass: (point) => {
      if (set.kill?.at !== point) return;
      passes += 1;
      if (passes === set.kill.pass) kill(set.kill.victim);
    },
    strikes: (mishap) => random() < set[mishap],
    remembers: set.staleIndex > 0,
    records: (batch) => {
      const arriving = batch.flatMap((record) => {
        if (random() < set.droppedRecord) return [];
        return random() < set.duplicatedRecord ? [record, record] : [record];
      });
      if (random() >= set.reorderedBatch) return arriving;
      return arriving
        .map((record) => ({ record, place: random() }))
        .sort((a, b) => a.place - b.place)
        .map(({ record }) => record);
    },
  };
};
