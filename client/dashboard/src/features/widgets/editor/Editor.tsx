import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, Eye } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { updateWidget, type WidgetView } from '../../../../../../shared/contracts/widgets.ts';
import { call } from '../../../lib/api.ts';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { countFaultsAt } from '../../../lib/faults.ts';
import { useDocumentTitle } from '../../../lib/title.ts';
import { useMediaQuery } from '../../../lib/use-media-query.ts';
import { Badge } from '../../../ui/Badge.tsx';
import { Button } from '../../../ui/Button.tsx';
import { cx } from '../../../ui/cx.ts';
import { Modal } from '../../../ui/Modal.tsx';
import { ServerForm } from '../../../ui/ServerForm.tsx';
import { toastDone } from '../../../ui/toasts.tsx';
import { useAction } from '../../../ui/use-action.ts';
import { WebhookTab } from '../../answers/WebhookTab.tsx';
import { statusLabels } from '../labels.ts';
import { Preview } from '../Preview.tsx';
import { type EditorTab, editorTabs } from '../searches.ts';
import { changesOf, configOf, settingsOf, type WidgetSettings } from '../settings-draft.ts';
import { useWidgetCache } from '../use-widget-cache.ts';
import { AssistantTab } from './AssistantTab.tsx';
import { DangerTab } from './DangerTab.tsx';
import { EditorContext } from './editor-context.ts';
import { HoursTab } from './HoursTab.tsx';
import { LookTab } from './LookTab.tsx';
import { PreChatTab } from './PreChatTab.tsx';
import { SaveBar } from './SaveBar.tsx';
import { SitesTab } from './SitesTab.tsx';
import { StatusNotice } from './StatusNotice.tsx';
import { TextsTab } from './TextsTab.tsx';
import { allFields, tabFields, tabLabels } from './tab-fields.ts';
import { UnsavedGuard } from './UnsavedGuard.tsx';

const route = getRouteApi('/signed-in/c/$clientId/widgets/$widgetId');

const panels: Record<EditorTab, () => React.ReactNode> = {
  look: LookTab,
  texts: TextsTab,
  hours: HoursTab,
  'pre-chat': PreChatTab,
  assistant: AssistantTab,
  webhook: WebhookTab,
  sites: SitesTab,
  danger: DangerTab,
};

