import { expect, it } from 'vitest';
import { snoozeTimes } from './snooze-times.ts';

const labelsAt = (now: Date) => snoozeTimes(now).map((time) => time.label);

it('offers this evening only while it is well ahead', () => {
  expect(labelsAt(new Date(2026, 10, 18, 10))).toContain('This evening');
  expect(labelsAt(new Date(2026, 10, 18, 16))).not.toContain('This evening');
});

it('offers next Monday at nine, and not twice on a Sunday', () => {
  const wednesday = snoozeTimes(new Date(2026, 10, 18, 10)).find((time) => time.id === 'monday');
  expect(wednesday?.at).toEqual(new Date(2026, 10, 23, 9));
  const monday = snoozeTimes(new Date(2026, 10, 23, 10)).find((time) => time.id === 'monday');
  expect(monday?.at).toEqual(new Date(2026, 10, 30, 9));
  expect(labelsAt(new Date(2026, 10, 22, 10))).not.toContain('Monday morning');
});

it('offers only times to come, soonest first', () => {
  for (let hour = 0; hour < 24; hour += 1) {
    const now = new Date(2026, 10, 18, hour, 30);
    const times = snoozeTimes(now).map((time) => time.at.getTime());
    expect(times[0]).toBeGreaterThan(now.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
  }
});
