import { getRouteApi, Link } from '@tanstack/react-router';
import { FileX } from 'lucide-react';
import { useCurrentClient } from '../../lib/current-client.ts';
import { useDocumentTitle } from '../../lib/title.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/states.tsx';

const route = getRouteApi('/signed-in/c/$clientId/answers/$conversationId/$messageId/$number');

/** Where a citation would lead whose answer has no receipt, or whose receipt has no such passage. */
export function SourceGonePage() {
  const { clientId } = useCurrentClient();
  const { conversationId } = route.useParams();
  useDocumentTitle('Source not found');
  return (
    <div className="flex h-full items-center">
      <EmptyState
        icon={<FileX size={22} />}
        title="This source is not known here"
        level={1}
        action={
          <Link to="/c/$clientId/inbox/$conversationId" params={{ clientId, conversationId }} className={buttonClass()}>
            Back to the conversation
          </Link>
        }
      >
        The answer was written by a program that cites pages of its own, or its receipt is gone.
      </EmptyState>
    </div>
  );
}
