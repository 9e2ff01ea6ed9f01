import { expect, test } from 'vitest';
import { intentOf } from './intents.ts';

test('a call for a person is understood in every language of the widget', () => {
  for (const text of [
    'Can I talk to a person?',
    'I want to speak with a human please',
    'Agent',
    'Kann ich mit einem Menschen sprechen?',
    'Je voudrais parler à un conseiller',
    '¿Puedo hablar con una persona?',
    'Bir yetkili ile görüşmek istiyorum',
    'أريد التحدث مع موظف',
    'אני רוצה לדבר עם נציג',
    '担当者と話したいです',
    '转人工',
  ]) {
    expect(intentOf(text), text).toBe('person');
  }
});

test('a question about persons is a question', () => {
  for (const text of [
    'How do visitors talk to a person?',
    'Do I need an agent to install it?',
    'What can an agent do in the inbox?',
    'Wie viele Mitarbeiter kann ich einladen?',
    'Yes, but how long does the delivery take?',
    'Hi, where is my order?',
    'no delivery today?',
  ]) {
    expect(intentOf(text), text).toBeUndefined();
  }
});

test('greetings, thanks, yes and no are understood with whatever marks stand around them', () => {
  expect(['Hello!', 'Guten Tag', 'こんにちは。', 'שלום', ' 您好 ', 'Bonjour !'].map(intentOf)).toEqual(
    Array(6).fill('greeting'),
  );
  expect(['Thanks 🙏', 'Vielen Dank!', 'teşekkürler', 'شكرا'].map(intentOf)).toEqual(Array(4).fill('thanks'));
  expect(['Yes, please!', 'ja gerne', 'oui', 'はい、お願いします', '好的'].map(intentOf)).toEqual(Array(5).fill('yes'));
  expect(['No, thanks.', 'nein danke', 'לא', '不用了'].map(intentOf)).toEqual(Array(4).fill('no'));
});
