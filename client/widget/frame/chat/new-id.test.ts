import { afterEach, expect, test, vi } from 'vitest';
import { newId } from './new-id.ts';

afterEach(() => vi.unstubAllGlobals());

const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test('ids are random UUIDs', () => {
  expect(newId()).toMatch(version4);
});

test('ids are random UUIDs where the browser makes none, as on pages without TLS', () => {
  vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => globalThis.crypto && fill(bytes) });
  const ids = Array.from({ length: 1000 }, newId);
  expect(ids.every((id) => version4.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(1000);
});

function fill(bytes: Uint8Array): Uint8Array {
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(Math.random() * 256);
  return bytes;
}
