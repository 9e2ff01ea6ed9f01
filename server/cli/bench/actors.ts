/** The people of a measurement, made over the HTTP API like anybody's. */

export interface Owner {
  cookie: string;
  clientId: string;
  widgetId: string;
  publicKey: string;
}

export interface BenchVisitor {
  token: string;
  conversationId: string;
}

async function request(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  return response;
}

/** Registers an owner with a widget that people answer. */
export async function makeOwner(origin: string, name: string): Promise<Owner> {
  const registered = await request(
    `${origin}/api/auth/register`,
    'POST',
    { email: `${name}@example.com`, name, password: 'a long enough password', clientName: name },
    {},
  );
  const cookie = (registered.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  const me = (await registered.json()) as { memberships: { clientId: string }[] };
  const clientId = me.memberships[0]?.clientId ?? '';
  const made = await request(
    `${origin}/api/clients/${clientId}/widgets`,
    'POST',
    { name: 'Bench' },
    { Cookie: cookie },
  );
  const widget = (await made.json()) as { id: string; publicKey: string };
  return { cookie, clientId, widgetId: widget.id, publicKey: widget.publicKey };
}

/** A key of the owner's client. */
export async function makeApiKey(origin: string, owner: Owner): Promise<string> {
  const path = `${origin}/api/clients/${owner.clientId}/api-keys`;
  const made = await request(path, 'POST', { name: 'Bench' }, { Cookie: owner.cookie });
  return ((await made.json()) as { key: string }).key;
}

/** A visitor who has written one message. */
export async function makeVisitor(origin: string, owner: Owner, n: number): Promise<BenchVisitor> {
  const opened = await request(`${origin}/api/widget/${owner.publicKey}/visitor`, 'POST', {}, {});
  const { token } = (await opened.json()) as { token: string };
  const started = await request(
    `${origin}/api/visitor/conversations`,
    'POST',
    { clientConversationId: `bench-${n}`, message: { content: 'Hello', clientMessageId: `first-${n}` } },
    { Authorization: `Bearer ${token}` },
  );
  const { conversation } = (await started.json()) as { conversation: { id: string } };
  return { token, conversationId: conversation.id };
}

/** The cursor of inbox page `page` (1 is the first), found by walking there. */
export async function inboxCursor(origin: string, owner: Owner, page: number): Promise<string> {
  let cursor = '';
  for (let at = 1; at < page; at += 1) {
    const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const url = `${origin}/api/clients/${owner.clientId}/conversations?limit=50${query}`;
    const answer = await request(url, 'GET', undefined, { Cookie: owner.cookie });
    cursor = ((await answer.json()) as { nextCursor: string }).nextCursor;
  }
  return cursor;
}
