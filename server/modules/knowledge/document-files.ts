import type { ClientStorage } from '../../storage/storage.ts';

/** Where the store has the files of all documents of a client. */
export async function documentFileKeys({ documents }: ClientStorage): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await documents.list({ limit: 100, cursor });
    keys.push(...page.items.flatMap(({ storageKey }) => storageKey ?? []));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return keys;
}
