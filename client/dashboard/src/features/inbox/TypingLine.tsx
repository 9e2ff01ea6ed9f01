import { useEffect, useState } from 'react';
import { useLive } from '../../lib/live.ts';
import { useMe } from '../../lib/session.ts';

/** Without a repeat, typing is over after this long. */
const lapseMs = 6_000;

/** Says who is writing just now. */
export function TypingLine({ conversationId, visitorName }: { conversationId: string; visitorName: string }) {
  const writers = useWriters(conversationId);
  const names = writers.map((writer) => writer ?? visitorName);
  return (
    <p role="status" className="flex min-h-6 shrink-0 items-center gap-2 pt-1 text-muted text-xs">
      {names.length > 0 && (
        <>
          <span aria-hidden className="flex gap-0.5">
            <span className="size-1.5 animate-pulse rounded-full bg-muted" />
            <span className="size-1.5 animate-pulse rounded-full bg-muted [animation-delay:200ms]" />
            <span className="size-1.5 animate-pulse rounded-full bg-muted [animation-delay:400ms]" />
          </span>
          {names.join(' and ')} {names.length === 1 ? 'is' : 'are'} writing…
        </>
      )}
    </p>
  );
}

/** The names of those who are writing; null stands for the visitor. */
function useWriters(conversationId: string): (string | null)[] {
  const live = useLive();
  const { user } = useMe();
  const [writers, setWriters] = useState<(string | null)[]>([]);
  useEffect(() => {
    if (!live) return;
    const timers = new Map<string | null, ReturnType<typeof setTimeout>>();
    const remove = (name: string | null) => {
      clearTimeout(timers.get(name));
      timers.delete(name);
      setWriters((before) => before.filter((one) => one !== name));
    };
    const leave = [
      live.on('typing', (event) => {
        if (event.conversationId !== conversationId) return;
        const name = event.side === 'visitor' ? null : event.name;
        if (event.side === 'agent' && (name === null || name === user.name)) return;
        if (!event.typing) {
          remove(name);
          return;
        }
        clearTimeout(timers.get(name));
        timers.set(
          name,
          setTimeout(() => remove(name), lapseMs),
        );
        setWriters((before) => (before.includes(name) ? before : [...before, name]));
      }),
      live.on('message:created', ({ message }) => {
        if (message.conversationId !== conversationId) return;
        if (message.role === 'user') remove(null);
        if (message.role === 'agent') remove(message.authorName);
      }),
    ];
    return () => {
      for (const one of leave) one();
      for (const timer of timers.values()) clearTimeout(timer);
      setWriters([]);
    };
  }, [live, conversationId, user.name]);
  return writers;
}
