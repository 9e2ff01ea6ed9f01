import { queryOptions } from '@tanstack/react-query';
import {
  type ErasureView,
  getPrivacy,
  listErasures,
  previewRetention,
} from '../../../../../shared/contracts/privacy.ts';
import { call } from '../../lib/api.ts';
import { pagedQuery } from '../../lib/paging.ts';

export function privacyQuery(clientId: string) {
  return queryOptions({
    queryKey: ['privacy', clientId, 'settings'] as const,
    queryFn: ({ signal }) => call(getPrivacy, { params: { clientId } }, { signal }),
  });
}

/** How much would go now if conversations were kept for so many days. */
export function dueQuery(clientId: string, days: number) {
  return queryOptions({
    queryKey: ['privacy', clientId, 'due', days] as const,
    queryFn: ({ signal }) =>
      call(previewRetention, { params: { clientId }, query: { days: String(days) } }, { signal }),
  });
}

export function erasuresQuery(clientId: string) {
  return pagedQuery<ErasureView>(['privacy', clientId, 'erasures'], (cursor, signal) =>
    call(listErasures, { params: { clientId }, query: cursor === undefined ? {} : { cursor } }, { signal }),
  );
}
