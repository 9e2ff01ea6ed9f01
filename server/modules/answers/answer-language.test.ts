import { expect, test } from 'vitest';
import { answerLanguageOf } from './answer-language.ts';

test('a question is answered in the language it is written in, whatever the widget’s is', () => {
  const questions = {
    en: 'How do I reset my password?',
    de: 'Wie kann ich mein Passwort zurücksetzen?',
    fr: 'Comment puis-je réinitialiser mon mot de passe ?',
    es: '¿Cómo puedo restablecer mi contraseña?',
    tr: 'Şifremi nasıl sıfırlayabilirim?',
    ar: 'كيف أعيد تعيين كلمة المرور؟',
    he: 'איך מאפסים סיסמה?',
    ja: 'パスワードを再設定するには？',
    zh: '如何重置密码？',
  };
  for (const [language, text] of Object.entries(questions)) {
    expect(answerLanguageOf(text, ['en']), text).toBe(language);
    expect(answerLanguageOf(text, ['de-AT']), text).toBe(language);
  }
});

test('what no language can be told from is answered in that of the widget, else of the browser, else in English', () => {
  expect(answerLanguageOf('PT-204?', ['fr', 'de'])).toBe('fr');
  expect(answerLanguageOf('PT-204?', ['auto', null, 'pt', 'tr-TR'])).toBe('tr');
  expect(answerLanguageOf('42', [undefined])).toBe('en');
  expect(answerLanguageOf('価格', ['ja'])).toBe('ja');
});
