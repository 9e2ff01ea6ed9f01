import type { PresentAgent } from '../../../../../shared/socket-events.ts';

/** `Ann is looking`, `Ann and Ben are looking`, `Ann, Ben and 2 more are looking`. */
export function presenceSentence(agents: readonly PresentAgent[]): string {
  const names = agents.map((agent) => agent.name.split(' ')[0] ?? agent.name);
  if (names.length === 0) return '';
  if (names.length === 1) return `${names[0]} is looking`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are looking`;
  return `${names[0]}, ${names[1]} and ${names.length - 2} more are looking`;
}
