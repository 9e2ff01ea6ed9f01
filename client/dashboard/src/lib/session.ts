import { queryOptions, useQuery } from '@tanstack/react-query';
import { type MeView, me } from '../../../../shared/contracts/accounts.ts';
import { call } from './api.ts';
import { isProblem } from './problem.ts';
import { createStore } from './store.ts';
import { readStored, writeStored } from './stored.ts';

export type Membership = MeView['memberships'][number];

/**
 * Who is signed in; null for nobody. When a session ends while the page is open the last answer stays, so that the page
 * stays too, under the dialog that asks for the password.
 */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal, client, queryKey }): Promise<MeView | null> => {
    try {
      return await call(me, {}, { signal });
    } catch (error) {
      if (!isProblem(error, 'not-signed-in')) throw error;
      const before = client.getQueryData<MeView | null>(queryKey) ?? null;
      if (before) noteSessionEnded();
      return before;
    }
  },
  staleTime: 5 * 60_000,
});

/** True from the first answer that says the session is over until the person has signed in again. */
export const sessionEnded = createStore(false);

/** Called for every error answer `not-signed-in`; the page stays as it is and asks for the password. */
export function noteSessionEnded(): void {
  sessionEnded.set(true);
}

/** The client to open first: the one used last in this browser, else the first membership. */
export function firstMembership(view: MeView): Membership | undefined {
  const last = readStored<string>('client');
  return view.memberships.find((membership) => membership.clientId === last) ?? view.memberships[0];
}

export function rememberClient(clientId: string): void {
  writeStored('client', clientId);
}

/** The signed-in user, below the route that makes sure there is one. */
export function useMe(): MeView {
  const { data } = useQuery(meQuery);
  if (!data) throw new Error('useMe is for signed-in screens');
  return data;
}

/** A path of this site to go on to after signing in; anything else becomes `/`. */
export function safeNext(next: unknown): string {
  // Browsers pass over tabs and line breaks, and would read a second slash behind them.
  return typeof next === 'string' && /^\/(?![/\\])[^\t\n\r]*$/.test(next) ? next : '/';
}
