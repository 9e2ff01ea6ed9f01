import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { widgetQuery, widgetsKey } from './queries.ts';

/** Answers of requests that change a widget go into the cache with this, and the lists are read again. */
export function useWidgetCache(clientId: string) {
  const queryClient = useQueryClient();
  return useCallback(
    (widget?: WidgetView) => {
      if (widget) queryClient.setQueryData(widgetQuery(clientId, widget.id).queryKey, widget);
      return queryClient.invalidateQueries({
        queryKey: widgetsKey(clientId),
        predicate: (query) => !widget || query.queryKey[2] !== 'one',
      });
    },
    [queryClient, clientId],
  );
}
