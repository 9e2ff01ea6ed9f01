import { limits } from '../../../../../../shared/limits.ts';
import {
  type EngineSettings,
  type RetrievalSettings,
  widgetEngines,
} from '../../../../../../shared/widget-settings.ts';
import { NumberField } from '../../../ui/NumberField.tsx';
import { Card } from '../../../ui/Page.tsx';
import { RadioCards } from '../../../ui/RadioCards.tsx';
import { SwitchField } from '../../../ui/SwitchField.tsx';
import { TextAreaField, TextField } from '../../../ui/TextField.tsx';
import { engineLabels } from '../labels.ts';
import { useEditor } from './editor-context.ts';

const usualTemperature = 0.7;

/** What answers by itself, and from what. */
export function AssistantTab() {
  const { draft, change } = useEditor();
  const settings = draft.engineSettings;
  const setEngine = (part: Partial<EngineSettings>) => change({ engineSettings: { ...settings, ...part } });
  const setRetrieval = (part: Partial<RetrievalSettings>) => change({ retrieval: { ...draft.retrieval, ...part } });
  const usesModel = draft.engine === 'llm';
  return (
    <>
      <Card title="Who answers first?">
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
          <TextField
            label="Address of the webhook"
            pointer="/engineSettings/webhookUrl"
            type="url"
            placeholder="https://n8n.example.com/webhook/…/chat"
            description="It gets each question and answers it. A chat trigger of n8n works as it is."
            value={settings.webhookUrl ?? ''}
            onChange={(webhookUrl) => setEngine({ webhookUrl })}
          />
        )}
        {usesModel && (
          <div className="grid gap-4 sm:grid-cols-[1fr_10rem]">
            <TextField
              label="Model"
              pointer="/engineSettings/model"
              mono
              description="As the model’s provider calls it."
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
        )}
      </Card>
      {draft.engine !== 'none' && (
        <>
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
          <Card title="Knowledge">
            <SwitchField
              label="Look answers up"
              description="In your documents and in the source below, with the passages shown as citations."
              value={draft.retrieval.enabled}
              onChange={(enabled) => setRetrieval({ enabled })}
            />
            {draft.retrieval.enabled && (
              <TextField
                label="Page or site to read"
                pointer="/retrieval/sourceUrl"
                type="url"
                placeholder="https://www.example.com/help"
                description="Empty: your documents alone."
                value={draft.retrieval.sourceUrl}
                onChange={(sourceUrl) => setRetrieval({ sourceUrl })}
              />
            )}
          </Card>
        </>
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
