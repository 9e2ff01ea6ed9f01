import { expect, test } from 'vitest';
import { StorageUnavailableError } from '../errors.ts';
import { translateError } from './database-errors.ts';

const failed = (code: string, syscall: string) => Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });

test.each([
  ['ECONNREFUSED', 'connect'],
  ['ENOENT', 'connect'],
  ['EACCES', 'connect'],
  ['ENOTFOUND', 'getaddrinfo'],
  ['EPIPE', 'write'],
])('%s of %s is a database that cannot be reached', (code, syscall) => {
  expect(translateError(failed(code, syscall))).toBeInstanceOf(StorageUnavailableError);
});

test.each([
  ['ENOSPC', 'write'],
  ['ENOENT', 'open'],
  ['EROFS', 'open'],
])('%s of %s, of a file that is written inside a transaction, stays what it is', (code, syscall) => {
  const error = failed(code, syscall);
  expect(translateError(error)).toBe(error);
});
