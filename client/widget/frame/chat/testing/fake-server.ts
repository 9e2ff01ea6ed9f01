import type { AttachmentView } from '../../../../../shared/contracts/attachments.ts';
import type { VisitorConversationView } from '../../../../../shared/contracts/visitor.ts';
import { type Api, ApiError } from '../api.ts';
import type { Helpfulness, ThreadMessage } from '../types.ts';

interface Thread {
  view: VisitorConversationView;
  visitorId: string;
  messages: ThreadMessage[];
}

/** What the server promises visitors, in memory, and ways to break the line to it. */
export interface FakeServer {
  api: Api;
  threads: Thread[];
  /** What was said of answers, by the message's id. */
  helped: Map<string, Helpfulness>;
  /** Names of the calls that reached the server. */
  calls: string[];
  /** Nothing gets through. */
  isDown: boolean;
  /** So many answers to messages get lost on their way back; the server has stored them. */
  answersToLose: number;
  /** Forgets every file, as one does that was not sent within a day. */
  sweepFiles(): void;
  /** Tokens are good up to this one; lower it to let those given out expire. */
  revokeTokens(): void;
  /** An agent writes, or the assistant. */
  answer(thread: Thread, content: string, role?: 'agent' | 'assistant'): ThreadMessage;
  remove(thread: Thread): void;
}

const rangeMax = 50;
const time = '2026-01-01T00:00:00.000Z';

