import { Eye } from 'lucide-react';
import type { PresentAgent } from '../../../../../shared/socket-events.ts';
import { presenceSentence } from './presence-sentence.ts';

/**
 * Says over the upper edge of the messages, taking no room of its own, which other members have the thread open. An
 * empty status while there is none, so that a change is read out.
 */
export function PresenceLine({ agents }: { agents: readonly PresentAgent[] }) {
  return (
    <div className="relative z-10 h-0">
      <p role="status" className="pointer-events-none absolute inset-x-0 top-2 flex justify-center px-4">
        {agents.length > 0 && (
          <span
            title={agents.map((agent) => agent.name).join(', ')}
            className="pointer-events-auto inline-flex max-w-full animate-enter items-center gap-1.5 rounded-full bg-note-soft px-2.5 py-1 font-medium text-note-fg text-xs shadow-raised"
          >
            <Eye size={13} aria-hidden className="shrink-0" />
            <span className="truncate">{presenceSentence(agents)}</span>
          </span>
        )}
      </p>
    </div>
  );
}