/** All settings in tabs over one draft, with the real widget beside them. */
export function Editor({ widget }: { widget: WidgetView }) {
  const { clientId, may } = useCurrentClient();
  const { tab = 'look' } = route.useSearch();
  const navigate = route.useNavigate();
  const refresh = useWidgetCache(clientId);
  const saved = useMemo(() => settingsOf(widget), [widget]);
  const [draft, setDraft] = useState(saved);
  const [previewIsOpen, setPreviewIsOpen] = useState(false);
  const isWide = useMediaQuery('(min-width: 68rem)');
  const changes = useMemo(() => changesOf(saved, draft), [saved, draft]);
  const isDirty = Object.keys(changes).length > 0;
  const config = useMemo(() => configOf(draft), [draft]);
  const canEdit = may('widgets.manage') && widget.archivedAt === null;
  useDocumentTitle(widget.name);

  const go = (next: EditorTab) => void navigate({ search: next === 'look' ? {} : { tab: next }, replace: true });
  const save = useAction(
    () => call(updateWidget, { params: { clientId, widgetId: widget.id }, body: changes }),
    (answer) => {
      setDraft(settingsOf(answer));
      void refresh(answer);
      toastDone('Saved. Pages show it when they next load.');
    },
  );
  const { faults } = save.faults;
  // Brings the first refused setting into sight, wherever it is.
  const shown = useRef(faults);
  useEffect(() => {
    if (faults === shown.current) return;
    shown.current = faults;
    if (faults.size === 0 || countFaultsAt(faults, tabFields[tab]) > 0) return;
    const other = editorTabs.find((one) => countFaultsAt(faults, tabFields[one]) > 0);
    if (other) go(other);
  });
  const state = useMemo(
    () => ({
      widget,
      draft,
      change: (part: Partial<WidgetSettings>) => setDraft((before) => ({ ...before, ...part })),
    }),
    [widget, draft],
  );
  const status = statusLabels[widget.status];
  // Only what answers by a workflow has something to set up there.
  const tabs = editorTabs.filter((id) => id !== 'webhook' || tab === 'webhook' || draft.engine === 'webhook');
  const preview = <Preview publicKey={widget.publicKey} config={config} className="h-full" />;

  return (
    <EditorContext value={state}>
      <div className="flex h-full min-h-0">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <header className="flex shrink-0 items-center gap-3 px-4 pt-4 sm:px-6">
            <Link
              to="/c/$clientId/widgets"
              params={{ clientId }}
              aria-label="Back to all widgets"
              className="-ml-2 flex size-9 items-center justify-center rounded-lg text-muted hover:bg-hover hover:text-fg"
            >
              <ArrowLeft size={18} aria-hidden />
            </Link>
            <h1 className="min-w-0 truncate font-semibold text-lg tracking-tight">{widget.name}</h1>
            <Badge tone={widget.archivedAt === null ? status.tone : 'neutral'}>
              {widget.archivedAt === null ? status.label : 'Archived'}
            </Badge>
            {!isWide && widget.archivedAt === null && (
              <Button size="small" className="ml-auto" onPress={() => setPreviewIsOpen(true)}>
                <Eye size={14} aria-hidden /> Preview
              </Button>
            )}
          </header>
          <Tabs
            selectedKey={tab}
            onSelectionChange={(key) => go(key as EditorTab)}
            className="flex min-h-0 flex-1 flex-col"
          >
            <TabList
              aria-label="Settings"
              className="flex shrink-0 gap-1 overflow-x-auto border-line border-b px-4 pt-3 [scrollbar-width:none] sm:px-6"
            >
              {tabs.map((id) => (
                <EditorTabLabel key={id} id={id} faultCount={countFaultsAt(faults, tabFields[id])} />
              ))}
            </TabList>
            {tabs.map((id) => {
              const Panel = panels[id];
              return (
                <TabPanel key={id} id={id} className="min-h-0 flex-1">
                  <section
                    aria-label={tabLabels[id]}
                    // Where nothing inside takes the focus, it still scrolls by keyboard.
                    tabIndex={canEdit ? -1 : 0}
                    className="scroll-thin relative h-full overflow-y-auto px-4 py-5 sm:px-6"
                  >
                    <div className="mx-auto flex max-w-2xl flex-col gap-5 lg:mx-0">
                      <StatusNotice />
                      <ServerForm
                        faults={save.faults}
                        error={save.error}
                        pointers={allFields}
                        onSubmit={() => isDirty && save.run(undefined)}
                        className="gap-5"
                      >
                        <fieldset disabled={!canEdit && id !== 'danger'} className="flex min-w-0 flex-col gap-5">
                          <legend className="sr-only">{tabLabels[id]}</legend>
                          <Panel />
                        </fieldset>
                      </ServerForm>
                    </div>
                  </section>
                </TabPanel>
              );
            })}
          </Tabs>
          <SaveBar
            isDirty={isDirty && canEdit}
            faultCount={faults.size}
            isPending={save.isPending}
            onSave={() => save.run(undefined)}
            onDiscard={() => {
              setDraft(saved);
              save.faults.take(null);
            }}
          />
        </div>
        {isWide && widget.archivedAt === null && (
          <aside aria-label="Preview" className="w-[26rem] shrink-0 border-line border-l bg-canvas p-4">
            {preview}
          </aside>
        )}
      </div>
      <Modal isOpen={previewIsOpen && !isWide} onClose={() => setPreviewIsOpen(false)} title="Preview" size="medium">
        <div className="h-[70dvh]">{preview}</div>
      </Modal>
      <UnsavedGuard isDirty={isDirty && canEdit} />
    </EditorContext>
  );
}

function EditorTabLabel({ id, faultCount }: { id: EditorTab; faultCount: number }) {
  const { tab = 'look' } = route.useSearch();
  // On narrow screens the tabs scroll sideways. The element comes later than the first effects.
  const label = useCallback(
    (element: HTMLDivElement | null) => {
      if (tab === id) element?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    },
    [tab, id],
  );
  return (
    <Tab
      ref={label}
      id={id}
      className={({ isSelected, isHovered }) =>
        cx(
          '-mb-px flex shrink-0 items-center gap-1.5 border-b-2 px-2.5 py-2 font-medium whitespace-nowrap -outline-offset-2!',
          isSelected ? 'border-accent-fg text-accent-fg' : 'border-transparent text-muted',
          isHovered && !isSelected && 'text-fg',
        )
      }
    >
      {tabLabels[id]}
      {faultCount > 0 && (
        <span className="rounded-full bg-danger px-1.5 font-semibold text-2xs text-on-accent">
          {faultCount}
          <span className="sr-only"> to correct</span>
        </span>
      )}
    </Tab>
  );
}
