import { ChevronDown, ChevronUp, Plus, Trash2 } from 'lucide-react';
import { limits } from '../../../../../../shared/limits.ts';
import { type PreChatField, preChatFieldTypes } from '../../../../../../shared/widget-settings.ts';
import { Button } from '../../../ui/Button.tsx';
import { useFault } from '../../../ui/faults-context.tsx';
import { IconButton } from '../../../ui/IconButton.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { Card } from '../../../ui/Page.tsx';
import { SelectField } from '../../../ui/SelectField.tsx';
import { SwitchField } from '../../../ui/SwitchField.tsx';
import { TextAreaField, TextField } from '../../../ui/TextField.tsx';
import { preChatTypeLabels } from '../labels.ts';
import { useEditor } from './editor-context.ts';
import { fieldNameFrom } from './field-name.ts';

const emailField: PreChatField = { name: 'email', label: 'Email address', type: 'email', required: true, options: [] };

/** What visitors are asked before they write. */
export function PreChatTab() {
  const { draft, change } = useEditor();
  const { enabled, fields } = draft.preChat;
  const { fault, clear } = useFault('/preChat/fields');
  const setFields = (next: PreChatField[]) => {
    clear();
    change({ preChat: { enabled, fields: next } });
  };
  const isFull = fields.length >= limits.preChatFieldsMax;
  return (
    <>
      <Card>
        <SwitchField
          label="Ask before the chat begins"
          description="Every question asked costs visitors. The fields “name” and “email” become the visitor’s."
          value={enabled}
          onChange={(on) =>
            change({ preChat: { enabled: on, fields: on && fields.length === 0 ? [emailField] : fields } })
          }
        />
      </Card>
      {fault !== undefined && <Notice tone="danger">{fault}</Notice>}
      {enabled &&
        fields.map((field, index) => (
          <FieldCard
            // biome-ignore lint/suspicious/noArrayIndexKey: the name is edited, so the place is the identity
            key={index}
            field={field}
            index={index}
            fields={fields}
            onChange={setFields}
          />
        ))}
      {enabled && (
        <Button
          className="self-start"
          isDisabled={isFull}
          onPress={() =>
            setFields([
              ...fields,
              {
                name: fieldNameFrom(
                  'field',
                  fields.map((field) => field.name),
                ),
                label: '',
                type: 'text',
                required: false,
                options: [],
              },
            ])
          }
        >
          <Plus size={15} aria-hidden /> {isFull ? `At most ${limits.preChatFieldsMax} fields` : 'Add a field'}
        </Button>
      )}
    </>
  );
}

interface FieldCardProps {
  field: PreChatField;
  index: number;
  fields: PreChatField[];
  onChange: (fields: PreChatField[]) => void;
}

function FieldCard({ field, index, fields, onChange }: FieldCardProps) {
  const pointer = `/preChat/fields/${index}`;
  const set = (part: Partial<PreChatField>) =>
    onChange(fields.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const move = (to: number) => {
    const next = fields.filter((_, at) => at !== index);
    next.splice(to, 0, field);
    onChange(next);
  };
  const others = fields.filter((_, at) => at !== index).map((one) => one.name);
  // A name that was made from the label follows it; one that was typed stays.
  const relabel = (label: string) => {
    const isMade = field.name === fieldNameFrom(field.label === '' ? 'field' : field.label, others);
    set({ label, ...(isMade && { name: fieldNameFrom(label === '' ? 'field' : label, others) }) });
  };
  const title = field.label.trim() === '' ? `Field ${index + 1}` : field.label;
  return (
    <Card
      title={title}
      actions={
        <span className="flex">
          <IconButton label={`Move ${title} up`} size="small" isDisabled={index === 0} onPress={() => move(index - 1)}>
            <ChevronUp size={16} aria-hidden />
          </IconButton>
          <IconButton
            label={`Move ${title} down`}
            size="small"
            isDisabled={index === fields.length - 1}
            onPress={() => move(index + 1)}
          >
            <ChevronDown size={16} aria-hidden />
          </IconButton>
          <IconButton
            label={`Remove ${title}`}
            size="small"
            onPress={() => onChange(fields.filter((_, at) => at !== index))}
          >
            <Trash2 size={15} aria-hidden />
          </IconButton>
        </span>
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField label="Label" pointer={`${pointer}/label`} value={field.label} onChange={relabel} />
        <TextField
          label="Name of the answer"
          pointer={`${pointer}/name`}
          mono
          value={field.name}
          onChange={(name) => set({ name })}
        />
        <SelectField
          label="Kind"
          pointer={`${pointer}/type`}
          value={field.type}
          onChange={(type) => set({ type, options: type === 'select' ? field.options : [] })}
          options={preChatFieldTypes.map((id) => ({ id, label: preChatTypeLabels[id] }))}
        />
        <SwitchField
          label="Must be answered"
          value={field.required}
          onChange={(required) => set({ required })}
          className="self-end pb-2"
        />
      </div>
      {field.type === 'select' && <Options field={field} pointer={pointer} onChange={(options) => set({ options })} />}
    </Card>
  );
}

function Options(props: { field: PreChatField; pointer: string; onChange: (options: string[]) => void }) {
  const { fault } = useFault(`${props.pointer}/options`, { deep: true });
  return (
    <>
      <TextAreaField
        label="Choices"
        description="One per line."
        value={props.field.options.join('\n')}
        onChange={(text) => props.onChange(text === '' ? [] : text.split('\n'))}
      />
      {fault !== undefined && <Notice tone="danger">{fault}</Notice>}
    </>
  );
}
