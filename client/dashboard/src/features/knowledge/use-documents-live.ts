import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type DocumentView, getDocument } from '../../../../../shared/contracts/knowledge.ts';
import { call } from '../../lib/api.ts';
import { useLive } from '../../lib/live.ts';
import { isProblem } from '../../lib/problem.ts';
import { applyDocument, forgetDocument, isKnown } from './document-cache.ts';
import { documentsQuery } from './queries.ts';
import { isBeingRead } from './reading.ts';

/** How often documents that are being read are looked at, without the live connection and with it. */
const pollMs = 2_000;
const pollWhileLiveMs = 15_000;
const polledMax = 10;

/** Keeps the client's documents current while a screen shows them; `shown` are those whose reading is followed. */
export function useDocumentsLive(clientId: string, shown: readonly DocumentView[]): void {
  const queryClient = useQueryClient();
  const live = useLive();
  useEffect(() => {
    if (!live) return;
    const readList = () => void queryClient.invalidateQueries({ queryKey: documentsQuery(clientId).queryKey });
    const leave = [
      live.watchClient(clientId, readList),
      live.on('document:changed', ({ document }) => {
        // An event does not say whose it is; one that is not known may be of the client that was open before.
        if (isKnown(queryClient, clientId, document.id)) applyDocument(queryClient, clientId, document);
        else readList();
      }),
      live.on('document:removed', ({ documentId }) => forgetDocument(queryClient, clientId, documentId)),
    ];
    return () => {
      for (const one of leave) one();
    };
  }, [live, clientId, queryClient]);

  const read = shown
    .filter(isBeingRead)
    .slice(0, polledMax)
    .map(({ id }) => id)
    .join();
  useEffect(() => {
    if (read === '') return;
    let polledAt = Date.now();
    const timer = setInterval(() => {
      const isLive = live?.link.get().kind === 'up';
      if (document.hidden || (isLive && Date.now() - polledAt < pollWhileLiveMs)) return;
      polledAt = Date.now();
      for (const documentId of read.split(',')) {
        call(getDocument, { params: { clientId, documentId } })
          .then(({ text: _, pairs: __, ...view }) => applyDocument(queryClient, clientId, view))
          .catch((error: unknown) => {
            if (isProblem(error, 'not-found')) forgetDocument(queryClient, clientId, documentId);
          });
      }
    }, pollMs);
    return () => clearInterval(timer);
  }, [read, live, clientId, queryClient]);
}
