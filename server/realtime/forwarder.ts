import type { AgentEvents, VisitorEvents } from '../../shared/socket-events.ts';
import type { Bus, EventName, Events } from '../events/bus.ts';
import type { Tickets } from '../modules/attachments/ticket.ts';
import { presentConversation, presentVisitorConversation } from '../modules/conversations/conversation.presenter.ts';
import { presentMessage, presentVisitorMessage } from '../modules/conversations/message.presenter.ts';
import { presentDocument } from '../modules/knowledge/document.presenter.ts';
import { presentNote } from '../modules/notes/note.presenter.ts';
import { presentRating } from '../modules/ratings/rating.presenter.ts';
import { rooms } from './rooms.ts';
import type { RealtimeServer } from './sockets.ts';

/** One thing to be sent: to which rooms, under which name, in which view. The view is made only when somebody is there. */
interface Emission {
  rooms: string[];
  name: keyof AgentEvents;
  view(): unknown;
  /** Socket that is left out. */
  except?: string;
}

type ViewFor<Audience, Name extends keyof Audience> = Audience[Name] extends (event: infer View) => void ? View : never;

function agents<Name extends keyof AgentEvents>(
  event: { clientId: string; conversationId: string },
  name: Name,
  view: () => ViewFor<AgentEvents, Name>,
): Emission {
  return { rooms: [rooms.clientOfAgents(event.clientId), rooms.threadOfAgents(event.conversationId)], name, view };
}

function visitor<Name extends keyof VisitorEvents>(
  conversationId: string,
  name: Name,
  view: () => ViewFor<VisitorEvents, Name>,
): Emission {
  return { rooms: [rooms.threadOfVisitor(conversationId)], name, view };
}

/** Event → rooms → view. What is not in it stays inside. */
const table: { [Name in EventName]?: (event: Events[Name], tickets: Tickets) => Emission[] } = {
  'message.created': ({ clientId, message, conversation }, tickets) => [
    agents({ clientId, conversationId: conversation.id }, 'message:created', () => ({
      message: presentMessage(message),
      conversation: presentConversation(conversation),
    })),
    visitor(conversation.id, 'message:created', () => ({
      message: presentVisitorMessage(message, tickets),
      conversation: presentVisitorConversation(conversation),
    })),
  ],
  'conversation.created': ({ clientId, conversation, visitorName }) => [
    agents({ clientId, conversationId: conversation.id }, 'conversation:created', () => ({
      conversation: { ...presentConversation(conversation), ...(visitorName !== undefined && { visitorName }) },
    })),
  ],
  'conversation.updated': ({ clientId, conversation }) => [
    agents({ clientId, conversationId: conversation.id }, 'conversation:updated', () => ({
      conversation: presentConversation(conversation),
    })),
    visitor(conversation.id, 'conversation:updated', () => ({
      conversation: presentVisitorConversation(conversation),
    })),
  ],
  'conversation.removed': ({ clientId, conversationId }) => [
    agents({ clientId, conversationId }, 'conversation:removed', () => ({ conversationId })),
  ],
  'conversation.rated': ({ clientId, rating }) => {
    const { conversationId } = rating;
    const view = () => ({ conversationId, rating: presentRating(rating) });
    return [agents({ clientId, conversationId }, 'conversation:rated', view)];
  },
  // To agents alone, here and below: what they write to each other is no visitor's business.
  'note.created': ({ clientId, note }) => [
    agents({ clientId, conversationId: note.conversationId }, 'note:created', () => ({ note: presentNote(note) })),
  ],
  'note.removed': ({ clientId, conversationId, noteId }) => [
    agents({ clientId, conversationId }, 'note:removed', () => ({ conversationId, noteId })),
  ],
  'widget.seen': ({ clientId, widgetId, ...install }) => [
    { rooms: [rooms.clientOfAgents(clientId)], name: 'widget:seen', view: () => ({ widgetId, install }) },
  ],
  'widget.checked': ({ clientId, widgetId }) => [
    { rooms: [rooms.clientOfAgents(clientId)], name: 'widget:checked', view: () => ({ widgetId }) },
  ],
  'document.changed': ({ clientId, document }) => [
    {
      rooms: [rooms.clientOfAgents(clientId)],
      name: 'document:changed',
      view: () => ({ document: presentDocument(document) }),
    },
  ],
  'document.removed': ({ clientId, documentId }) => [
    { rooms: [rooms.clientOfAgents(clientId)], name: 'document:removed', view: () => ({ documentId }) },
  ],
  'answer.progress': ({ clientId: _, ...progress }) => {
    const { conversationId } = progress;
    const view = () => progress;
    return [
      // The inbox as a whole does not show what is being written.
      { rooms: [rooms.threadOfAgents(conversationId)], name: 'answer:progress', view },
      visitor(conversationId, 'answer:progress', view),
    ];
  },
  'typing.changed': ({ socketId, clientId, conversationId, side, name, typing }) => {
    const view = () => ({ conversationId, side, name, typing });
    return [
      { ...agents({ clientId, conversationId }, 'typing', view), except: socketId },
      { ...visitor(conversationId, 'typing', view), except: socketId },
    ];
  },
};

/** Passes what happens on to those who watch. Fed by the bus alone, so it does not matter which process it happened in. */
export function startForwarder(io: RealtimeServer, bus: Bus, tickets: Tickets): () => void {
  const { adapter } = io.of('/');
  const forward = ({ rooms: names, name, view, except }: Emission) => {
    const watched = names.filter((room) => adapter.rooms.has(room));
    if (watched.length === 0) return;
    // The table has held the view against the audience's types; io knows the agents' alone.
    io.to(watched)
      .except(except ?? [])
      .emit(name, view() as never);
  };
  const ends = (Object.keys(table) as EventName[]).map((name) => {
    const emissionsOf = table[name] as (event: Events[EventName], tickets: Tickets) => Emission[];
    return bus.subscribe(name, (event) => emissionsOf(event, tickets).forEach(forward));
  });
  return () => {
    for (const end of ends) end();
  };
}
