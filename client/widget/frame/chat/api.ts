import type { uploadVisitorAttachment } from '../../../../shared/contracts/attachments.ts';
import type { AnswerOf } from '../../../../shared/contracts/endpoint.ts';
import type {
  getWidgetConfig,
  listVisitorConversations,
  listVisitorMessages,
  openVisitorSession,
  postVisitorMessage,
  rateVisitorConversation,
  requestVisitorHandoff,
  startVisitorConversation,
} from '../../../../shared/contracts/visitor.ts';
import type { Helpfulness, OutboxEntry, Rating, StartFacts } from './types.ts';

/** A request that got no good answer. `status` is 0 when there was none at all. */
export class ApiError extends Error {
  readonly status: number;
  /** What the server asked for, 0 if nothing. */
  readonly retryAfterMs: number;
  constructor(status: number, retryAfterMs = 0) {
    super(`${status}`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

type Config = AnswerOf<typeof getWidgetConfig>;
type Session = AnswerOf<typeof openVisitorSession>;
type Started = AnswerOf<typeof startVisitorConversation>;
type Posted = AnswerOf<typeof postVisitorMessage>;
type Stretch = AnswerOf<typeof listVisitorMessages>;
type Uploaded = AnswerOf<typeof uploadVisitorAttachment>;
type Called = AnswerOf<typeof requestVisitorHandoff>;
type Rated = AnswerOf<typeof rateVisitorConversation>;
type Conversations = AnswerOf<typeof listVisitorConversations>;

/** The visitor's side of the HTTP API. Every method throws `ApiError`. */
export interface Api {
  config(): Promise<Config>;
  /** `identityToken` only when the page handed one in. */
  session(token: string | undefined, identityToken: string | undefined): Promise<Session>;
  start(token: string, entry: OutboxEntry, facts: StartFacts): Promise<Started>;
  post(token: string, conversationId: string, entry: OutboxEntry): Promise<Posted>;
  /** `progressed` is told the share that has gone up; a `signal` that aborts breaks it off. */
  upload(
    token: string,
    conversationId: string,
    file: { name: string; bytes: Blob },
    watch: { progressed(share: number): void; signal: AbortSignal },
  ): Promise<Uploaded>;
  /** A person, please. */
  handoff(token: string, conversationId: string): Promise<Called>;
  rate(token: string, conversationId: string, rating: Rating): Promise<Rated>;
  rateAnswer(token: string, conversationId: string, messageId: string, rating: Helpfulness): Promise<void>;
  conversations(token: string): Promise<Conversations>;
  /** After or before a sequence number; neither: the newest. */
  messages(token: string, conversationId: string, range: { after?: number; before?: number }): Promise<Stretch>;
  read(token: string, conversationId: string, sequence: number): Promise<void>;
}

/** A request that takes longer is broken off and counts as failed. */
const patienceMs = 15_000;

export function createApi(publicKey: string): Api {
  const request = async <T>(path: string, token?: string, body?: unknown): Promise<T> => {
    let answer: Response;
    try {
      answer = await fetch(path, {
        method: body ? 'POST' : 'GET',
        credentials: 'omit',
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body ? { 'content-type': 'application/json' } : undefined),
        },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(patienceMs),
      });
      if (answer.ok) return answer.status === 204 ? (undefined as T) : await answer.json();
    } catch {
      throw new ApiError(0);
    }
    throw new ApiError(answer.status, 1000 * Number(answer.headers.get('retry-after')) || 0);
  };
  const widget = `/api/widget/${publicKey}`;
  const visitor = '/api/visitor/conversations';
  return {
    config: () => request(`${widget}/config`),
    session: (token, identityToken) => request(`${widget}/visitor`, undefined, { token, identityToken }),
    start: (token, { id, conversation, content }, facts) =>
      request(visitor, token, {
        clientConversationId: conversation,
        message: { content, clientMessageId: id },
        ...facts,
      }),
    post: (token, conversationId, { id, content, files, context }) =>
      request(`${visitor}/${conversationId}/messages`, token, {
        content,
        clientMessageId: id,
        context,
        ...(files?.length && { attachmentIds: files.map(({ uploaded }) => uploaded) }),
      }),
    async upload(token, conversationId, { name, bytes }, watch) {
      // Few send files: what it takes comes with the first.
      const { upload } = await import('./upload.ts').catch(() => {
        throw new ApiError(0);
      });
      return upload(`${visitor}/${conversationId}/attachments?name=${encodeURIComponent(name)}`, token, bytes, watch);
    },
    handoff: (token, conversationId) => request(`${visitor}/${conversationId}/handoff`, token, {}),
    rate: (token, conversationId, rating) => request(`${visitor}/${conversationId}/rating`, token, rating),
    rateAnswer: (token, conversationId, messageId, rating) =>
      request(`${visitor}/${conversationId}/messages/${messageId}/rating`, token, { rating }),
    conversations: (token) => request(`${visitor}?limit=50`, token),
    messages: (token, conversationId, range) =>
      request(`${visitor}/${conversationId}/messages?limit=50&${new URLSearchParams(range as never)}`, token),
    read: (token, conversationId, sequence) => request(`${visitor}/${conversationId}/read`, token, { sequence }),
  };
}
