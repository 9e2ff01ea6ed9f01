import type { ClientId } from '../../shared/ids.ts';
import type { JobKind } from '../../shared/knowledge-vocabulary.ts';
import type { Conversation, KnowledgeDocument, Message, Note, Rating } from '../../shared/schema.ts';
import type { AnswerProgress, PresentAgent } from '../../shared/socket-events.ts';

/**
 * What has happened, after it was committed. Ids only where a reader can ask for the rest. Events travel to other
 * processes as JSON: an instant may stand only in a row that `relay-codec.ts` knows.
 */
export interface Events {
  'message.created': { clientId: ClientId; message: Message; conversation: Conversation };
  /** `visitorName` as agents are to see it; left out where it was not looked up. */
  'conversation.created': { clientId: ClientId; conversation: Conversation; visitorName?: string | null };
  'conversation.updated': { clientId: ClientId; conversation: Conversation };
  'conversation.removed': { clientId: ClientId; conversationId: string };
  /** All that was kept of a visitor is gone, their conversations among it. */
  'visitor.erased': { clientId: ClientId; visitorId: string };
  'conversation.rated': { clientId: ClientId; rating: Rating };
  'note.created': { clientId: ClientId; note: Note };
  'note.removed': { clientId: ClientId; conversationId: string; noteId: string };
  /** The tag was seen on a site; told by a process at most once a minute for each. Instants as ISO 8601. */
  'widget.seen': { clientId: ClientId; widgetId: string; origin: string; firstSeenAt: string; lastSeenAt: string };
  /** Something was found wrong with a tag of the widget, or solved. */
  'widget.checked': { clientId: ClientId; widgetId: string };
  /** A page asked for a widget with a key that nobody has. Kept nowhere but in memory. */
  'tag.strayed': { origin: string; publicKey: string };
  /** A document is new, was changed, or its reading went on. */
  'document.changed': { clientId: ClientId; document: KnowledgeDocument };
  'document.removed': { clientId: ClientId; documentId: string };
  /** A job was put in the queue, begun anew or taken out of it: there is work, or work to give up. */
  'job.changed': { clientId: ClientId; kind: JobKind; subjectId: string };
  'widget.changed': { clientId: ClientId; widgetId: string; publicKeys: string[] };
  /** An outgoing webhook was made, changed or removed, or something is to be sent to it at somebody's request. */
  'webhook.changed': { clientId: ClientId; webhookId: string };
  'apiKey.revoked': { clientId: ClientId; apiKeyId: string; keyHash: string };
  /** A membership was given, changed or taken away; sockets of the user are looked at again. */
  'membership.changed': { clientId: ClientId; userId: string };
  'client.removed': { clientId: ClientId };
  /** The user's sessions ended: all of them, or the one named. */
  'session.ended': { userId: string; sessionId?: string };
  /** Which members watch a thread through this process; said again from time to time, and kept nowhere. */
  'presence.changed': {
    clientId: ClientId;
    conversationId: string;
    processId: string;
    agents: PresentAgent[];
  };
  /** The assistant is at work on an answer; kept nowhere. */
  'answer.progress': AnswerProgress & { clientId: ClientId };
  /** Somebody writes or has stopped writing; kept nowhere. `name` is null for the visitor, `socketId` is the writer's. */
  'typing.changed': {
    clientId: ClientId;
    conversationId: string;
    side: 'visitor' | 'agent';
    name: string | null;
    typing: boolean;
    socketId: string;
  };
}

export type EventName = keyof Events;

/** Where an event happened: in this process, or in another one, from which the relay passed it on. */
export type Origin = 'local' | 'relay';

type Listener<N extends EventName> = (event: Events[N], origin: Origin) => void;
type AnyListener = <N extends EventName>(name: N, event: Events[N], origin: Origin) => void;

/**
 * In-process and typed. Publishing never throws and waits for nobody. What one process publishes reaches the buses of
 * all others through the relay: a listener that must act once per event, not once per process, looks at the origin.
 */
export interface Bus {
  /** `origin` is for the relay alone: without it the event is `local`. */
  publish<N extends EventName>(name: N, event: Events[N], origin?: Origin): void;
  /** Returns what ends the subscription. */
  subscribe<N extends EventName>(name: N, listener: Listener<N>): () => void;
  /** The same for every event there is. Told after those who subscribed to its name. */
  subscribeAll(listener: AnyListener): () => void;
}

/** `onListenerError` is told of a listener that threw; the others still hear of the event. */
export function createBus(onListenerError: (name: EventName, error: unknown) => void): Bus {
  const listeners = new Map<EventName, Set<Listener<never>>>();
  const everything = new Set<AnyListener>();
  return {
    publish(name, event, origin = 'local') {
      const tell = (listener: () => void) => {
        try {
          listener();
        } catch (error) {
          onListenerError(name, error);
        }
      };
      for (const listener of listeners.get(name) ?? []) tell(() => (listener as Listener<typeof name>)(event, origin));
      for (const listener of everything) tell(() => listener(name, event, origin));
    },
    subscribe(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener as Listener<never>);
      return () => set.delete(listener as Listener<never>);
    },
    subscribeAll(listener) {
      everything.add(listener);
      return () => everything.delete(listener);
    },
  };
}
