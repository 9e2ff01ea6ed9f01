import type { WidgetView } from '../../shared/contracts/widgets.ts';

/** The demo client's owner, as a program with the owner's session. */
export interface Owner {
  clientId: string;
  /** Answers the parsed body. Throws on every status but success. */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** A new active widget for `localhost`, with further settings. */
  createWidget(settings?: object): Promise<WidgetView>;
  /** The newest conversation whose last message holds the text, once there is one. */
  findConversation(text: string): Promise<string>;
  answer(conversationId: string, content: string): Promise<void>;
  closeConversation(conversationId: string): Promise<void>;
}

export async function signInAsOwner(origin: string): Promise<Owner> {
  let cookie = '';
  const request = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(origin + path, {
      method,
      headers: { cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return answer.status === 204 ? undefined : answer.json();
  };
  await request('POST', '/api/auth/login', { email: 'demo@confab.local', password: 'demo-demo-demo' });
  const { memberships } = await request('GET', '/api/auth/me');
  const clientId: string = memberships[0].client?.id ?? memberships[0].clientId;
  const base = `/api/clients/${clientId}`;
  return {
    clientId,
    call: (method, path, body) => request(method, base + path, body),
    createWidget: (settings) => request('POST', `${base}/widgets`, { name: 'Tea shop', engine: 'none', ...settings }),
    async findConversation(text) {
      for (;;) {
        const { items } = await request('GET', `${base}/conversations`);
        const found = items.find((item: { lastMessagePreview: string }) => item.lastMessagePreview?.includes(text));
        if (found) return found.id;
      }
    },
    async answer(conversationId, content) {
      await request('POST', `${base}/conversations/${conversationId}/messages`, { content });
    },
    async closeConversation(conversationId) {
      await request('PATCH', `${base}/conversations/${conversationId}`, { status: 'closed' });
    },
  };
}
