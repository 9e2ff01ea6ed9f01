import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isProblem, isTemporary } from './problem.ts';
import { noteSessionEnded } from './session.ts';

const retriesMax = 2;

function noteEnd(error: unknown): void {
  if (isProblem(error, 'not-signed-in')) noteSessionEnded();
}

/** The cache of everything read from the server. Only what may succeed later is tried again. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteEnd }),
  mutationCache: new MutationCache({ onError: noteEnd }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < retriesMax && isTemporary(error),
    },
    // A request that changes something is sent when the person says so, also where the browser believes to be offline.
    mutations: { networkMode: 'always' },
  },
});
