import { useEffect, useRef, useState } from 'preact/hooks';
import type { PreChatField } from '../../../../shared/widget-settings.ts';
import { hasKeyboard, useShell } from './shell.ts';

type Answers = Record<string, string>;

const isEmail = (value: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
const charsMax = 1000;

/** The questions the owner asks before the first message. Faults stand at their fields, all at once. */
export function PreChat({ onDone }: { onDone: (answers: Answers) => void }) {
  const { config, texts, isOpen, takesFocus } = useShell();
  const form = useRef<HTMLFormElement>(null);
  const { fields } = config.preChat;
  const [answers, setAnswers] = useState<Answers>({});
  const [hasTried, setHasTried] = useState(false);

  useEffect(() => {
    if (isOpen && takesFocus && hasKeyboard())
      form.current?.querySelector<HTMLElement>('input,select,textarea')?.focus();
  }, [isOpen, takesFocus]);

  const fault = ({ name, type, required }: PreChatField): string => {
    const value = (answers[name] ?? '').trim();
    if (required && !value) return texts.missing;
    return type === 'email' && value && !isEmail(value) ? texts.badEmail : '';
  };

  return (
    <form
      ref={form}
      class="pre-chat"
      noValidate
      aria-label={texts.before}
      onSubmit={(event) => {
        event.preventDefault();
        setHasTried(true);
        const bad = fields.find(fault);
        if (bad) document.getElementById(`field-${bad.name}`)?.focus();
        else onDone(Object.fromEntries(Object.entries(answers).filter(([, value]) => value.trim())));
      }}
    >
      <h2>{texts.before}</h2>
      {fields.map((field) => {
        const { name, label, type, required, options } = field;
        const id = `field-${name}`;
        const problem = hasTried ? fault(field) : '';
        const props = {
          id,
          name,
          required,
          'aria-invalid': !!problem,
          value: answers[name] ?? '',
          onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
            setAnswers({ ...answers, [name]: currentTarget.value }),
          ...(problem && { 'aria-describedby': `${id}-fault` }),
        };
        return (
          <div class="field" key={name}>
            <label for={id}>
              {label}
              {!required && <span> ({texts.optional})</span>}
            </label>
            {type === 'select' ? (
              <select {...props}>
                <option value="">{texts.choose}</option>
                {options.map((option) => (
                  <option key={option}>{option}</option>
                ))}
              </select>
            ) : type === 'textarea' ? (
              <textarea rows={3} maxLength={charsMax} {...props} />
            ) : (
              <input
                type={type as 'text'}
                maxLength={charsMax}
                autocomplete={type === 'text' ? 'on' : type}
                {...props}
              />
            )}
            {problem && (
              <p class="fault" id={`${id}-fault`}>
                {problem}
              </p>
            )}
          </div>
        );
      })}
      <button type="submit" class="primary">
        {texts.start}
      </button>
    </form>
  );
}
