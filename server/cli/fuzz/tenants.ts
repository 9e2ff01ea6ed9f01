import { randomBytes } from 'node:crypto';

type Headers = Record<string, string>;

/** Who may make a call. */
export type CallerName =
  | 'stranger'
  | 'guest'
  | 'owner'
  | 'agent'
  | 'apiKey'
  | 'visitor'
  | 'signedOut'
  | 'forgedSession'
  | 'revokedKey'
  | 'forgedToken'
  /** An anonymous visitor of another client's widget. */
  | 'neighbour';

/** A client with everything a client can have, each private text of which carries its mark. */
export interface Tenant {
  /** In no answer to anybody else. */
  mark: string;
  clientId: string;
  publicKey: string;
  /** A thread in which `speak` goes on, so that there are events to be overheard. */
  busyConversationId: string;
  /** By the name of the path parameter. */
  ids: Record<string, string>;
  callers: Record<CallerName, Headers>;
  /** What somebody who may reads of it: to see that nobody else has changed it. */
  read(): Promise<Record<string, unknown>>;
  /** Says something with the mark in the busy thread. */
  speak(): Promise<void>;
}

const password = 'a long enough password';

/**
 * Plants a client over the HTTP API like anybody's. `neighbourKey` is the public key of the widget that its `neighbour`
 * visits. @throws Error when the server refuses any of it
 */
