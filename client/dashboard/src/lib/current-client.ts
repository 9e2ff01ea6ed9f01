import { createContext, useContext } from 'react';
import { can, type Permission, type Role } from '../../../../shared/permissions.ts';

/** The client whose screens are open, and what the signed-in member may do there. */
export interface CurrentClient {
  clientId: string;
  clientName: string;
  role: Role;
}

export const CurrentClientContext = createContext<CurrentClient | null>(null);

export function useCurrentClient(): CurrentClient & { may: (permission: Permission) => boolean } {
  const current = useContext(CurrentClientContext);
  if (!current) throw new Error('useCurrentClient is for the screens of a client');
  return { ...current, may: (permission) => can(current.role, permission) };
}
