import type { BusinessHours, Weekday } from '../../../../shared/widget-settings.ts';

/** Whether people answer at `now`. Without business hours they always do; an unknown time zone closes nobody out. */
export function isOpenAt(hours: BusinessHours, now: Date): boolean {
  if (!hours.enabled) return true;
  let parts: Intl.DateTimeFormatPart[];
  try {
    parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: hours.timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).formatToParts(now);
  } catch {
    return true;
  }
  const part = (type: string) => parts.find((entry) => entry.type === type)?.value ?? '';
  const day = hours.days[part('weekday').toLowerCase() as Weekday];
  const time = `${part('hour')}:${part('minute')}`;
  return !!day && day.from <= time && time < day.to;
}