export async function plantTenant(origin: string, neighbourKey?: string): Promise<Tenant> {
  const mark = `mark${randomBytes(10).toString('hex')}`;
  const call = async (method: string, path: string, headers: Headers, body?: unknown): Promise<Answer> => {
    const response = await fetch(origin + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    const cookie = (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
    return { cookie, value: text === '' ? {} : JSON.parse(text) };
  };
  const register = async (name: string, more: object = {}) => {
    const email = `${name}.${mark}@example.com`;
    const user = { email, name: `${name} ${mark}`, password, ...more };
    return { email, ...(await call('POST', '/api/auth/register', {}, user)) };
  };

  const owner = await register('owner', { clientName: `Client ${mark}` });
  const clientId = owner.value.memberships[0].clientId as string;
  const asOwner = { Cookie: owner.cookie };
  const at = `/api/clients/${clientId}`;
  const make = async (path: string, body: unknown) => (await call('POST', at + path, asOwner, body)).value;

  const invitation = await make('/invitations', { role: 'agent' });
  const agent = await register('agent', { invitationToken: invitation.link.split('#')[1] });
  // Whose role may change, and who may be thrown out.
  const another = await make('/invitations', { role: 'agent' });
  const subject = await register('subject', { invitationToken: another.link.split('#')[1] });
  const open = await make('/invitations', { role: 'agent', email: `invited.${mark}@example.com` });
  const guest = await register('guest');
  const signedOut = await call('POST', '/api/auth/login', {}, { email: owner.email, password });
  await call('POST', '/api/auth/logout', { Cookie: signedOut.cookie });

  // What a widget shows to everybody bears no mark.
  const widget = await make('/widgets', { name: 'Planted', engine: 'none', systemPrompt: `Prompt ${mark}` });
  const key = await make('/api-keys', { name: `Key ${mark}` });
  const revoked = await make('/api-keys', { name: `Revoked ${mark}` });
  await call('DELETE', `${at}/api-keys/${revoked.apiKey?.id ?? revoked.id}`, asOwner);
  const { value: visitor } = await call('POST', `/api/widget/${widget.publicKey}/visitor`, {}, {});
  const asVisitor = { Authorization: `Bearer ${visitor.token}` };
  const { value: begun } = await call('POST', '/api/visitor/conversations', asVisitor, {
    clientConversationId: 'planted',
    message: { content: `Question ${mark}`, clientMessageId: 'planted' },
  });
  const { value: busy } = await call('POST', '/api/visitor/conversations', asVisitor, {
    clientConversationId: 'busy',
    message: { content: `Busy ${mark}`, clientMessageId: 'busy' },
  });
  const { value: neighbour } = await call('POST', `/api/widget/${neighbourKey ?? widget.publicKey}/visitor`, {}, {});
  const conversationId = begun.conversation.id as string;
  const thread = `${at}/conversations/${conversationId}`;
  await call('PATCH', thread, asOwner, { title: `Title ${mark}` });
  const reply = (await call('POST', `${thread}/messages`, asOwner, { content: mark, clientMessageId: 'reply' })).value;
  const note = await make(`/conversations/${conversationId}/notes`, { content: `Note ${mark}` });
  const cannedReply = await make('/canned-replies', { shortcut: 'planted', title: mark, content: mark });
  const document = await make('/knowledge/documents', { kind: 'text', name: `Name ${mark}`, text: `Text ${mark}` });

  const { webhook } = await make('/webhooks', {
    url: `https://${mark}.example/hook`,
    description: `Webhook ${mark}`,
    events: ['rating.created'],
  });
  const delivery = await make(`/webhooks/${webhook.id}/test`, {});
  const uploaded = await fetch(`${origin}/api/visitor/conversations/${conversationId}/attachments?name=${mark}.txt`, {
    method: 'POST',
    headers: { ...asVisitor, 'Content-Type': 'application/octet-stream' },
    body: `File ${mark}`,
  });
  if (!uploaded.ok) throw new Error(`An upload answered ${uploaded.status}: ${await uploaded.text()}`);
  const attachment = (await uploaded.json()) as { id: string };
  // Another sign-in of the owner, which may be ended.
  await call('POST', '/api/auth/login', {}, { email: owner.email, password });
  const { sessions } = (await call('GET', '/api/auth/sessions', asOwner)).value;

  const reads = ['', '/members', '/canned-replies', `/widgets/${widget.id}`, `/knowledge/documents/${document.id}`];
  const readPaths = [...reads.map((path) => at + path), thread, `${thread}/messages`, `${thread}/notes`];
  return {
    mark,
    clientId,
    publicKey: widget.publicKey,
    busyConversationId: busy.conversation.id,
    ids: {
      clientId,
      publicKey: widget.publicKey,
      widgetId: widget.id,
      userId: subject.value.user?.id ?? subject.value.id,
      invitationId: open.invitation.id,
      apiKeyId: key.apiKey?.id ?? key.id,
      conversationId,
      visitorId: visitor.visitorId,
      id: conversationId,
      messageId: reply.id,
      questionMessageId: begun.message.id,
      noteId: note.id,
      cannedReplyId: cannedReply.id,
      documentId: document.id,
      webhookId: webhook.id,
      deliveryId: delivery.id,
      attachmentId: attachment.id,
      sessionId: sessions.find(({ isCurrent }: { isCurrent: boolean }) => !isCurrent).id,
    },
    callers: {
      stranger: {},
      guest: { Cookie: guest.cookie },
      owner: asOwner,
      agent: { Cookie: agent.cookie },
      apiKey: { 'x-org-key': key.key },
      visitor: asVisitor,
      signedOut: { Cookie: signedOut.cookie },
      forgedSession: { Cookie: forged(owner.cookie) },
      revokedKey: { 'x-org-key': revoked.key },
      forgedToken: { Authorization: forged(asVisitor.Authorization) },
      neighbour: { Authorization: `Bearer ${neighbour.token}` },
    },
    async read() {
      const found: Record<string, unknown> = {};
      for (const path of readPaths) found[path] = (await call('GET', path, asOwner)).value;
      return found;
    },
    async speak() {
      const path = `/api/visitor/conversations/${busy.conversation.id}/messages`;
      await call('POST', path, asVisitor, { content: `Live ${mark}`, clientMessageId: randomBytes(9).toString('hex') });
    },
  };
}

interface Answer {
  cookie: string;
  // biome-ignore lint/suspicious/noExplicitAny: views of many endpoints, looked into at one place each
  value: any;
}

/** The same with another signature. */
function forged(credential: string): string {
  const at = credential.length - 8;
  return credential.slice(0, at) + (credential[at] === 'A' ? 'B' : 'A') + credential.slice(at + 1);
}
