import { useEffect, useState } from 'react';
import type { PresentAgent } from '../../../../../shared/socket-events.ts';
import { useLive } from '../../lib/live.ts';
import { useMe } from '../../lib/session.ts';

/**
 * Which other members have the thread open. Belongs where the thread begins to be watched: who is there is told right
 * then, and again at every change.
 */
export function usePresence(conversationId: string): readonly PresentAgent[] {
  const live = useLive();
  const { user } = useMe();
  const [present, setPresent] = useState<readonly PresentAgent[]>([]);
  useEffect(() => {
    if (!live) return;
    const leave = live.on('presence', (event) => {
      if (event.conversationId === conversationId) setPresent(event.agents);
    });
    // Who was there before the connection broke says nothing about now.
    const forget = live.link.subscribe(() => {
      if (live.link.get().kind === 'down') setPresent([]);
    });
    return () => {
      leave();
      forget();
      setPresent([]);
    };
  }, [live, conversationId]);
  return present.filter((agent) => agent.userId !== user.id);
}
