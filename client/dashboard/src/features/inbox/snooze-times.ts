export interface SnoozeTime {
  id: string;
  label: string;
  at: Date;
}

/** Sensible times to be reminded at, seen from `now` in local time, soonest first. */
export function snoozeTimes(now: Date): SnoozeTime[] {
  const on = (daysAhead: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysAhead, hour);
  const daysToMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { id: 'hour', label: 'In an hour', at: new Date(now.getTime() + 3_600_000) },
    ...(now.getHours() < 16 ? [{ id: 'evening', label: 'This evening', at: on(0, 18) }] : []),
    { id: 'tomorrow', label: 'Tomorrow morning', at: on(1, 9) },
    // On Sundays that is the same as tomorrow.
    ...(daysToMonday > 1 ? [{ id: 'monday', label: 'Monday morning', at: on(daysToMonday, 9) }] : []),
  ];
}
