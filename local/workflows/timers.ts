import type { Clock } from '../../functions/shared/clock.ts';

/** Virtual time, and how many seconds of it pass in a real one: 1 but in a rehearsal. */
export interface Time {
  readonly clock: Clock;
  readonly speed: number;
}

/**
 * Longest sleep at a stretch. Node fires timers over 24.8 days at once, and no timer counts the time that a machine
 * was asleep: the clock is asked again at least this often.
 */
const SLICE_MS = 5 * 60_000;

/** Calls `due` once when virtual time has reached `deadline`, never in the same tick; returns how to call it off. */
export const whenDue = ({ clock, speed }: Time, deadline: string, due: () => void): (() => void) => {
  const left = (): number => (Date.parse(deadline) - Date.parse(clock.now())) / speed;
  const arm = (): NodeJS.Timeout => setTimeout(ring, Math.min(Math.max(left(), 0), SLICE_MS));
  const ring = (): void => {
    if (left() <= 0) due();
    else timer = arm();
  };
  let timer = arm();
  return () => clearTimeout(timer);
};
