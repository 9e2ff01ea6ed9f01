import { expect, test } from 'vitest';
import type { BusinessHours } from '../../../../shared/widget-settings.ts';
import { isOpenAt } from './hours.ts';

const hours: BusinessHours = {
  enabled: true,
  timeZone: 'Europe/Berlin',
  days: { fri: { from: '09:00', to: '17:00' }, sun: { from: '00:00', to: '24:00' } },
  awayText: '',
};

test.each([
  ['2026-11-20T08:00:00Z', true, 'Friday nine o’clock in Berlin'],
  ['2026-11-20T07:59:00Z', false, 'a minute earlier'],
  ['2026-11-20T15:59:00Z', true, 'a minute before the end'],
  ['2026-11-20T16:00:00Z', false, 'the end itself'],
  ['2026-11-21T10:00:00Z', false, 'a day without hours'],
  ['2026-11-21T23:30:00Z', true, 'Sunday in Berlin while it is Saturday in London'],
  ['2026-07-03T07:00:00Z', true, 'Friday nine o’clock in summer time'],
])('%s: open is %s (%s)', (now, expected) => {
  expect(isOpenAt(hours, new Date(now))).toBe(expected);
});

test('without business hours somebody is always there', () => {
  expect(isOpenAt({ ...hours, enabled: false, days: {} }, new Date())).toBe(true);
});

test('a time zone the browser does not know shuts nobody out', () => {
  expect(isOpenAt({ ...hours, timeZone: 'Nowhere/City' }, new Date())).toBe(true);
});
