import { Link } from '@tanstack/react-router';
import { useCurrentClient } from '../../lib/current-client.ts';

const tab = 'border-b-2 px-2.5 py-2 font-medium whitespace-nowrap -mb-px';
const active = { className: `${tab} border-accent-fg text-accent-fg`, 'aria-current': 'page' } as const;
const inactive = { className: `${tab} border-transparent text-muted hover:text-fg` };

/** The two sides of knowledge: what is in it, and what it finds. */
export function KnowledgeTabs() {
  const { clientId } = useCurrentClient();
  const exact = { exact: true, includeSearch: false };
  return (
    <nav aria-label="Knowledge" className="flex gap-1 border-line border-b">
      <Link
        to="/c/$clientId/knowledge"
        params={{ clientId }}
        activeOptions={exact}
        activeProps={active}
        inactiveProps={inactive}
      >
        Documents
      </Link>
      <Link
        to="/c/$clientId/knowledge/playground"
        params={{ clientId }}
        activeOptions={exact}
        activeProps={active}
        inactiveProps={inactive}
      >
        Playground
      </Link>
    </nav>
  );
}
