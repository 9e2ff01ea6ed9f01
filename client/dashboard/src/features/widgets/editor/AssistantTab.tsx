import { Link } from '@tanstack/react-router';
import { limits } from '../../../../../../shared/limits.ts';
import { type EngineSettings, widgetEngines } from '../../../../../../shared/widget-settings.ts';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { NumberField } from '../../../ui/NumberField.tsx';
import { Card } from '../../../ui/Page.tsx';
import { RadioCards } from '../../../ui/RadioCards.tsx';
import { TextAreaField, TextField } from '../../../ui/TextField.tsx';
import { WebhookUrlField } from '../../answers/WebhookUrlField.tsx';
import { engineLabels } from '../labels.ts';
import { useEditor } from './editor-context.ts';
import { KnowledgeCard } from './KnowledgeCard.tsx';

const usualTemperature = 0.7;

/** What answers by itself, and from what. */
export function AssistantTab() {
  const { clientId } = useCurrentClient();
  const { draft, change } = useEditor();
  const settings = draft.engineSettings;
  const setEngine = (part: Partial<EngineSettings>) => change({ engineSettings: { ...settings, ...part } });
  return (
    <>
      <Card
        title="Who answers first?"
        description="A person can take over at any moment; then the assistant is silent."
      >
        <RadioCards
          label="Engine"
          hideLabel
          pointer="/engine"
          value={draft.engine}
          onChange={(engine) => change({ engine })}
          gridClassName="grid gap-2 sm:grid-cols-2"
          options={widgetEngines.map((id) => ({ id, ...engineLabels[id] }))}
        />
        {draft.engine === 'webhook' && (
          <>
            <WebhookUrlField />
            <p className="text-muted text-xs">
              How calls are signed, and how each of them went, is in the tab “Webhook”.
            </p>
          </>
        )}
        {draft.engine === 'llm' && (
          <>
            <div className="grid gap-4 sm:grid-cols-[1fr_10rem]">
              <TextField
                label="Model (optional)"
                pointer="/engineSettings/model"
                mono
                description="As its provider calls it, in place of the model in your settings."
                maxLength={limits.nameCharsMax}
                value={settings.model ?? ''}
                onChange={(model) => setEngine({ model })}
              />
              <NumberField
                label="Temperature"
                pointer="/engineSettings/temperature"
                description="0 sober, 2 wild."
                minValue={0}
                maxValue={2}
                step={0.1}
                value={settings.temperature ?? usualTemperature}
                onChange={(temperature) => setEngine({ temperature })}
              />
            </div>
            <p className="text-muted text-xs">
              Which endpoint is asked, its key and the most it may cost in a month are set once for all widgets, under{' '}
              <Link
                to="/c/$clientId/settings/model"
                params={{ clientId }}
                className="text-accent-fg underline underline-offset-2"
              >
                Settings, Model
              </Link>
              . Without a model, or when it does not answer, your documents answer in its place.
            </p>
          </>
        )}
      </Card>
      {draft.engine !== 'none' && <KnowledgeCard />}
      {draft.engine === 'llm' && (
        <Card title="Instructions">
          <TextAreaField
            label="System prompt"
            pointer="/systemPrompt"
            description="Who the assistant is, how it speaks, what it must not do. Visitors do not see it."
            rows={6}
            charsMax={limits.systemPromptCharsMax}
            value={draft.systemPrompt}
            onChange={(systemPrompt) => change({ systemPrompt })}
          />
        </Card>
      )}
      <Card title="Voice">
        <TextField
          label="Voice"
          pointer="/voice"
          description="The name of the voice for calls, as the voice provider calls it. Empty: none."
          maxLength={limits.nameCharsMax}
          value={draft.voice}
          onChange={(voice) => change({ voice })}
        />
      </Card>
    </>
  );
}
