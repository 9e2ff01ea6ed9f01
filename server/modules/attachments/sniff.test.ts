import { describe, expect, test } from 'vitest';
import { createSniffer } from './sniff.ts';

const latin = (text: string) => Buffer.from(text, 'latin1');

// Parts end where the network says, also in the middle of a character or of a name.
describe.each([1, 3, 1_000_000])('in parts of %i bytes', (partBytes) => {
  function sniff(bytes: Buffer, name: string) {
    const sniffer = createSniffer(name);
    for (let at = 0; at < bytes.length; at += partBytes) sniffer.take(bytes.subarray(at, at + partBytes));
    return sniffer.kind();
  }

  test.each([
    ['image/png', latin('\x89PNG\r\n\x1a\n\0')],
    ['image/jpeg', latin('\xff\xd8\xff\xe0')],
    ['image/gif', latin('GIF89a')],
    ['image/webp', latin('RIFF\x10\0\0\0WEBPVP8 ')],
    ['application/pdf', latin('%PDF-1.7')],
    ['application/zip', latin('PK\x03\x04 notes.txt')],
    ['text/plain', Buffer.from('Grüße 😀, 5 < 6')],
    ['text/plain', Buffer.from('\ufeffnote')],
  ] as const)('knows %s by its content, whatever the name says', (type, bytes) => {
    expect(sniff(bytes, 'page.html')).toBe(type);
  });

  test('tells Office files from other archives', () => {
    const archive = (member: string) =>
      latin(`PK\x03\x04[Content_Types].xml${'\x99'.repeat(5_000)}PK\x03\x04${member}${'\x99'.repeat(100)}`);
    expect(sniff(archive('word/document.xml'), 'a')).toMatch(/wordprocessingml/);
    expect(sniff(archive('xl/workbook.xml'), 'a')).toMatch(/spreadsheetml/);
    expect(sniff(archive('ppt/presentation.xml'), 'a')).toBe('application/zip');
  });

  test('calls text of a CSV name CSV', () => {
    expect(sniff(Buffer.from('a,b\n1,2\n'), 'List.CSV')).toBe('text/csv');
  });

  test.each([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['SVG with an XML declaration', Buffer.from('<?xml version="1.0"?><x/>')],
    ['HTML', Buffer.from('\n<!DOCTYPE html><p>')],
    ['a program', latin('MZ\x90\0\x03')],
    ['text that is not UTF-8', latin('Gr\xfc\xdfe')],
    ['text that breaks off in a character', latin('Gr\xc3')],
    ['text with binary content far behind', latin(`${'x'.repeat(10_000)}\0`)],
    ['an empty file', Buffer.alloc(0)],
  ])('refuses %s under a harmless name', (_, bytes) => {
    expect(sniff(bytes, 'harmless.txt')).toBeUndefined();
  });
});
