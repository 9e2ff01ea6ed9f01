import { expect, test } from 'vitest';
import { detectLanguage } from './detect-language.ts';

test.each([
  ['en', 'How long does it take until the parcel is with me?'],
  ['de', 'Wie lange dauert es, bis das Paket bei mir ist?'],
  ['fr', 'Combien de temps faut-il pour que le colis soit chez moi ?'],
  ['es', '¿Cuánto tarda en llegar el paquete a mi casa?'],
  ['it', 'Quanto tempo ci vuole perché il pacco sia da me?'],
  ['pt', 'Quanto tempo demora até que o pacote esteja comigo? Não sei.'],
  ['nl', 'Hoe lang duurt het voordat het pakket bij mij is?'],
  ['tr', 'Paketin bana gelmesi ne kadar sürer, nasıl öğrenebilirim?'],
  ['ru', 'Сколько времени идёт посылка?'],
  ['ar', 'كم من الوقت يستغرق وصول الطرد؟'],
  ['he', 'כמה זמן לוקח עד שהחבילה מגיעה?'],
  ['zh', '包裹多久能到？'],
  ['ja', '荷物が届くまでどのくらいかかりますか？'],
  ['ko', '소포가 도착하는 데 얼마나 걸리나요?'],
])('knows %s by its script, its small words and its letters', (language, text) => {
  expect(detectLanguage(text).language).toBe(language);
});

test('says that nothing tells, and by how little, where nothing does', () => {
  expect(detectLanguage('')).toEqual({ language: 'und', margin: 0 });
  expect(detectLanguage('12 % & 7')).toEqual({ language: 'und', margin: 0 });
  expect(detectLanguage('IBM XPS Kubernetes')).toEqual({ language: 'und', margin: 0 });
});

test('keeps to a language that quotes names in Latin letters', () => {
  expect(detectLanguage('使用 Docker 和 Kubernetes 部署').language).toBe('zh');
  expect(detectLanguage('يمكنك استخدام Docker لتشغيل الخادم').language).toBe('ar');
});

test('weighs only the languages it is told to, where the script leaves a choice', () => {
  expect(detectLanguage('Was ist das?', ['en', 'de']).language).toBe('de');
  expect(detectLanguage('Was ist das?', ['en']).language).toBe('en');
});
