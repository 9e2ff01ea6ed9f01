import type { WireEvent } from './relay-codec.ts';

const kinds = ['events', 'hello', 'alive', 'bye'] as const;

/**
 * A payload. Each `events` has the next number of its sender; the others repeat the number reached, so that whoever
 * missed something learns of it with the next word, and whoever gets something twice drops it.
 */
export interface Packet {
  from: string;
  number: number;
  kind: (typeof kinds)[number];
  /** With `hello`: whether the sender has just started, and so cannot have been missed. */
  fresh?: boolean;
  /** With `alive`: whose `hello` it answers. */
  to?: string;
  events?: WireEvent[];
}

/** What every payload of this sender begins with, so that one's own need no parsing. */
export function packetStart(from: string): string {
  return `{"from":${JSON.stringify(from)},`;
}

/** An `events` packet from events that are JSON already. */
export function eventsPacket(from: string, number: number, events: string[]): string {
  return `${packetStart(from)}"number":${number},"kind":"events","events":[${events.join(',')}]}`;
}

/** Undefined for what is no packet. */
export function parsePacket(payload: string): Packet | undefined {
  try {
    const packet = JSON.parse(payload) as Packet;
    const isOne = typeof packet.from === 'string' && Number.isInteger(packet.number) && kinds.includes(packet.kind);
    return isOne ? packet : undefined;
  } catch {
    return undefined;
  }
}
