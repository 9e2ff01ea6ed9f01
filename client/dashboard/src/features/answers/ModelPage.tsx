import { useQuery } from '@tanstack/react-query';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Page } from '../../ui/Page.tsx';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { NotPermitted } from '../settings/NotPermitted.tsx';
import { ModelForm } from './ModelForm.tsx';
import { ModelUse } from './ModelUse.tsx';
import { modelQuery } from './queries.ts';
import { TestModel } from './TestModel.tsx';

/** Which language model the assistants ask, and what it costs. */
export function ModelPage() {
  const { may } = useCurrentClient();
  return (
    <Page
      title="Model"
      description="Widgets whose engine is “Language model” ask this one. Without any model the assistant still answers from your documents."
      width="narrow"
    >
      {may('models.read') ? <Model /> : <NotPermitted />}
    </Page>
  );
}

function Model() {
  const { clientId, may } = useCurrentClient();
  const model = useQuery(modelQuery(clientId));
  if (model.isError && !model.data) return <ErrorState error={model.error} onRetry={() => void model.refetch()} />;
  if (!model.data) {
    return (
      <Loading label="Loading the model">
        <Skeleton className="h-80 w-full rounded-2xl" />
      </Loading>
    );
  }
  const { settings, installationModel } = model.data;
  return (
    <>
      <ModelForm key={settings?.updatedAt ?? 'none'} view={model.data} />
      {may('models.manage') && (settings !== null || installationModel !== null) && <TestModel />}
      <ModelUse view={model.data} />
    </>
  );
}
