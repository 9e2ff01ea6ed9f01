import { expect, it } from 'vitest';
import { buildUrl } from './url.ts';

it('fills every named part of a path, encoded', () => {
  expect(buildUrl('/api/clients/:clientId/members/:userId', { clientId: 'a b', userId: 'x/y' })).toBe(
    '/api/clients/a%20b/members/x%2Fy',
  );
});

it('appends the query and leaves out what is undefined or null', () => {
  expect(buildUrl('/api/list', {}, { limit: '50', cursor: undefined, status: null, q: 'a&b' })).toBe(
    '/api/list?limit=50&q=a%26b',
  );
  expect(buildUrl('/api/list', {}, { cursor: undefined })).toBe('/api/list');
});

it('refuses a path whose part is not filled', () => {
  expect(() => buildUrl('/api/clients/:clientId', {})).toThrow('needs clientId');
  expect(() => buildUrl('/api/clients/:clientId', { clientId: '' })).toThrow('needs clientId');
});
