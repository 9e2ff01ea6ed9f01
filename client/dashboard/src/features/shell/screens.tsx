import { Link, useRouter } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useDocumentTitle } from '../../lib/title.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';

/** For addresses that lead nowhere, and for what belongs to somebody else. */
export function NotFoundScreen() {
  useDocumentTitle('Not found');
  return (
    <div className="flex h-full min-h-80 items-center">
      <EmptyState
        icon={<Compass size={24} />}
        title="There is nothing here"
        level={1}
        action={
          <Link to="/" className={buttonClass('primary')}>
            Go to the inbox
          </Link>
        }
      >
        The address may be mistyped, or what it showed is gone or not yours to see.
      </EmptyState>
    </div>
  );
}

/** The same where there is no frame around it. */
export function BareNotFoundScreen() {
  return (
    <main className="h-full">
      <NotFoundScreen />
    </main>
  );
}

/** For a screen that threw, or whose data did not come. */
export function ErrorScreen({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  useDocumentTitle('Error');
  return (
    <div className="flex h-full min-h-80 items-center">
      <ErrorState
        title="This screen stumbled"
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </div>
  );
}

/** While the code of a screen arrives. */
export function PendingScreen() {
  return (
    <Loading label="Loading the screen" className="flex flex-col gap-4 p-6">
      <Skeleton className="h-7 w-48" />
      <Skeleton className="h-4 w-80 max-w-full" />
      <Skeleton className="h-40 w-full max-w-3xl" />
    </Loading>
  );
}
