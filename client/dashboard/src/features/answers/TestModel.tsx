import { useMutation, useQueryClient } from '@tanstack/react-query';
import { testModel } from '../../../../../shared/contracts/answers.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { durationText } from './figures.ts';
import { modelQuery } from './queries.ts';

/** A little longer than the server waits for the model. */
const timeoutMs = 40_000;

/** Says hello to the model that is saved, and tells how that went. */
export function TestModel() {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const test = useMutation({
    mutationFn: () => call(testModel, { params: { clientId } }, { timeoutMs }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: modelQuery(clientId).queryKey }),
  });
  const { data } = test;
  return (
    <Card
      title="Does it answer?"
      description="Says hello to the model as it is saved. It costs as much as a short answer."
    >
      <Button className="self-start" isPending={test.isPending} onPress={() => test.mutate()}>
        Test it
      </Button>
      <div role="status">
        {!test.isPending && data?.ok && (
          <Notice tone="success" title={`It works: ${data.model} answered in ${durationText(data.durationMs)}`}>
            <p className="break-words">“{data.text}”</p>
          </Notice>
        )}
        {!test.isPending && data && !data.ok && (
          <Notice tone="danger" isAlert={false} title="It does not answer">
            <p className="break-words">{data.failure}</p>
            <p className="text-xs">After {durationText(data.durationMs)}.</p>
          </Notice>
        )}
      </div>
      {test.isError && <Notice tone="danger">{sentenceOf(test.error)}</Notice>}
    </Card>
  );
}
