import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { approveAnswer } from '../../../../../shared/contracts/answers.ts';
import type { AnswerOf } from '../../../../../shared/contracts/endpoint.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextAreaField, TextField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';
import { questionLine } from './plain-answer.ts';
import { answersKey } from './queries.ts';

interface ApprovedAnswerFormProps {
  questionMessageId: string;
  question: string;
  answer: string;
  onDone: (approved: AnswerOf<typeof approveAnswer>) => void;
  onClose: () => void;
}

/** The right answer to a question, for all who ask alike. */
export function ApprovedAnswerForm(props: ApprovedAnswerFormProps) {
  const { questionMessageId, onDone, onClose } = props;
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const [question, setQuestion] = useState(() => questionLine(props.question, limits.approvedQuestionCharsMax));
  const [answer, setAnswer] = useState(props.answer);
  const save = useAction(
    () => call(approveAnswer, { params: { clientId, questionMessageId }, body: { question, answer } }),
    async (approved) => {
      onDone(approved);
      await queryClient.invalidateQueries({ queryKey: answersKey(clientId) });
    },
  );
  return (
    <ServerForm
      faults={save.faults}
      error={save.error}
      pointers={['/question', '/answer']}
      onSubmit={() => save.run(undefined)}
      className="gap-3"
    >
      <TextField
        label="When somebody asks"
        pointer="/question"
        maxLength={limits.approvedQuestionCharsMax}
        value={question}
        onChange={setQuestion}
      />
      <TextAreaField
        label="The answer is"
        pointer="/answer"
        description="Visitors who ask alike read it as it stands here."
        rows={4}
        charsMax={limits.approvedAnswerCharsMax}
        autoFocus
        value={answer}
        onChange={setAnswer}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="small" onPress={onClose}>
          Cancel
        </Button>
        <Button size="small" type="submit" look="primary" isPending={save.isPending}>
          Approve this answer
        </Button>
      </div>
    </ServerForm>
  );
}
