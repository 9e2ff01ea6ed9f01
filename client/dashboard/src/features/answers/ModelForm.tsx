import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ModelView, removeModel, setModel } from '../../../../../shared/contracts/answers.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { SwitchField } from '../../ui/SwitchField.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { moneyInput, readMoney } from './figures.ts';
import { MoneyField } from './MoneyField.tsx';
import { modelQuery } from './queries.ts';

const pointers = ['/baseUrl', '/model', '/apiKey', '/priceInMicros', '/priceOutMicros', '/monthlyCapMicros'];

/** The client's own model: where it is, its key, what it costs and may cost. */
export function ModelForm({ view }: { view: ModelView }) {
  const { clientId, may } = useCurrentClient();
  const queryClient = useQueryClient();
  const { settings, installationModel } = view;
  const [isRemoving, setIsRemoving] = useState(false);
  const [baseUrl, setBaseUrl] = useState(settings?.baseUrl ?? '');
  const [model, setModelName] = useState(settings?.model ?? '');
  /** Null: left as it is. */
  const [apiKey, setApiKey] = useState<string | null>(settings?.hasApiKey ? null : '');
  const [priceIn, setPriceIn] = useState(moneyInput(settings?.priceInMicros ?? 0));
  const [priceOut, setPriceOut] = useState(moneyInput(settings?.priceOutMicros ?? 0));
  const [cap, setCap] = useState(settings?.monthlyCapMicros == null ? null : moneyInput(settings.monthlyCapMicros));
  const canEdit = may('models.manage');
  const save = useAction(
    (body: Parameters<typeof call<typeof setModel>>[1]['body']) => call(setModel, { params: { clientId }, body }),
    (answer) => {
      queryClient.setQueryData(modelQuery(clientId).queryKey, answer);
      toastDone('The model is saved. The next question is asked of it.');
    },
  );
  const submit = () => {
    const prices = { priceInMicros: readMoney(priceIn), priceOutMicros: readMoney(priceOut) };
    const monthlyCapMicros = cap === null ? null : readMoney(cap);
    // What is no amount says so at its field.
    if (prices.priceInMicros === null || prices.priceOutMicros === null) return;
    if (cap !== null && monthlyCapMicros === null) return;
    save.run({
      baseUrl,
      model,
      ...(apiKey !== null && { apiKey }),
      priceInMicros: prices.priceInMicros,
      priceOutMicros: prices.priceOutMicros,
      monthlyCapMicros,
    });
  };
  return (
    <Card
      title="Your own model"
      description="Any endpoint that speaks the OpenAI protocol: OpenAI, Mistral, OpenRouter, Ollama, vLLM and others."
      {...(settings !== null &&
        canEdit && {
          actions: (
            <Button size="small" onPress={() => setIsRemoving(true)}>
              Forget it…
            </Button>
          ),
        })}
    >
      {settings === null && <WithoutOwn installationModel={installationModel} />}
      <ServerForm faults={save.faults} error={save.error} pointers={pointers} onSubmit={submit}>
        <fieldset disabled={!canEdit} className="flex min-w-0 flex-col gap-4">
          <legend className="sr-only">Model</legend>
          <TextField
            label="Base URL"
            pointer="/baseUrl"
            type="url"
            placeholder="https://api.openai.com/v1"
            description="Without /chat/completions at its end."
            maxLength={limits.urlCharsMax}
            value={baseUrl}
            onChange={setBaseUrl}
          />
          <TextField
            label="Model"
            pointer="/model"
            mono
            description="As its provider calls it. A widget may name another one of the same endpoint."
            maxLength={limits.nameCharsMax}
            value={model}
            onChange={setModelName}
          />
          <KeyField value={apiKey} onChange={setApiKey} hasKey={settings?.hasApiKey ?? false} />
          <div className="grid gap-4 sm:grid-cols-2">
            <MoneyField
              label="Price in"
              pointer="/priceInMicros"
              description="For a million tokens of questions and passages."
              value={priceIn}
              onChange={setPriceIn}
            />
            <MoneyField
              label="Price out"
              pointer="/priceOutMicros"
              description="For a million tokens of answers."
              value={priceOut}
              onChange={setPriceOut}
            />
          </div>
          <SwitchField
            label="Spend at most so much in a month"
            description="Beyond it your documents answer until the month (UTC) ends. It goes by the prices above."
            value={cap !== null}
            onChange={(on) => setCap(on ? moneyInput(settings?.monthlyCapMicros ?? 10_000_000) : null)}
          />
          {cap !== null && (
            <MoneyField
              label="In a month at most"
              pointer="/monthlyCapMicros"
              description="In the currency of the prices."
              className="sm:max-w-60"
              value={cap}
              onChange={setCap}
            />
          )}
          {canEdit && (
            <Button type="submit" look="primary" className="self-start" isPending={save.isPending}>
              Save the model
            </Button>
          )}
        </fieldset>
      </ServerForm>
      <ConfirmDialog
        isOpen={isRemoving}
        onClose={() => setIsRemoving(false)}
        title="Forget this model?"
        confirmLabel="Forget model and key"
        onConfirm={async () => {
          await call(removeModel, { params: { clientId } });
          await queryClient.invalidateQueries({ queryKey: modelQuery(clientId).queryKey });
          toastDone('The model and its key are forgotten.');
        }}
      >
        {installationModel === null
          ? 'Widgets that ask a model answer from your documents alone from then on.'
          : `Widgets that ask a model ask ${installationModel}, the one of this installation, from then on.`}
      </ConfirmDialog>
    </Card>
  );
}

function WithoutOwn({ installationModel }: { installationModel: string | null }) {
  if (installationModel === null) {
    return (
      <Notice tone="note" title="No model is set">
        Widgets answer from your documents, word for word and with their sources. A model puts it in its own words.
      </Notice>
    );
  }
  return (
    <Notice tone="success" title={`Answers come from ${installationModel}`}>
      Whoever runs this installation has set it up, so you need nothing here. A model of your own takes its place.
    </Notice>
  );
}

interface KeyFieldProps {
  value: string | null;
  onChange: (value: string | null) => void;
  hasKey: boolean;
}

/** The key can be entered and never read. */
function KeyField({ value, onChange, hasKey }: KeyFieldProps) {
  if (value === null) {
    return (
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-40 flex-1">
          <span className="block font-medium text-[0.8125rem]">API key</span>
          <span className="text-muted text-xs">Set, kept encrypted, and never shown.</span>
        </p>
        <Button size="small" onPress={() => onChange('')}>
          Replace the key
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-col items-start gap-1.5">
      <TextField
        label="API key"
        pointer="/apiKey"
        type="password"
        autoComplete="off"
        className="w-full"
        description={
          hasKey
            ? 'Takes the place of the present key; empty removes it.'
            : 'Not set. Kept encrypted and never shown again. Empty: the endpoint wants none.'
        }
        maxLength={limits.modelKeyCharsMax}
        value={value}
        onChange={onChange}
      />
      {hasKey && (
        <Button size="small" look="quiet" onPress={() => onChange(null)}>
          Keep the present key
        </Button>
      )}
    </div>
  );
}
