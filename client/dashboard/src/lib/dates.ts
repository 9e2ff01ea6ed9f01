/** The texts are English, so dates are written in the visitor's kind of English rather than in another language. */
export const dateLocale: string =
  typeof navigator === 'undefined' ? 'en-GB' : (navigator.languages?.find((tag) => /^en\b/i.test(tag)) ?? 'en-GB');

const minuteMs = 60_000;
const dayMs = 86_400_000;

const clock = new Intl.DateTimeFormat(dateLocale, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(dateLocale, { weekday: 'short' });
const weekdayLong = new Intl.DateTimeFormat(dateLocale, { weekday: 'long' });
const dayMonth = new Intl.DateTimeFormat(dateLocale, { day: 'numeric', month: 'short' });
const dayMonthYear = new Intl.DateTimeFormat(dateLocale, { day: 'numeric', month: 'short', year: 'numeric' });
const full = new Intl.DateTimeFormat(dateLocale, { dateStyle: 'full', timeStyle: 'short' });

const startOfDay = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

/** Calendar days between two instants in local time: 0 on the same day, 1 when `then` was yesterday. */
export function daysBetween(then: Date, now: Date): number {
  return Math.round((startOfDay(now).getTime() - startOfDay(then).getTime()) / dayMs);
}

/** For a list, as short as is still clear: `now`, `5m`, `14:02`, `Mon`, `3 Nov`, `3 Nov 2025`. */
export function shortTime(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const age = now.getTime() - then.getTime();
  if (age < minuteMs) return 'now';
  if (age < 60 * minuteMs) return `${Math.floor(age / minuteMs)}m`;
  const days = daysBetween(then, now);
  if (days === 0) return clock.format(then);
  if (days < 7) return weekday.format(then);
  return then.getFullYear() === now.getFullYear() ? dayMonth.format(then) : dayMonthYear.format(then);
}

/** The line between the days of a thread: `Today`, `Yesterday`, `Monday`, `3 Nov 2025`. */
export function dayLabel(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const days = daysBetween(then, now);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days > 0 && days < 7) return weekdayLong.format(then);
  return dayMonthYear.format(then);
}

export const clockTime = (iso: string): string => clock.format(new Date(iso));
export const fullTime = (iso: string): string => full.format(new Date(iso));
export const dateOnly = (iso: string): string => dayMonthYear.format(new Date(iso));

/** A sentence part for a coming or past instant within days: `today at 14:00`, `tomorrow at 09:00`, `Mon at 09:00`. */
export function nearTime(iso: string, now = new Date()): string {
  const then = new Date(iso);
  const days = daysBetween(then, now);
  const time = clock.format(then);
  if (days === 0) return `today at ${time}`;
  if (days === -1) return `tomorrow at ${time}`;
  if (days === 1) return `yesterday at ${time}`;
  if (Math.abs(days) < 7) return `${weekday.format(then)} at ${time}`;
  return `${dayMonthYear.format(then)}, ${time}`;
}

const two = (number: number) => String(number).padStart(2, '0');

/** An instant as the value of an `input type="datetime-local"`, in local time. */
export function toLocalInput(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant of such a value as ISO 8601, or null when it is incomplete. */
export function fromLocalInput(value: string): string | null {
  const date = new Date(value);
  return value === '' || Number.isNaN(date.getTime()) ? null : date.toISOString();
}
