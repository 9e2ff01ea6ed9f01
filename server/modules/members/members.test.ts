import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allPages } from '../../storage/conformance/worlds.ts';
import { createHttpWorld, type Founder, goodPassword, type HttpWorld, type Person } from '../../testing/http-world.ts';

let world: HttpWorld;
let owner: Founder;
beforeEach(async () => {
  world = await createHttpWorld();
  owner = await world.found();
});
afterEach(() => world.close());

const members = () => `/api/clients/${owner.clientId}/members`;
const invitations = () => `/api/clients/${owner.clientId}/invitations`;
const member = ({ userId }: Person) => `${members()}/${userId}`;
const actions = async () => (await world.auditOf(owner)).map(({ action }) => action);

async function invite(body: Record<string, unknown> = { role: 'agent' }, by: Person = owner) {
  const answer = await by.browser.post(invitations(), body);
  const [, token = ''] = String(answer.body.link).split('#');
  return { ...answer, token };
}

const accept = (by: Person, token: string) => by.browser.post('/api/auth/invitations/accept', { token });
const lookUp = (token: string) => world.newBrowser().post('/api/auth/invitations/look-up', { token });

describe('members', () => {
  test('are listed earliest first, page by page', async () => {
    const people = [owner];
    for (const role of ['admin', 'agent', 'agent'] as const) {
      world.env.advance(1000);
      people.push((await world.join(owner, role)) as Founder);
    }
    const listed = await allPages(async ({ limit, cursor }) => {
      const query = `?limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      return (await owner.browser.get(members() + query)).body;
    }, 2);
    expect(listed).toMatchObject(people.map(({ userId, email }) => ({ userId, email })));
    expect(Object.keys(listed[0] as object).sort()).toEqual(['createdAt', 'email', 'name', 'role', 'userId']);
  });

  test('get another role, with an audit row and an event', async () => {
    const agent = await world.join(owner, 'agent');
    const answer = await owner.browser.patch(member(agent), { role: 'admin' });
    expect([answer.status, answer.body.role]).toEqual([200, 'admin']);
    expect((await world.auditOf(owner))[0]).toMatchObject({
      action: 'member.roleChanged',
      actorId: owner.userId,
      targetId: agent.userId,
      details: { from: 'agent', to: 'admin' },
      requestId: answer.headers.get('x-request-id'),
    });
    expect(world.events.at(-1)).toEqual({
      name: 'membership.changed',
      event: { clientId: owner.clientId, userId: agent.userId },
    });
    expect((await agent.browser.get(invitations())).status).toBe(200);
  });

  test('keep their role without an audit row when it is the same', async () => {
    const agent = await world.join(owner, 'agent');
    expect((await owner.browser.patch(member(agent), { role: 'agent' })).status).toBe(200);
    expect(await actions()).toEqual(['client.created']);
  });

  test('are taken out, and are strangers from then on', async () => {
    const agent = await world.join(owner, 'agent');
    expect((await owner.browser.delete(member(agent))).status).toBe(204);
    expect((await agent.browser.get(members())).status).toBe(404);
    expect((await agent.browser.get('/api/auth/me')).body.memberships).toEqual([]);
    expect((await world.auditOf(owner))[0]).toMatchObject({ action: 'member.removed', targetId: agent.userId });
    expect((await owner.browser.delete(member(agent))).status).toBe(404);
  });

  test('may leave, whatever their role', async () => {
    for (const role of ['owner', 'admin', 'agent'] as const) {
      const person = await world.join(owner, role);
      expect((await person.browser.delete(member(person))).status).toBe(204);
      expect((await world.auditOf(owner))[0]).toMatchObject({ action: 'member.left', actorId: person.userId });
    }
  });

  test('always have an owner among them', async () => {
    for (const answer of [
      await owner.browser.delete(member(owner)),
      await owner.browser.patch(member(owner), { role: 'admin' }),
    ]) {
      expect([answer.status, answer.body.type]).toEqual([409, '/problems#conflict']);
      expect(answer.body.detail).toContain('at least one owner');
    }
    expect(await actions()).toEqual(['client.created']);
  });

  test('admins decide on admins and agents, never on owners; agents on nobody', async () => {
    const [admin, agent, other] = [
      await world.join(owner, 'admin'),
      await world.join(owner, 'agent'),
      await world.join(owner, 'agent'),
    ];
    const tries: [Person, string, string, unknown, number][] = [
      [admin, 'PATCH', member(owner), { role: 'agent' }, 403],
      [admin, 'DELETE', member(owner), undefined, 403],
      [admin, 'PATCH', member(agent), { role: 'owner' }, 403],
      [admin, 'PATCH', member(admin), { role: 'owner' }, 403],
      [admin, 'POST', invitations(), { role: 'owner' }, 403],
      [agent, 'PATCH', member(other), { role: 'admin' }, 403],
      [agent, 'PATCH', member(agent), { role: 'admin' }, 403],
      [agent, 'DELETE', member(other), undefined, 403],
      [agent, 'POST', invitations(), { role: 'agent' }, 403],
      [agent, 'GET', invitations(), undefined, 403],
      [agent, 'GET', members(), undefined, 200],
      [admin, 'PATCH', member(agent), { role: 'admin' }, 200],
      [admin, 'DELETE', member(other), undefined, 204],
      [admin, 'POST', invitations(), { role: 'admin' }, 201],
    ];
    for (const [by, method, path, body, status] of tries) {
      const answer = await by.browser.request(method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, status]);
    }
  });
});

describe('an invitation', () => {
  test('is a link whose token is behind the #, is stored as a hash only, and is valid for seven days', async () => {
    const { status, body, token } = await invite({ role: 'admin', email: 'New@Example.com' });
    expect(status).toBe(201);
    expect(body.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invite#[\w-]{43}$/);
    const expiresAt = new Date(world.env.now().getTime() + 7 * 24 * 3_600_000).toISOString();
    expect(body.invitation).toMatchObject({ role: 'admin', email: 'new@example.com', expiresAt });
    const stored = await world.deps.storage.forClient(owner.clientId).invitations.listOpen();
    expect(JSON.stringify([stored, await world.auditOf(owner)])).not.toContain(token);
    expect((await world.auditOf(owner))[0]).toMatchObject({
      action: 'invitation.created',
      details: { role: 'admin', email: 'new@example.com' },
    });
  });

  test('says what it offers to whoever holds it', async () => {
    const { token, body } = await invite({ role: 'agent' });
    const answer = await lookUp(token);
    expect(answer.body).toEqual({
      clientName: expect.any(String),
      role: 'agent',
      email: null,
      expiresAt: body.invitation.expiresAt,
    });
  });

  test('lets a signed-in user join, once', async () => {
    const { token } = await invite({ role: 'agent' });
    const [ann, bob] = [await world.register(), await world.register()];
    const answer = await accept(ann, token);
    expect(answer.status).toBe(200);
    expect(answer.body.memberships).toContainEqual({
      clientId: owner.clientId,
      clientName: expect.any(String),
      role: 'agent',
    });
    expect((await ann.browser.get(members())).status).toBe(200);
    expect((await world.auditOf(owner))[0]).toMatchObject({ action: 'member.joined', actorId: ann.userId });
    expect(world.events.at(-1)).toEqual({
      name: 'membership.changed',
      event: { clientId: owner.clientId, userId: ann.userId },
    });
    const late = await accept(bob, token);
    expect([late.status, late.body.type]).toEqual([410, '/problems#gone']);
    expect((await lookUp(token)).status).toBe(410);
    expect((await bob.browser.get(members())).status).toBe(404);
  });

  test('lets one of many in who use it at the same moment', async () => {
    const { token } = await invite();
    const people = await Promise.all(Array.from({ length: 5 }, () => world.register()));
    const answers = await Promise.all(people.map((person) => accept(person, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410]);
  });

  test('lets somebody new register into the client, without a client of their own', async () => {
    const { token } = await invite({ role: 'admin', email: 'new@example.com' });
    const { browser } = await world.register({ email: 'new@example.com', invitationToken: token });
    expect((await browser.get('/api/auth/me')).body.memberships).toMatchObject([
      { clientId: owner.clientId, role: 'admin' },
    ]);
  });

  test('that is worthless makes no user', async () => {
    const body = { email: 'new@example.com', name: 'New', password: goodPassword, invitationToken: 'unknown' };
    expect((await world.newBrowser().post('/api/auth/register', body)).status).toBe(404);
    expect(await world.deps.storage.accounts.findUserByEmail('new@example.com')).toBeUndefined();
  });

  test('made out to an address is of no use to others', async () => {
    const { token } = await invite({ role: 'agent', email: 'somebody@example.com' });
    const ann = await world.register();
    const answer = await accept(ann, token);
    expect([answer.status, answer.body.detail]).toEqual([404, expect.stringContaining('another email address')]);
    const body = { email: 'other@example.com', name: 'Other', password: goodPassword, invitationToken: token };
    expect((await world.newBrowser().post('/api/auth/register', body)).status).toBe(404);
    const somebody = await world.register({ email: 'somebody@example.com' });
    expect((await accept(somebody, token)).status).toBe(200);
  });

  test('expires', async () => {
    const { token } = await invite();
    world.env.advance(7 * 24 * 3_600_000);
    const ann = await world.register();
    for (const answer of [await lookUp(token), await accept(ann, token)]) {
      expect([answer.status, answer.body.detail]).toEqual([410, expect.stringContaining('expired')]);
    }
  });

  test('is worth no more than what its maker may still do', async () => {
    const admin = await world.join(owner, 'admin');
    const { token } = await invite({ role: 'admin' }, admin);
    await owner.browser.delete(member(admin));
    const answer = await accept(admin, token);
    expect([answer.status, answer.body.type]).toEqual([410, '/problems#gone']);
  });

  test('is refused to members, and stays open', async () => {
    const { token } = await invite();
    expect((await accept(owner, token)).status).toBe(409);
    expect((await lookUp(token)).status).toBe(200);
    expect((await invite({ role: 'agent', email: owner.email })).status).toBe(409);
  });

  test('is listed until it is accepted, newest first, page by page', async () => {
    const made: string[] = [];
    for (let n = 0; n < 3; n++) {
      world.env.advance(1000);
      made.unshift((await invite()).body.invitation.id);
    }
    const listed = await allPages(async ({ limit, cursor }) => {
      const query = `?limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`;
      return (await owner.browser.get(invitations() + query)).body as { items: { id: string }[]; nextCursor: null };
    }, 2);
    expect(listed.map(({ id }) => id)).toEqual(made);
  });

  test('can be withdrawn, by an admin only when it is not an owner’s', async () => {
    const admin = await world.join(owner, 'admin');
    const { token, body } = await invite({ role: 'owner' });
    const path = `${invitations()}/${body.invitation.id}`;
    expect((await admin.browser.delete(path)).status).toBe(403);
    expect((await owner.browser.delete(path)).status).toBe(204);
    expect((await world.auditOf(owner))[0]).toMatchObject({ action: 'invitation.withdrawn' });
    expect((await owner.browser.delete(path)).status).toBe(404);
    const answer = await lookUp(token);
    expect([answer.status, answer.body.type]).toEqual([404, '/problems#not-found']);
  });
});
