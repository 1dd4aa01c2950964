import { Refused } from './client.ts';
import type { Demand } from './demand.ts';
import type { People } from './people.ts';
import { type Hours, health } from './time.ts';

/** What has happened so far, for the progress bar. */
export interface Tally {
  asked: number;
  confirmed: number;
  cancelled: number;
  decided: number;
  dispatched: number;
  received: number;
  /** Orders that suppliers confirmed. */
  bought: number;
  /** Gifts that were registered or brought. */
  given: number;
  /** What happened besides: goods that came back, papers, nights, recalls, counts. */
  mishaps: number;
}

/** A rehearsal under way. */
export interface World {
  readonly seed: number;
  readonly people: People;
  readonly hours: Hours;
  /** Part of every key, so that two rehearsals on one host are two. */
  readonly run: string;
  readonly tally: Tally;
  /** What was asked, by the request's id; nothing of a need that a plan opened. */
  readonly asked: Map<string, Demand | undefined>;
  /** What was given, by the gift's id: what it is called here, and the code that follows it. */
  readonly given: Map<string, { readonly name: string; readonly code: string }>;
  /** Starts work that goes on beside everything else; if it fails, the rehearsal does. */
  readonly start: (work: () => Promise<void>) => void;
}

/** The host's own time, which it judges dates by: on a fast clock ours is minutes off. */
export const nowOf = async ({ people }: Pick<World, 'people'>): Promise<string> =>
  (await people.donor.get('/health', health)).now;

/**
 * Does what may be refused for a reason that people meet every day: somebody else was faster, or there is nothing left
 * to do. Says whether it was done.
 */
export const unless = async (codes: readonly string[], act: () => Promise<unknown>): Promise<boolean> => {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof Refused && codes.includes(error.code)) return false;
    throw error;
  }
};
