import { Plus, Trash2 } from 'lucide-react';
import { limits } from '../../../../../../shared/limits.ts';
import { widgetLanguages } from '../../../../../../shared/widget-settings.ts';
import { Button } from '../../../ui/Button.tsx';
import { useFault } from '../../../ui/faults-context.tsx';
import { IconButton } from '../../../ui/IconButton.tsx';
import { Card } from '../../../ui/Page.tsx';
import { SelectField } from '../../../ui/SelectField.tsx';
import { TextAreaField, TextField } from '../../../ui/TextField.tsx';
import { languageLabels } from '../labels.ts';
import { useEditor } from './editor-context.ts';

/** What the widget says by itself, and in which language. */
export function TextsTab() {
  const { draft, change } = useEditor();
  return (
    <>
      <Card title="Welcome">
        <TextAreaField
          label="Welcome message"
          pointer="/welcomeMessage"
          description="Shown before the visitor writes."
          charsMax={limits.welcomeMessageCharsMax}
          value={draft.welcomeMessage}
          onChange={(welcomeMessage) => change({ welcomeMessage })}
        />
      </Card>
      <SuggestedQuestions />
      <Card title="Language">
        <SelectField
          label="Language of the widget’s own texts"
          pointer="/language"
          description="Buttons, hints and states. What you write yourself is not translated."
          value={draft.language}
          onChange={(language) => change({ language })}
          options={widgetLanguages.map((id) => ({ id, label: languageLabels[id] }))}
        />
      </Card>
    </>
  );
}

function SuggestedQuestions() {
  const { draft, change } = useEditor();
  const { clear } = useFault('/suggestedQuestions');
  const questions = draft.suggestedQuestions;
  const set = (next: string[]) => change({ suggestedQuestions: next });
  const isFull = questions.length >= limits.suggestedQuestionsMax;
  return (
    <Card title="Suggested questions" description="A visitor asks one with a single press.">
      {questions.length > 0 && (
        <ul className="flex flex-col gap-2">
          {questions.map((question, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a question has no identity but its place
            <li key={index} className="flex items-start gap-2">
              <TextField
                label={`Question ${index + 1}`}
                hideLabel
                pointer={`/suggestedQuestions/${index}`}
                className="flex-1"
                maxLength={limits.suggestedQuestionCharsMax}
                value={question}
                onChange={(text) => set(questions.map((one, at) => (at === index ? text : one)))}
              />
              <IconButton
                label={`Remove question ${index + 1}`}
                onPress={() => {
                  clear();
                  set(questions.filter((_, at) => at !== index));
                }}
              >
                <Trash2 size={16} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Button size="small" className="self-start" isDisabled={isFull} onPress={() => set([...questions, ''])}>
        <Plus size={14} aria-hidden /> {isFull ? `At most ${limits.suggestedQuestionsMax}` : 'Add a question'}
      </Button>
    </Card>
  );
}
