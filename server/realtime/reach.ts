import type { ClientId } from '../../shared/ids.ts';
import { can, type Permission } from '../../shared/permissions.ts';
import type { Conversation } from '../../shared/schema.ts';
import { HttpProblem } from '../http/problem.ts';
import { NotFoundError } from '../storage/errors.ts';
import type { ClientStorage, IStorage } from '../storage/storage.ts';
import type { ConversationLookup } from './conversation-lookup.ts';
import type { SocketData } from './sockets.ts';

/** A conversation within the reach of a socket, with its client's storage open. */
export interface Reached {
  storage: ClientStorage;
  conversation: Conversation;
}

/**
 * The conversation, when the socket's holder may see it.
 * @throws NotFoundError `conversation` when it is not there, somebody else's, or of another client
 */
export async function reachConversation(
  { storage, lookup }: { storage: IStorage; lookup: ConversationLookup },
  data: SocketData,
  conversationId: string,
): Promise<Reached> {
  const { identity } = data;
  const clientIds = identity.kind === 'member' ? await clientsOf(storage, data, conversationId) : [identity.clientId];
  for (const clientId of clientIds) {
    const conversation = await lookup.find(clientId, conversationId);
    if (!conversation) continue;
    if (identity.kind === 'visitor' && conversation.visitorId !== identity.visitorId) break;
    return { storage: storage.forClient(clientId), conversation };
  }
  throw new NotFoundError('conversation');
}

/** The member's clients, the likely ones first: those whose thread or inbox is being watched. */
async function clientsOf(storage: IStorage, data: SocketData, conversationId: string): Promise<ClientId[]> {
  const { identity, threads, clients } = data;
  if (identity.kind !== 'member') return [];
  const memberships = await storage.accounts.listMemberships(identity.userId);
  const likely = (id: ClientId) => (threads.get(conversationId) === id ? 2 : clients.has(id) ? 1 : 0);
  return memberships
    .filter(({ role }) => can(role, 'conversations.read'))
    .map(({ client }) => client.id)
    .sort((a, b) => likely(b) - likely(a));
}

/**
 * The client with this id, when the socket's holder may do this for it.
 * @throws NotFoundError `client` for somebody else's and for one that does not exist
 * @throws HttpProblem `not-permitted`
 */
export async function reachClient(
  storage: IStorage,
  { identity }: Pick<SocketData, 'identity'>,
  clientId: string,
  permission: Permission,
): Promise<ClientId> {
  if (identity.kind === 'program' && identity.clientId === clientId) return identity.clientId;
  if (identity.kind !== 'member') throw new NotFoundError('client');
  const membership = await storage.accounts.findMembership(identity.userId, clientId);
  if (!membership) throw new NotFoundError('client');
  if (!can(membership.role, permission)) {
    throw new HttpProblem('not-permitted', `As ${membership.role} you may not do this.`);
  }
  return membership.clientId;
}
