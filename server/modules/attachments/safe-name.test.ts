import { expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { safeName } from './safe-name.ts';

test('leaves ordinary names alone, in whatever script', () => {
  for (const name of ['photo.png', 'Größe 😀 (2).PNG', '請求書.png', 'a.b.c.png']) {
    expect(safeName(name, 'image/png')).toBe(name);
  }
  expect(safeName('photo.JPEG', 'image/jpeg')).toBe('photo.JPEG');
});

test('drops folders, what file systems do not take, and what is not seen', () => {
  expect(safeName('../../etc/passwd.txt', 'text/plain')).toBe('passwd.txt');
  expect(safeName('C:\\Users\\ann\\note.txt', 'text/plain')).toBe('note.txt');
  expect(safeName('a<b>:"c|d?e*.txt', 'text/plain')).toBe('a_b___c_d_e_.txt');
  expect(safeName('..\u202egpj.\0x\r\ny.txt', 'text/plain')).toBe('gpj.xy.txt');
});

test('gives the ending of what the file is, so that no program takes it for something else', () => {
  expect(safeName('run.bat', 'text/plain')).toBe('run.bat.txt');
  expect(safeName('page.html', 'text/plain')).toBe('page.html.txt');
  expect(safeName('photo.jpg', 'image/png')).toBe('photo.jpg.png');
  expect(safeName('README', 'text/plain')).toBe('README.txt');
  expect(safeName('.env', 'text/plain')).toBe('env.txt');
  expect(safeName(' .. ', 'application/pdf')).toBe('file.pdf');
  expect(safeName('.pdf', 'application/pdf')).toBe('pdf.pdf');
});

test('shortens a long name before its ending, never in the middle of a character', () => {
  const name = safeName(`${'😀'.repeat(200)}.png`, 'image/png');
  expect(name.length).toBeLessThanOrEqual(limits.attachmentNameCharsMax);
  expect(name).toMatch(/^(?:😀)+\.png$/u);
});
