import { describe, expect, test, vi } from 'vitest';
import { StorageUnavailableError } from '../storage/errors.ts';
import {
  type ConnectOptions,
  connected,
  cookieOf,
  disconnection,
  realtimeForEachTest,
  watch,
} from '../testing/realtime-world.ts';

const at = realtimeForEachTest();

describe('the handshake', () => {
  const refusal = (options: ConnectOptions) =>
    connected(at.current.open(options)).then(
      () => undefined,
      (error: Error & { data?: unknown }) => error,
    );

  test.each([
    ['a forged token', { auth: { token: 'v1.a.b' } }, 'invalid-visitor-token'],
    ['a token that is no text', { auth: { token: { toString: 1 } } }, 'invalid-visitor-token'],
    ['a wrong API key', { auth: { apiKey: 'x' } }, 'invalid-api-key'],
    ['no session', {}, 'not-signed-in'],
    ['a session that is unknown', { extraHeaders: cookieOf('x') }, 'not-signed-in'],
  ])('refuses %s with a reason', async (_what, options, code) => {
    const error = await refusal(options);
    expect(error?.data).toMatchObject({ type: `/problems#${code}`, status: 401 });
  });

  test.each(['websocket', 'polling'])(
    'refuses a page of another site over %s, with a good session too',
    async (way) => {
      at.current.sessions.set('s', at.current.acme.owner.id);
      const extraHeaders = { ...cookieOf('s'), origin: 'https://evil.example' };
      expect(await refusal({ transports: [way as 'polling'], extraHeaders })).toBeInstanceOf(Error);
      expect(at.current.realtime.connections()).toEqual({ websocket: 0, polling: 0 });
    },
  );

  test.each(['websocket', 'polling'])('lets in our own page over %s', async (way) => {
    at.current.sessions.set('s', at.current.acme.owner.id);
    const extraHeaders = { ...cookieOf('s'), origin: `http://127.0.0.1:${at.current.port}` };
    await connected(at.current.open({ transports: [way as 'polling'], extraHeaders }));
    expect(at.current.realtime.connections()).toEqual({ websocket: 0, polling: 0, [way]: 1 });
  });

  test('lasts when polling gives way to a WebSocket', async () => {
    const { visitor, id } = await at.current.addThread(at.current.acme);
    const socket = at.current.open({ auth: { token: visitor.token }, transports: ['polling', 'websocket'] });
    const upgraded = new Promise((resolve) => {
      socket.io.once('open', () => socket.io.engine.once('upgrade', resolve));
    });
    await connected(socket);
    await upgraded;
    expect(await watch(socket, id)).toMatchObject({ ok: true });
  });

  test('lets nobody stay whose session ended while they came in', async () => {
    const { sessions, acme, routes } = at.current;
    sessions.set('s', acme.owner.id);
    const { findUser } = routes.storage.accounts;
    routes.storage.accounts.findUser = async (id) => {
      sessions.delete('s');
      return findUser(id);
    };
    let end: string | undefined;
    void disconnection(at.current.open({ extraHeaders: cookieOf('s') })).then((reason) => {
      end = reason;
    });
    await vi.waitFor(() => expect(end).toBe('io server disconnect'), { timeout: 3_000 });
  });

  test('is tried again by itself when storage could not be asked', async () => {
    at.current.sessions.set('s', at.current.acme.owner.id);
    at.current.sessionFailure = new StorageUnavailableError(undefined);
    const socket = at.current.open({ extraHeaders: cookieOf('s'), reconnectionDelay: 1 });
    await new Promise((resolve) => socket.io.once('reconnect_attempt', resolve));
    at.current.sessionFailure = undefined;
    await connected(socket);
  });

  test('leaves other requests to the application', async () => {
    expect(await (await fetch(`http://127.0.0.1:${at.current.port}/x`)).text()).toBe('app');
  });
});

test('closing lets everybody go, and lets nobody in', async () => {
  const socket = await at.current.asProgram(at.current.acme);
  const gone = disconnection(socket);
  await at.current.realtime.close();
  expect(await gone).toBe('transport close');
  expect(at.current.realtime.connections()).toEqual({ websocket: 0, polling: 0 });
  const answer = await fetch(`http://127.0.0.1:${at.current.port}/socket.io/?EIO=4&transport=polling`);
  expect(answer.status).toBe(403);
});
