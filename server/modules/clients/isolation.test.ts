import { expect, test } from 'vitest';
import { createHttpWorld } from '../../testing/http-world.ts';

// That every route keeps clients apart is shown by server/http/every-route.test.ts.
test('a client that does not exist is answered as somebody else’s is', async () => {
  const world = await createHttpWorld();
  try {
    const [victim, intruder] = [await world.found(), await world.found()];
    const [theirs, nobodys] = [
      await intruder.browser.get(`/api/clients/${victim.clientId}`),
      await intruder.browser.get('/api/clients/019b0000-0000-7abc-8def-7fffffffffff'),
    ];
    expect(theirs.status).toBe(404);
    expect(theirs.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(theirs.body.requestId).toBe(theirs.headers.get('x-request-id'));
    expect({ ...theirs.body, requestId: '' }).toEqual({ ...nobodys.body, requestId: '' });
  } finally {
    await world.close();
  }
});
