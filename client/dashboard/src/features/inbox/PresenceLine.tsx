import { Eye } from 'lucide-react';
import type { PresentAgent } from '../../../../../shared/socket-events.ts';
import { presenceSentence } from './presence-sentence.ts';

/** Which other members have the thread open; an empty status while there is none, so that a change is read out. */
export function PresenceLine({ agents }: { agents: readonly PresentAgent[] }) {
  return (
    <span role="status" className="min-w-0 truncate" title={agents.map((agent) => agent.name).join(', ')}>
      {agents.length > 0 && (
        <span className="inline-flex max-w-full items-center gap-1 font-medium text-note-fg">
          <Eye size={13} aria-hidden className="shrink-0" />
          <span className="truncate">{presenceSentence(agents)}</span>
        </span>
      )}
    </span>
  );
}
