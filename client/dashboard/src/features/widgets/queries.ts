import { queryOptions } from '@tanstack/react-query';
import { getWidget, listWidgets, type WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { call } from '../../lib/api.ts';
import { readAll } from '../../lib/paging.ts';

export const widgetsKey = (clientId: string) => ['widgets', clientId] as const;

/** All widgets of the client, earliest first; the archived ones apart. */
export function widgetsQuery(clientId: string, archived = false) {
  return queryOptions({
    queryKey: [...widgetsKey(clientId), archived ? 'archived' : 'live'] as const,
    queryFn: ({ signal }): Promise<WidgetView[]> =>
      readAll((cursor) =>
        call(
          listWidgets,
          {
            params: { clientId },
            query: { limit: '100', archived: archived ? 'true' : 'false', ...(cursor !== undefined && { cursor }) },
          },
          { signal },
        ),
      ),
  });
}

export function widgetQuery(clientId: string, widgetId: string) {
  return queryOptions({
    queryKey: [...widgetsKey(clientId), 'one', widgetId] as const,
    queryFn: ({ signal }) => call(getWidget, { params: { clientId, widgetId } }, { signal }),
  });
}