export function createFakeServer(): FakeServer {
  let counter = 0;
  let oldestGood = 0;
  const nextId = (kind: string) => `${kind}-${++counter}`;
  const files = new Map<string, { conversationId: string; view: AttachmentView }>();
  const visitors = new Map<string, { visitorId: string; number: number }>();

  const visitorOf = (token: string) => {
    const known = visitors.get(token);
    if (!known || known.number < oldestGood) throw new ApiError(401);
    return known.visitorId;
  };
  const threadOf = (token: string, id: string) => {
    const visitorId = visitorOf(token);
    const thread = server.threads.find((one) => one.view.id === id && one.visitorId === visitorId);
    if (!thread) throw new ApiError(404);
    return thread;
  };
  const append = (thread: Thread, role: ThreadMessage['role'], content: string, clientMessageId: string | null) => {
    const stored = thread.messages.find((one) => clientMessageId && one.clientMessageId === clientMessageId);
    if (stored) return stored;
    const sequence = thread.messages.length + 1;
    const message: ThreadMessage = {
      id: nextId('message'),
      conversationId: thread.view.id,
      sequence,
      role,
      content,
      clientMessageId,
      authorName: role === 'agent' ? 'Ada' : null,
      attachments: [],
      ...(role === 'assistant' && { answer: { citations: [], offersPerson: false, rating: null } }),
      createdAt: time,
    };
    thread.messages.push(message);
    thread.view = { ...thread.view, lastSequence: sequence, lastMessagePreview: content };
    return message;
  };

  const withRating = (message: ThreadMessage): ThreadMessage => {
    const rating = server.helped.get(message.id);
    return message.answer && rating !== undefined ? { ...message, answer: { ...message.answer, rating } } : message;
  };

  /** One request: it may not arrive, and its answer may not either. */
  const call = async <T>(name: string, work: () => T): Promise<T> => {
    await Promise.resolve();
    if (server.isDown) throw new ApiError(0);
    server.calls.push(name);
    const answer = work();
    if (server.answersToLose > 0 && (name === 'start' || name === 'post')) {
      server.answersToLose--;
      throw new ApiError(0);
    }
    return structuredClone(answer);
  };

  const api: Api = {
    config: () => call('config', () => Promise.reject(new ApiError(404)) as never),
    session: (token, identityToken) =>
      call('session', () => {
        if (identityToken === 'bad.token') {
          return { token: '', visitorId: '', expiresAt: time, identity: 'refused', identityFailure: 'It has expired.' };
        }
        const visitorId = identityToken ?? (token && visitors.get(token)?.visitorId) ?? nextId('visitor');
        const fresh = nextId('token');
        visitors.set(fresh, { visitorId, number: counter });
        const identity = identityToken ? 'identified' : 'anonymous';
        return { token: fresh, visitorId, expiresAt: time, identity, identityFailure: null };
      }),
    start: (token, { id, conversation, content }) =>
      call('start', () => {
        const visitorId = visitorOf(token);
        let thread = server.threads.find(
          (one) => one.view.clientConversationId === conversation && one.visitorId === visitorId,
        );
        if (!thread) {
          const view: VisitorConversationView = {
            id: nextId('conversation'),
            clientConversationId: conversation,
            status: 'open',
            lastSequence: 0,
            lastMessagePreview: null,
            lastMessageAt: time,
            visitorReadSequence: 0,
            agentReadSequence: 0,
            handoff: null,
            createdAt: time,
          };
          thread = { view, visitorId, messages: [] };
          server.threads.push(thread);
        }
        const message = append(thread, 'user', content, id);
        return { conversation: thread.view, message };
      }),
    post: (token, conversationId, { id, content, files: given = [] }) =>
      call('post', () => {
        if (content === 'refuse me') throw new ApiError(400);
        const attachments = given.map(({ uploaded }) => {
          const file = files.get(uploaded as string);
          if (file?.conversationId !== conversationId) throw new ApiError(400);
          return file.view;
        });
        const message = append(threadOf(token, conversationId), 'user', content, id);
        message.attachments = attachments;
        return message;
      }),
    upload: (token, conversationId, { name, bytes }, { progressed, signal }) =>
      call('upload', () => {
        threadOf(token, conversationId);
        progressed(0.5);
        if (signal.aborted) throw new ApiError(0);
        if (name.endsWith('.html')) throw new ApiError(415);
        const id = nextId('file');
        const view = { id, name, mediaType: 'text/plain', sizeBytes: bytes.size, url: `/files/${id}` };
        files.set(id, { conversationId, view });
        return view;
      }),
    handoff: (token, conversationId) =>
      call('handoff', () => {
        const thread = threadOf(token, conversationId);
        thread.view = { ...thread.view, handoff: { requestedAt: time } };
        return thread.view;
      }),
    rate: (token, conversationId, { score, comment }) =>
      call('rate', () => {
        threadOf(token, conversationId);
        return { score, comment, createdAt: time };
      }),
    rateAnswer: (token, conversationId, messageId, rating) =>
      call('rateAnswer', () => {
        threadOf(token, conversationId);
        server.helped.set(messageId, rating);
      }),
    conversations: (token) =>
      call('conversations', () => {
        const visitorId = visitorOf(token);
        const own = server.threads.filter((thread) => thread.visitorId === visitorId);
        return { items: own.map((thread) => thread.view).reverse(), nextCursor: null };
      }),
    messages: (token, conversationId, { after, before }) =>
      call('messages', () => {
        const { messages } = threadOf(token, conversationId);
        const wanted =
          after !== undefined
            ? messages.filter(({ sequence }) => sequence > after)
            : messages.filter(({ sequence }) => before === undefined || sequence < before);
        const items = after !== undefined ? wanted.slice(0, rangeMax) : wanted.slice(-rangeMax);
        return { items: items.map(withRating), hasMore: items.length < wanted.length };
      }),
    read: (token, conversationId, sequence) =>
      call('read', () => {
        const thread = threadOf(token, conversationId);
        thread.view = { ...thread.view, visitorReadSequence: sequence };
      }),
  };

  const server: FakeServer = {
    api,
    threads: [],
    helped: new Map(),
    calls: [],
    isDown: false,
    answersToLose: 0,
    sweepFiles: () => files.clear(),
    revokeTokens() {
      oldestGood = counter + 1;
    },
    answer: (thread, content, role = 'agent') => append(thread, role, content, null),
    remove(thread) {
      server.threads = server.threads.filter((one) => one !== thread);
    },
  };
  return server;
}
