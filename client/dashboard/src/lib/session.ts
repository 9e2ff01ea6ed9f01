import { queryOptions } from '@tanstack/react-query';
import { type MeView, me } from '../../../../shared/contracts/accounts.ts';
import { call } from './api.ts';
import { isProblem } from './problem.ts';
import { createStore } from './store.ts';
import { readStored, writeStored } from './stored.ts';

export type Membership = MeView['memberships'][number];

/** Who is signed in; null for nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<MeView | null> => {
    try {
      return await call(me, {}, { signal });
    } catch (error) {
      if (isProblem(error, 'not-signed-in')) return null;
      throw error;
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
