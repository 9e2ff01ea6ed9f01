import { useEffect, useState } from 'react';
import { useLive } from '../../lib/live.ts';
import { type AnswerDraft, afterMessage, withProgress } from './answer-draft.ts';

/** Without news for so long, nobody is working on the answer any more. */
const lapseMs = 120_000;

/**
 * What the assistant is writing in a thread, as it writes; null when it writes nothing. Belongs where the thread is
 * watched: how far an answer is that has begun is told when watching begins.
 */
export function useAnswerDraft(conversationId: string): AnswerDraft | null {
  const live = useLive();
  const [draft, setDraft] = useState<AnswerDraft | null>(null);
  useEffect(() => {
    if (!live) return;
    let lapse: ReturnType<typeof setTimeout> | undefined;
    const leave = [
      live.on('answer:progress', (progress) => {
        if (progress.conversationId !== conversationId) return;
        clearTimeout(lapse);
        lapse = setTimeout(() => setDraft(null), lapseMs);
        setDraft((before) => withProgress(before, progress));
      }),
      live.on('message:created', ({ message }) => {
        if (message.conversationId === conversationId) setDraft((before) => afterMessage(before, message));
      }),
      // What became of it while the connection was away is told by the thread.
      live.watchConversation(conversationId, (_, answer) => setDraft(answer ? withProgress(null, answer) : null)),
    ];
    return () => {
      clearTimeout(lapse);
      for (const one of leave) one();
      setDraft(null);
    };
  }, [live, conversationId]);
  return draft;
}
