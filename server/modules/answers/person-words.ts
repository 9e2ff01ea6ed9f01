import { type BusinessHours, type Weekday, weekdays } from '../../../shared/widget-settings.ts';
import type { AnswerLanguage } from './answer-language.ts';
import { phrasesOf } from './phrases.ts';

interface Known {
  language: AnswerLanguage;
  businessHours: BusinessHours;
  /** How long visitors have usually waited for a person; undefined when nobody knows. */
  usualReplyMs: number | undefined;
  now: Date;
}

/** What a visitor is told when a person was called: who comes, when people are there, and how long it usually takes. */
export function personCalledWords({ language, businessHours, usualReplyMs, now }: Known): string {
  const phrases = phrasesOf(language);
  const isAway = businessHours.enabled && !isOpen(businessHours, now);
  const away = businessHours.awayText.trim() || phrases.personCalledAway;
  const hours = hoursWords(businessHours, language);
  return [
    isAway ? away : phrases.personCalled,
    isAway && hours !== '' ? phrases.hours.replace('{hours}', hours) : '',
    !isAway && usualReplyMs !== undefined
      ? phrases.usualReply.replace('{time}', durationWords(usualReplyMs, language))
      : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Whether people answer at this moment. Hours that are not kept mean always. */
export function isOpen({ enabled, timeZone, days }: BusinessHours, at: Date): boolean {
  if (!enabled) return true;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const hours = days[part('weekday').toLowerCase() as Weekday];
  const time = `${part('hour')}:${part('minute')}`;
  return hours !== undefined && hours.from <= time && time < hours.to;
}

/** `Mon–Fri 09:00–17:00, Sat 10:00–14:00 (Europe/Berlin)`; empty when there are no hours. */
export function hoursWords({ enabled, timeZone, days }: BusinessHours, language: AnswerLanguage): string {
  if (!enabled) return '';
  const groups: { first: Weekday; last: Weekday; time: string }[] = [];
  for (const [index, day] of weekdays.entries()) {
    const hours = days[day];
    if (!hours) continue;
    const time = `${hours.from}–${hours.to}`;
    const group = groups.at(-1);
    if (group && group.time === time && group.last === weekdays[index - 1]) group.last = day;
    else groups.push({ first: day, last: day, time });
  }
  if (groups.length === 0) return '';
  const separator = language === 'ja' || language === 'zh' ? '、' : language === 'ar' ? '، ' : ', ';
  const words = groups.map(({ first, last, time }) => {
    const name = (day: Weekday) => dayName(day, language);
    return `${first === last ? name(first) : `${name(first)}–${name(last)}`} ${time}`;
  });
  return `${words.join(separator)} (${timeZone})`;
}

/** 2024-01-01 was a Monday. */
function dayName(day: Weekday, language: AnswerLanguage): string {
  const date = new Date(Date.UTC(2024, 0, 1 + weekdays.indexOf(day)));
  return new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(date);
}

/** As people say it: whole minutes, and from two hours on whole hours. */
function durationWords(ms: number, language: AnswerLanguage): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const [value, unit] = minutes < 120 ? [minutes, 'minute'] : [Math.round(minutes / 60), 'hour'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value as number);
}
