import type * as z from 'zod/mini';
import {
  type apiKeyView,
  type auditEntryView,
  type invitationView,
  listApiKeys,
  listAudit,
  listInvitations,
} from '../../../../../shared/contracts/clients.ts';
import { call } from '../../lib/api.ts';
import { pagedQuery } from '../../lib/paging.ts';

export type InvitationView = z.output<typeof invitationView>;
export type ApiKeyView = z.output<typeof apiKeyView>;
export type AuditEntryView = z.output<typeof auditEntryView>;

const queryOf = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });

export const invitationsQuery = (clientId: string) =>
  pagedQuery<InvitationView>(['invitations', clientId], (cursor, signal) =>
    call(listInvitations, { params: { clientId }, query: queryOf(cursor) }, { signal }),
  );

export const apiKeysQuery = (clientId: string) =>
  pagedQuery<ApiKeyView>(['api-keys', clientId], (cursor, signal) =>
    call(listApiKeys, { params: { clientId }, query: queryOf(cursor) }, { signal }),
  );

export const auditQuery = (clientId: string) =>
  pagedQuery<AuditEntryView>(['audit', clientId], (cursor, signal) =>
    call(listAudit, { params: { clientId }, query: queryOf(cursor) }, { signal }),
  );
