import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type PrivacyView, updatePrivacy } from '../../../../../shared/contracts/privacy.ts';
import { retentionDays as bounds } from '../../../../../shared/privacy-vocabulary.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime } from '../../lib/dates.ts';
import { Button } from '../../ui/Button.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { SwitchField } from '../../ui/SwitchField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { countsSentence } from './counts-sentence.ts';
import { dueQuery, privacyQuery } from './queries.ts';

const usualDays = 365;

/** The rule, what it would erase now, and what it did last. */
export function RetentionForm({ privacy }: { privacy: PrivacyView }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const [isLimited, setIsLimited] = useState(privacy.retentionDays !== null);
  const [days, setDays] = useState(privacy.retentionDays ?? usualDays);
  const wanted = isLimited ? days : null;
  const save = useAction(
    () => call(updatePrivacy, { params: { clientId }, body: { retentionDays: wanted } }),
    (view) => {
      queryClient.setQueryData(privacyQuery(clientId).queryKey, view);
      toastDone('The rule is saved.');
    },
  );
  return (
    <ServerForm
      faults={save.faults}
      error={save.error}
      pointers={['/retentionDays']}
      onSubmit={() => save.run(undefined)}
    >
      <SwitchField
        label="Erase old conversations"
        description="Every night. Off: they are kept for ever."
        value={isLimited}
        onChange={setIsLimited}
      />
      {isLimited && (
        <>
          <NumberField
            label="Days after the last message"
            pointer="/retentionDays"
            description={`From ${bounds.min} to ${bounds.max}.`}
            className="max-w-48"
            minValue={bounds.min}
            maxValue={bounds.max}
            value={days}
            onChange={setDays}
          />
          <Due days={days} />
        </>
      )}
      <p className="text-[0.8125rem] text-muted">
        {privacy.nextRunAt && `Next: ${fullTime(privacy.nextRunAt)}. `}
        {privacy.lastRunAt
          ? `Last: ${fullTime(privacy.lastRunAt)}, erased ${countsSentence(privacy.lastRun ?? {})}.`
          : 'This has not run yet.'}
      </p>
      <Button
        type="submit"
        className="self-start"
        isPending={save.isPending}
        isDisabled={wanted === privacy.retentionDays}
      >
        Save rule
      </Button>
    </ServerForm>
  );
}

function Due({ days }: { days: number }) {
  const { clientId } = useCurrentClient();
  const query = useQuery({ ...dueQuery(clientId, days), staleTime: 0, placeholderData: (before) => before });
  const due = query.data && countsSentence(query.data);
  return (
    <p role="status" className="text-[0.8125rem]">
      {query.isError && 'How much that would be could not be counted.'}
      {query.isPending && 'Counting…'}
      {due && (due === 'nothing' ? 'Nothing is that old now.' : `Would go now: ${due}.`)}
    </p>
  );
}
