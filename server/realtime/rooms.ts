const agentsThread = 'agents/thread/';

/**
 * Rooms by what their members may see. A socket joins one only after storage has shown that it may, and the forwarder
 * decides per room which view goes there.
 */
export const rooms = {
  /** Agents and programs who watch all conversations of a client. */
  clientOfAgents: (clientId: string) => `agents/client/${clientId}`,
  /** Agents and programs who watch one thread. */
  threadOfAgents: (conversationId: string) => `${agentsThread}${conversationId}`,
  /** The visitor's own tabs on one thread. */
  threadOfVisitor: (conversationId: string) => `visitor/thread/${conversationId}`,
  /** The thread whose room `threadOfAgents` this is; undefined for every other room. */
  threadIn: (room: string) => (room.startsWith(agentsThread) ? room.slice(agentsThread.length) : undefined),
} as const;
