import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from './icons.tsx';
import { hasKeyboard, useShell } from './shell.ts';

/** As the server's contract has it. */
const charsMax = 32_000;
const typingRepeatMs = 3000;
const typingEndsMs = 5000;
/** The box grows with the text up to here. */
const heightMaxPx = 140;

export function Composer({ onSend }: { onSend: (text: string) => void }) {
  const { texts, chat, isOpen, takesFocus } = useShell();
  const [text, setText] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  const said = useRef({ at: 0, timer: undefined as ReturnType<typeof setTimeout> | undefined });

  useEffect(() => {
    if (isOpen && takesFocus && hasKeyboard()) box.current?.focus();
  }, [isOpen, chat]);

  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${Math.min(current.scrollHeight, heightMaxPx)}px`;
  }, [text, isOpen]);

  const stopTyping = () => {
    clearTimeout(said.current.timer);
    if (said.current.at) chat.typing(false);
    said.current.at = 0;
  };
  useEffect(() => stopTyping, [chat]);

  const typed = (value: string) => {
    setText(value);
    if (!value) {
      stopTyping();
      return;
    }
    clearTimeout(said.current.timer);
    said.current.timer = setTimeout(stopTyping, typingEndsMs);
    if (Date.now() - said.current.at > typingRepeatMs) {
      said.current.at = Date.now();
      chat.typing(true);
    }
  };

  const submit = () => {
    if (!text.trim()) return;
    onSend(text.trim());
    setText('');
    stopTyping();
    box.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={box}
        rows={1}
        dir="auto"
        maxLength={charsMax}
        value={text}
        placeholder={texts.write}
        aria-label={texts.write}
        onInput={({ currentTarget }) => typed(currentTarget.value)}
        onKeyDown={(event) => {
          // While an input method composes a word, Enter belongs to it; Safari says so with 229 only.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" class="send" aria-label={texts.send} title={texts.send} disabled={!text.trim()}>
        <Icon name="send" />
      </button>
    </form>
  );
}
