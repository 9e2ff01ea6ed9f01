import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { updateWidget, type WidgetView } from '../../../../../../shared/contracts/widgets.ts';
import { limits } from '../../../../../../shared/limits.ts';
import { widgetLanguages } from '../../../../../../shared/widget-settings.ts';
import { call } from '../../../lib/api.ts';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { Button } from '../../../ui/Button.tsx';
import { Card, Page } from '../../../ui/Page.tsx';
import { RadioCards } from '../../../ui/RadioCards.tsx';
import { SelectField } from '../../../ui/SelectField.tsx';
import { ServerForm } from '../../../ui/ServerForm.tsx';
import { ErrorState, Loading, Skeleton } from '../../../ui/states.tsx';
import { TextAreaField } from '../../../ui/TextField.tsx';
import { useAction } from '../../../ui/use-action.ts';
import { languageLabels } from '../labels.ts';
import { Preview } from '../Preview.tsx';
import { widgetQuery } from '../queries.ts';
import { SitesField } from '../SitesField.tsx';
import type { SetupStep } from '../searches.ts';
import { changesOf, configOf, settingsOf, type WidgetSettings } from '../settings-draft.ts';
import { useWidgetCache } from '../use-widget-cache.ts';
import { Steps } from './Steps.tsx';
import { TagStep } from './TagStep.tsx';

const route = getRouteApi('/signed-in/c/$clientId/widgets/$widgetId/setup');

/** The wizard's steps after the widget is made; each saves what it asks. */
export function SetupPage() {
  const { clientId } = useCurrentClient();
  const { widgetId } = route.useParams();
  const widget = useQuery(widgetQuery(clientId, widgetId));
  if (widget.isError) return <ErrorState error={widget.error} onRetry={() => void widget.refetch()} />;
  if (!widget.data) {
    return (
      <Loading label="Loading the widget" className="mx-auto flex max-w-5xl flex-col gap-4 p-8">
        <Skeleton className="h-7 w-52" />
        <Skeleton className="h-80 w-full" />
      </Loading>
    );
  }
  return <Setup widget={widget.data} />;
}

function Setup({ widget }: { widget: WidgetView }) {
  const { clientId } = useCurrentClient();
  const { step = 'look' } = route.useSearch();
  const navigate = route.useNavigate();
  const refresh = useWidgetCache(clientId);
  const [draft, setDraft] = useState(() => settingsOf(widget));
  const go = (next: SetupStep) => navigate({ search: next === 'look' ? {} : { step: next } });
  const save = useAction(
    () =>
      call(updateWidget, {
        params: { clientId, widgetId: widget.id },
        body: changesOf(settingsOf(widget), draft),
      }),
    async (saved) => {
      setDraft(settingsOf(saved));
      void refresh(saved);
      await go(step === 'look' ? 'sites' : 'tag');
    },
  );
  const change = (part: Partial<WidgetSettings>) => setDraft((before) => ({ ...before, ...part }));
  const pointers = step === 'look' ? ['/welcomeMessage', '/position', '/theme', '/language'] : ['/allowedSites'];

  if (step === 'tag') {
    return (
      <Page title={`Set up ${widget.name}`} width="narrow">
        <Steps current={3} />
        <TagStep widget={widget} onBack={() => void go('sites')} />
      </Page>
    );
  }
  return (
    <Page title={`Set up ${widget.name}`}>
      <Steps current={step === 'look' ? 1 : 2} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <Card title={step === 'look' ? 'How does it greet, and where does it sit?' : 'Where may it appear?'}>
          <ServerForm faults={save.faults} error={save.error} pointers={pointers} onSubmit={() => save.run(undefined)}>
            {step === 'look' ? (
              <LookFields draft={draft} change={change} />
            ) : (
              <SitesField value={draft.allowedSites} onChange={(allowedSites) => change({ allowedSites })} />
            )}
            <div className="flex justify-between gap-2">
              {step === 'sites' ? <Button onPress={() => void go('look')}>Back</Button> : <span />}
              <Button type="submit" look="primary" isPending={save.isPending}>
                Save and go on
              </Button>
            </div>
          </ServerForm>
        </Card>
        <Preview publicKey={widget.publicKey} config={configOf(draft)} className="h-160" />
      </div>
    </Page>
  );
}

function LookFields({ draft, change }: { draft: WidgetSettings; change: (part: Partial<WidgetSettings>) => void }) {
  return (
    <>
      <TextAreaField
        label="Welcome message"
        pointer="/welcomeMessage"
        charsMax={limits.welcomeMessageCharsMax}
        value={draft.welcomeMessage}
        onChange={(welcomeMessage) => change({ welcomeMessage })}
      />
      <RadioCards
        label="Corner of the page"
        pointer="/position"
        value={draft.position}
        onChange={(position) => change({ position })}
        gridClassName="grid grid-cols-2 gap-2"
        options={[
          { id: 'left', label: 'Left' },
          { id: 'right', label: 'Right' },
        ]}
      />
      <RadioCards
        label="Theme"
        pointer="/theme"
        value={draft.theme}
        onChange={(theme) => change({ theme })}
        gridClassName="grid grid-cols-3 gap-2"
        options={[
          { id: 'auto', label: 'Auto' },
          { id: 'light', label: 'Light' },
          { id: 'dark', label: 'Dark' },
        ]}
      />
      <SelectField
        label="Language of its own texts"
        pointer="/language"
        value={draft.language}
        onChange={(language) => change({ language })}
        options={widgetLanguages.map((id) => ({ id, label: languageLabels[id] }))}
      />
    </>
  );
}
