import { useEffect, useRef } from 'react';
import { useLive } from '../../lib/live.ts';

const repeatMs = 3_000;
const endMs = 5_000;

/** Tells the others that this agent is writing, often enough that it does not lapse, and when it ends. */
export function useTypingSignal(conversationId: string): { go: () => void; end: () => void } {
  const live = useLive();
  const lastSentMs = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const end = () => {
    clearTimeout(timer.current);
    if (lastSentMs.current === 0) return;
    lastSentMs.current = 0;
    live?.sendTyping(conversationId, false);
  };
  const latestEnd = useRef(end);
  latestEnd.current = end;
  useEffect(() => () => latestEnd.current(), []);
  return {
    go: () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => latestEnd.current(), endMs);
      if (Date.now() - lastSentMs.current < repeatMs) return;
      lastSentMs.current = Date.now();
      live?.sendTyping(conversationId, true);
    },
    end,
  };
}
