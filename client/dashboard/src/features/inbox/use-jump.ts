import { useLocation } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { firstSequenceOf, type Thread } from './thread.ts';

/** The message that the address names by its place, and what tells this visit of the address from others. */
export function useJumpTarget(): { target: number | null; id: string | null; key: string } {
  const { hash, key } = useLocation({
    select: (location) => ({ hash: location.hash, key: location.state.__TSR_key ?? location.href }),
  });
  const found = /^m(\d{1,9})$/.exec(hash);
  const named = /^message-([\da-f-]{36})$/.exec(hash);
  return { target: found ? Number(found[1]) : null, id: named?.[1] ?? null, key };
}

interface Parts {
  frame: RefObject<HTMLElement | null>;
  thread: Thread;
  /** What the message is in is still to come. */
  isPending: boolean;
  /** Reads the stretch before the first known message. */
  readOlder: () => Promise<void>;
}

/** The end of an address that names a message whose place in the thread is not known. */
export const messageHash = (id: string): string => `message-${id}`;

/** The element of a message, for addresses that end in `#m12`. */
export const messageAnchor = (sequence: number): string => `m${sequence}`;

/**
 * Brings the message that the address names into sight, reading as far back as needed. Answers its sequence number once
 * it is there, to be marked; null without one.
 */
export function useJump({ frame, thread, isPending, readOlder }: Parts): number | null {
  const { target: place, id, key } = useJumpTarget();
  const named = id === null ? null : thread.messages.find((message) => message.id === id);
  const target = named?.sequence ?? place;
  const [reached, setReached] = useState<number | null>(null);
  const doneFor = useRef<string | null>(null);
  const first = firstSequenceOf(thread);
  const read = useRef(readOlder);
  read.current = readOlder;

  useEffect(() => {
    if ((target === null && id === null) || first === null || isPending || doneFor.current === key) return;
    if ((target === null || target < first) && thread.hasOlder) {
      // What is read changes `first`, which brings this effect back. Where reading fails, the thread stays as it is.
      read.current().catch(() => {
        doneFor.current = key;
      });
      return;
    }
    doneFor.current = key;
    if (target === null) return;
    const element = frame.current?.querySelector(`#${messageAnchor(target)}`);
    if (!element) return;
    element.scrollIntoView({ block: 'center' });
    setReached(target);
  }, [target, id, key, first, isPending, thread.hasOlder, frame]);
  return target === null ? null : reached;
}
