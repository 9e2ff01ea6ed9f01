import type { ReactNode } from 'react';
import { Button } from '../../ui/Button.tsx';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';

interface PagedQuery {
  isPending: boolean;
  isError: boolean;
  data: unknown;
  error: unknown;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
  refetch: () => unknown;
}

/** A list that is read page by page: its states around its rows, and the button for more. */
export function PagedList(props: {
  query: PagedQuery;
  label: string;
  isEmpty: boolean;
  empty: ReactNode;
  children: ReactNode;
}) {
  const { query, label, isEmpty, empty, children } = props;
  if (query.isPending) return <RowsSkeleton label={label} />;
  if (query.isError && query.data === undefined)
    return <ErrorState error={query.error} onRetry={() => query.refetch()} />;
  if (isEmpty) return empty;
  return (
    <>
      <ul className="-my-1 divide-y divide-line">{children}</ul>
      {query.hasNextPage && (
        <Button className="self-center" isPending={query.isFetchingNextPage} onPress={() => query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

export function RowsSkeleton({ label }: { label: string }) {
  return (
    <Loading label={label} className="flex flex-col gap-4">
      <Skeleton className="h-9 w-full" />
      <Skeleton className="h-9 w-full" />
      <Skeleton className="h-9 w-full" />
    </Loading>
  );
}
