import { byInstantThenId, compareText, ownedKey } from './mem-values.ts';

export type Owned = { clientId: string };

export type OwnedRow = Owned & { id: string };

export const ownedRowKey = (row: OwnedRow) => ownedKey(row.clientId, row.id);

export const clientOf = (row: Owned) => row.clientId;

export const optionalKey = (row: Owned, id: string | null) => (id === null ? undefined : ownedKey(row.clientId, id));

export const byCreation = (a: { createdAt: Date; id: string }, b: { createdAt: Date; id: string }) =>
  byInstantThenId({ at: a.createdAt, id: a.id }, { at: b.createdAt, id: b.id });

export const byId = (a: { id: string }, b: { id: string }) => compareText(a.id, b.id);

/** The unique key of something named by its maker: whose it is, within what, and the maker's name for it. */
export function clientMadeKey(clientId: string, within: string, made: string): string {
  return `${clientId}/${within}/${made}`;
}
