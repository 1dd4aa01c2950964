import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { schedule } from '../../local/workflows/schedule.ts';
import { whenDue } from '../../local/workflows/timers.ts';

const START = '2022-05-12T01:00:00.000Z';
const clock = { now: () => new Date().toISOString() };
const DAY = 24 * 60;

describe('a deadline', () => {
  beforeEach(() => void vi.useFakeTimers({ now: Date.parse(START), toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('comes when its time has come, however far away', () => {
    const due = vi.fn();
    whenDue({ clock, speed: 1 }, plusMinutes(START, 60 * DAY), due);
    vi.advanceTimersByTime(60 * DAY * 60_000 - 1);
    expect(due).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(due).toHaveBeenCalledOnce();
  });

  it('comes as much sooner as a rehearsal is fast', () => {
    const due = vi.fn();
    const fast = { now: () => new Date(Date.parse(START) + (Date.now() - Date.parse(START)) * 1_000).toISOString() };
    whenDue({ clock: fast, speed: 1_000 }, plusMinutes(START, 100), due);
    vi.advanceTimersByTime(6_000 - 1);
    expect(due).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(due).toHaveBeenCalledOnce();
  });

  it('is seen soon after the machine was asleep past it', () => {
    const due = vi.fn();
    whenDue({ clock, speed: 1 }, plusMinutes(START, 60), due);
    vi.setSystemTime(Date.parse(plusMinutes(START, 600)));
    vi.advanceTimersByTime(5 * 60_000);
    expect(due).toHaveBeenCalledOnce();
  });

  it('that has passed comes at once, but not before whoever asks is ready', () => {
    const due = vi.fn();
    whenDue({ clock, speed: 1 }, plusMinutes(START, -1), due);
    expect(due).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(due).toHaveBeenCalledOnce();
  });

  it('that was called off never comes', () => {
    const due = vi.fn();
    const callOff = whenDue({ clock, speed: 1 }, plusMinutes(START, 60), due);
    vi.advanceTimersByTime(30 * 60_000);
    callOff();
    vi.advanceTimersByTime(DAY * 60_000);
    expect(due).not.toHaveBeenCalled();
  });
});

describe('the schedule', () => {
  const log = { info: () => {}, warn: () => {}, error: vi.fn() };
  const every = (speed: number, run: () => Promise<unknown>) => schedule({ speed, run, log });

  it('runs at boot, and again', async () => {
    const thrice = Promise.withResolvers<void>();
    let runs = 0;
    const kept = every(6_000, async () => {
      runs += 1;
      if (runs === 3) thrice.resolve();
    });
    expect(runs).toBe(1);
    await thrice.promise;
    await kept.stop();
  });

  it('never runs beside itself, and stops when the run in progress has ended', async () => {
    let now = 0;
    let most = 0;
    const fifth = Promise.withResolvers<void>();
    let runs = 0;
    const kept = every(60_000, async () => {
      now += 1;
      most = Math.max(most, now);
      runs += 1;
      if (runs === 5) fifth.resolve();
      await new Promise(setImmediate);
      now -= 1;
    });
    await fifth.promise;
    await kept.stop();
    expect([now, most, runs]).toEqual([0, 1, 5]);
  });

  it('goes on after a run that failed', async () => {
    const again = Promise.withResolvers<void>();
    let runs = 0;
    const kept = every(60_000, async () => {
      runs += 1;
      if (runs > 1) again.resolve();
      throw new Error('The table is away');
    });
    await again.promise;
    await kept.stop();
    expect(log.error).toHaveBeenCalledWith('SCHEDULE-FAILED', expect.any(Error));
  });
});
