import { expect, test } from 'vitest';
import type { BusinessHours } from '../../../shared/widget-settings.ts';
import { answerLanguages } from './answer-language.ts';
import { hoursWords, isOpen, personCalledWords } from './person-words.ts';

const nineToFive = { from: '09:00', to: '17:00' };
const hours: BusinessHours = {
  enabled: true,
  timeZone: 'Europe/Berlin',
  days: { mon: nineToFive, tue: nineToFive, wed: nineToFive, fri: nineToFive, sat: { from: '10:00', to: '14:00' } },
  awayText: '',
};
/** A Monday. */
const at = (time: string) => new Date(`2026-01-12T${time}:00+01:00`);
const words = (more: Partial<Parameters<typeof personCalledWords>[0]> = {}) =>
  personCalledWords({ language: 'en', businessHours: hours, usualReplyMs: undefined, now: at('12:00'), ...more });

test('people are there within the hours of their time zone, the last minute not counted', () => {
  expect(['08:59', '09:00', '16:59', '17:00'].map((time) => isOpen(hours, at(time)))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(isOpen(hours, new Date('2026-01-15T12:00:00+01:00'))).toBe(false);
  expect(isOpen({ ...hours, enabled: false }, at('03:00'))).toBe(true);
});

test('days with the same hours are told together', () => {
  expect(hoursWords(hours, 'en')).toBe('Mon–Wed 09:00–17:00, Fri 09:00–17:00, Sat 10:00–14:00 (Europe/Berlin)');
  expect(hoursWords({ ...hours, enabled: false }, 'en')).toBe('');
});

test('within the hours a person comes, and how long it usually takes is told when it was measured', () => {
  expect(words()).toBe('I have called a person, who will answer you here.');
  expect(words({ usualReplyMs: 7 * 60_000 })).toContain('about 7 minutes');
  expect(words({ usualReplyMs: 3 * 3_600_000 })).toContain('about 3 hours');
});

test('outside the hours the owner’s own words come first, then when people are there', () => {
  const away = words({ now: at('20:00'), usualReplyMs: 60_000 });
  expect(away).toContain('Nobody is there right now');
  expect(away).toContain('Mon–Wed 09:00–17:00');
  expect(away).not.toContain('minute');
  expect(words({ now: at('20:00'), businessHours: { ...hours, awayText: 'We are asleep.' } })).toMatch(
    /^We are asleep\. We are there:/,
  );
});

test('it is said in every language of the widget', () => {
  const said = answerLanguages.map((language) => words({ language, now: at('20:00'), usualReplyMs: 60_000 }));
  expect(new Set(said).size).toBe(answerLanguages.length);
  for (const text of said) expect(text).not.toMatch(/\{|undefined/);
});
