import { type InfiniteData, infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';

/** One page of any list of the API. */
export interface ListPage<T> {
  items: T[];
  nextCursor: string | null;
}

export type Pages<T> = InfiniteData<ListPage<T>, unknown>;

/** Query options of a list that is read page by page, following its cursors. */
export function pagedQuery<T>(
  queryKey: QueryKey,
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<ListPage<T>>,
) {
  return infiniteQueryOptions({
    queryKey,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => read(pageParam ?? undefined, signal),
    getNextPageParam: (last) => last.nextCursor,
  });
}

export const itemsOf = <T>(pages: Pages<T> | undefined): T[] => pages?.pages.flatMap((page) => page.items) ?? [];

/** Reads a whole list that is known to be short, page after page. */
export async function readAll<T>(read: (cursor: string | undefined) => Promise<ListPage<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
