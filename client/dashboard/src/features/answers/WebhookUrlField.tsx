import { TextField } from '../../ui/TextField.tsx';
import { useEditor } from '../widgets/editor/editor-context.ts';

/** Where the widget's workflow is called. */
export function WebhookUrlField() {
  const { draft, change } = useEditor();
  return (
    <TextField
      label="Address of the webhook"
      pointer="/engineSettings/webhookUrl"
      inputMode="url"
      autoComplete="off"
      placeholder="https://n8n.example.com/webhook/…/chat"
      description="It gets each question and answers it; the address of an n8n chat trigger works as it is. When it is slow or fails, your documents answer in its place, and where they do not know, a person is offered."
      value={draft.engineSettings.webhookUrl ?? ''}
      onChange={(webhookUrl) => change({ engineSettings: { ...draft.engineSettings, webhookUrl } })}
    />
  );
}
