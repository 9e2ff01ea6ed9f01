import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { isProblem } from '../../../lib/problem.ts';
import { ErrorState, Loading, Skeleton } from '../../../ui/states.tsx';
import { NotFoundScreen } from '../../shell/screens.tsx';
import { widgetQuery } from '../queries.ts';
import { Editor } from './Editor.tsx';

const route = getRouteApi('/signed-in/c/$clientId/widgets/$widgetId');

/** The settings of one widget. */
export function EditorPage() {
  const { clientId } = useCurrentClient();
  const { widgetId } = route.useParams();
  const widget = useQuery({ ...widgetQuery(clientId, widgetId), refetchOnWindowFocus: false });
  if (isProblem(widget.error, 'not-found') || isProblem(widget.error, 'validation-failed')) return <NotFoundScreen />;
  if (widget.data) return <Editor key={widget.data.id} widget={widget.data} />;
  if (widget.isError) return <ErrorState error={widget.error} onRetry={() => void widget.refetch()} />;
  return (
    <Loading label="Loading the widget" className="flex h-full gap-6 p-6">
      <div className="flex flex-1 flex-col gap-4">
        <Skeleton className="h-7 w-52" />
        <Skeleton className="h-9 w-full max-w-xl" />
        <Skeleton className="h-96 w-full rounded-2xl" />
      </div>
      <Skeleton className="hidden h-full w-96 rounded-2xl xl:block" />
    </Loading>
  );
}
