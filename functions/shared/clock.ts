/** The time, read once at the edge of a command and passed in as an ISO 8601 UTC string. */
export interface Clock {
  now(): string;
}

const systemClock: Clock = { now: () => new Date().toISOString() };

/**
 * A rehearsal runs days in seconds: `"<start> <speed>"` makes time pass `speed` times as fast since the real
 * instant `start`. Never set in the cloud.
 */
const rehearsalClock = (setting: string): Clock => {
  const [start, speed] = setting.split(' ');
  const startMs = Date.parse(start ?? '');
  const factor = Number(speed);
  if (!(startMs > 0 && factor >= 1)) throw new Error(`REHEARSAL_CLOCK is "<ISO start> <speed>", not "${setting}"`);
  return { now: () => new Date(startMs + (Date.now() - startMs) * factor).toISOString() };
};

export const clockFrom = (env: Readonly<Record<string, string | undefined>>): Clock => {
  const setting = env['REHEARSAL_CLOCK'];
  return setting === undefined || setting === '' ? systemClock : rehearsalClock(setting);
};

export const plusMinutes = (iso: string, minutes: number): string =>
  new Date(Date.parse(iso) + minutes * 60_000).toISOString();

/** The day so many days after another, `YYYY-MM-DD`. */
export const plusDays = (day: string, days: number): string => plusMinutes(day, days * 1440).slice(0, 10);

/** The same day so many months later, or the last of that month where it has none: `YYYY-MM-DD`. */
export const plusMonths = (day: string, months: number): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0));
  last.setUTCDate(Math.min(date, last.getUTCDate()));
  return last.toISOString().slice(0, 10);
};

/** Whole seconds from `now` to `due`, at least one: a Step Functions timer takes no less. */
export const secondsUntil = (due: string, now: string): number =>
  Math.max(1, Math.ceil((Date.parse(due) - Date.parse(now)) / 1000));

/** What the clock on the wall is ahead of UTC, all year: China keeps one time and no summer time. */
const CHINA_MINUTES = 8 * 60;

/** The day on the county's calendar, `YYYY-MM-DD`. */
export const countyDay = (iso: string): string => plusMinutes(iso, CHINA_MINUTES).slice(0, 10);

/** The day and time that the county's clocks show, `YYYY-MM-DD HH:MM`. */
export const countyClock = (iso: string): string => plusMinutes(iso, CHINA_MINUTES).slice(0, 16).replace('T', ' ');

/** The first instant, not before this one, at which the county's clocks show a whole multiple of so many minutes. */
export const nextTick = (iso: string, everyMinutes: number): string => {
  const every = everyMinutes * 60_000;
  const shown = Date.parse(plusMinutes(iso, CHINA_MINUTES));
  return plusMinutes(new Date(Math.ceil(shown / every) * every).toISOString(), -CHINA_MINUTES);
};

/** The instant at which the county's clocks show this time (`HH:MM`) on this day. */
export const countyTime = (day: string, time: string): string => plusMinutes(`${day}T${time}:00.000Z`, -CHINA_MINUTES);
