import type { AnswerProgress, VisitorEvents } from '../../../../shared/socket-events.ts';
import type { Socket, SocketOptions } from '../socket/socket.ts';
import { backoffMs } from './backoff.ts';

export interface Live {
  isUp(): boolean;
  /** Events of this conversation from now on; null for none. The first call loads and opens the socket. */
  follow(conversationId: string | null): void;
  typing(isTyping: boolean): void;
  retryNow(): void;
  stop(): void;
}

export interface LiveOptions {
  /** Loads the code of the socket and opens it. */
  openSocket(options: SocketOptions): Promise<Socket>;
  token(refused?: string): Promise<string>;
  /** The thread is followed; it reaches up to `lastSequence` by now. `answer`: the one being written there. */
  watched(lastSequence: number, answer: AnswerProgress | undefined): void;
  /** What is done with each event; others are passed over. */
  events: VisitorEvents;
}

/** Keeps one conversation followed over whatever connection there is. A hint only: the thread is read over HTTP. */
export function createLive(options: LiveOptions): Live {
  let socket: Socket | undefined;
  let isOpening = false;
  let followed: string | null = null;
  let isUp = false;
  let isStopped = false;

  const watch = () => {
    const conversationId = followed;
    if (!isUp || !conversationId) return;
    socket?.emit('conversation:watch', { conversationId }, (answer) => {
      if (answer.ok && conversationId === followed) options.watched(answer.value.lastSequence, answer.value.answer);
    });
  };

  const open = async () => {
    isOpening = true;
    try {
      const opened = await options.openSocket({
        token: options.token,
        waitMs: backoffMs,
        up() {
          isUp = true;
          watch();
        },
        down() {
          isUp = false;
        },
        event: (name, data) => options.events[name as keyof VisitorEvents]?.(data as never),
      });
      if (isStopped) opened.close();
      else socket = opened;
    } catch {
      // The code did not come, as without a network: the thread is polled meanwhile, and the next call tries again.
      isOpening = false;
    }
  };

  return {
    isUp: () => isUp,
    follow(conversationId) {
      if (followed && followed !== conversationId) socket?.emit('conversation:unwatch', { conversationId: followed });
      const isNew = followed !== conversationId;
      followed = conversationId;
      if (conversationId && !isOpening) void open();
      if (isNew) watch();
    },
    typing(typing) {
      if (followed) socket?.emit('typing', { conversationId: followed, typing });
    },
    retryNow: () => socket?.retryNow(),
    stop() {
      isStopped = true;
      socket?.close();
    },
  };
}
