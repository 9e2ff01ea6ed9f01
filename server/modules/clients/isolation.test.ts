import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { can, roles } from '../../../shared/permissions.ts';
import type { Route } from '../../http/route.ts';
import { addConversation, cannedReplyInput, messageInput, noteInput } from '../../storage/conformance/worlds.ts';
import { createHttpWorld, type Founder, type HttpWorld } from '../../testing/http-world.ts';

let world: HttpWorld;
let victim: Founder;
let intruder: Founder;
/** Ids of rows that really are there, the victim's. */
let planted: Record<string, string>;

beforeAll(async () => {
  world = await createHttpWorld();
  [victim, intruder] = [await world.found(), await world.found()];
  const base = `/api/clients/${victim.clientId}`;
  const agent = await world.join(victim, 'agent');
  const [widget, invitation, apiKey] = [
    await victim.browser.post(`${base}/widgets`, { name: 'Help' }),
    await victim.browser.post(`${base}/invitations`, { role: 'agent' }),
    await victim.browser.post(`${base}/api-keys`, { name: 'Shop' }),
  ];
  const own = world.deps.storage.forClient(victim.clientId);
  const { id: conversationId } = await addConversation(own, { title: 'Secret' });
  await own.messages.append(messageInput(conversationId));
  const note = await own.notes.create(noteInput(conversationId));
  const cannedReply = await own.cannedReplies.create(cannedReplyInput());
  planted = {
    conversationId,
    noteId: note.id,
    cannedReplyId: cannedReply.id,
    userId: agent.userId,
    widgetId: widget.body.id,
    invitationId: invitation.body.invitation.id,
    apiKeyId: apiKey.body.apiKey.id,
  };
});
afterAll(() => world.close());

/** A body that each endpoint accepts. */
const bodies: Record<string, unknown> = {
  updateClient: { name: 'Taken' },
  deleteClient: { confirmName: 'Person 1' },
  setMemberRole: { role: 'admin' },
  createInvitation: { role: 'agent' },
  createApiKey: { name: 'Mine' },
  createWidget: { name: 'Mine' },
  updateWidget: { name: 'Mine' },
  activateWidget: {},
  updateConversation: { title: 'Mine' },
  postAgentMessage: { content: 'Mine' },
  markConversationRead: { sequence: 1 },
  createNote: { content: 'Mine' },
  createCannedReply: { shortcut: 'mine', title: 'Mine', content: 'Mine' },
  updateCannedReply: { title: 'Mine' },
  requestHandoff: {},
};

/** What each endpoint asks for in its query. */
const queries: Record<string, string> = { searchConversations: '?q=secret' };

const send = ({ endpoint }: Route, by: Founder, params: Record<string, string>) => {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? `no value for ${name}`);
  return by.browser.request(endpoint.method, path + (queries[endpoint.name] ?? ''), bodies[endpoint.name]);
};

const everything = async () => {
  const { client, members, invitations, apiKeys, widgets, conversations, messages, notes, cannedReplies } =
    world.deps.storage.forClient(victim.clientId);
  const { conversationId = '' } = planted;
  return [
    await conversations.list({}, { limit: 100 }),
    await messages.list(conversationId, { limit: 100 }),
    await notes.list(conversationId, { limit: 100 }),
    await cannedReplies.list(),
    await client.get(),
    await members.list(),
    await invitations.listOpen(),
    await apiKeys.list(),
    await widgets.list(),
    await world.auditOf(victim),
  ];
};

const memberRoutes = () => world.routes.filter(({ endpoint }) => endpoint.access.kind === 'member');

test('every route of a client answers 404 to somebody else’s member, and changes nothing', async () => {
  const before = await everything();
  expect(memberRoutes().length).toBeGreaterThan(15);
  for (const route of memberRoutes()) {
    const { status, body } = await send(route, intruder, { ...planted, clientId: victim.clientId });
    expect([route.endpoint.name, status, body.type]).toEqual([route.endpoint.name, 404, '/problems#not-found']);
  }
  expect(await everything()).toEqual(before);
});

test('every route with the id of another client’s object answers 404 inside the own client, and changes nothing', async () => {
  const before = await everything();
  const withObject = memberRoutes().filter(({ endpoint }) => /:clientId\/.*:/.test(endpoint.path));
  expect(withObject.length).toBeGreaterThan(8);
  for (const route of withObject) {
    const { status, body } = await send(route, intruder, { ...planted, clientId: intruder.clientId });
    expect([route.endpoint.name, status, body.type]).toEqual([route.endpoint.name, 404, '/problems#not-found']);
  }
  expect(await everything()).toEqual(before);
});

test('a client that does not exist is answered as somebody else’s is', async () => {
  const route = memberRoutes().find(({ endpoint }) => endpoint.name === 'getClient')!;
  const [theirs, nobodys] = [
    await send(route, intruder, { clientId: victim.clientId }),
    await send(route, intruder, { clientId: '019b0000-0000-7abc-8def-7fffffffffff' }),
  ];
  expect({ ...theirs.body, requestId: '' }).toEqual({ ...nobodys.body, requestId: '' });
});

test('every route of a client asks a stranger to sign in, and says of an id that is none that it is none', async () => {
  const stranger = { ...intruder, browser: world.newBrowser() };
  for (const route of memberRoutes()) {
    const { name } = route.endpoint;
    const answer = await send(route, stranger, { ...planted, clientId: victim.clientId });
    expect([name, answer.status]).toEqual([name, 401]);
    const faulty = await send(route, intruder, { ...planted, clientId: 'none' });
    expect([name, faulty.status, faulty.body.errors[0].parameter]).toEqual([name, 400, 'clientId']);
  }
});

test('every answer to an error is a problem with the id of its request', async () => {
  const answer = await intruder.browser.get(`/api/clients/${victim.clientId}`);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
});

describe.each(roles)('as %s', (role) => {
  test('exactly what the table of permissions allows is not refused', async () => {
    for (const route of memberRoutes()) {
      const { access, name } = route.endpoint;
      if (access.kind !== 'member') continue;
      const team = await world.found();
      const person = { ...(await world.join(team, role)), clientId: team.clientId };
      // Of no use to anybody: whoever is let in finds nothing, or does not repeat the right name.
      const nothing = '019b0000-0000-7abc-8def-7fffffffffff';
      const params = Object.fromEntries(Object.keys(planted).map((name) => [name, nothing]));
      const { status } = await send(route, person, { ...params, clientId: team.clientId });
      const isRefused = status === 403;
      expect([name, role, isRefused]).toEqual([name, role, !can(role, access.permission)]);
    }
  });
});
