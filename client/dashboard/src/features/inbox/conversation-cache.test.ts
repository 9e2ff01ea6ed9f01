import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';
import { aMessage } from '../../testing/builders.ts';
import { applyMessage, type InboxOwner } from './conversation-cache.ts';
import { threadQuery } from './queries.ts';

afterEach(() => vi.unstubAllGlobals());

it('shows a message that was told of while its thread was still being read from before it', async () => {
  const owner: InboxOwner = { queryClient: new QueryClient(), clientId: 'client', myId: 'me' };
  const message = aMessage(2);
  const query = threadQuery(owner.clientId, message.conversationId);
  let answerFirst = () => {};
  vi.stubGlobal('fetch', (url: string) => {
    const answer = (items: object[]) => new Response(JSON.stringify({ items, hasMore: false }));
    if (String(url).includes('after=')) return Promise.resolve(answer([message]));
    return new Promise<Response>((resolve) => {
      answerFirst = () => resolve(answer([aMessage(1)]));
    });
  });
  const reading = owner.queryClient.fetchQuery(query);
  applyMessage(owner, message);
  answerFirst();
  await reading;
  await vi.waitFor(() =>
    expect(owner.queryClient.getQueryData(query.queryKey)?.messages.map(({ sequence }) => sequence)).toEqual([1, 2]),
  );
});
