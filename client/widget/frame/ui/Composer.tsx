import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Chat } from '../chat/state.ts';
import { Icon } from './icons.tsx';
import { hasKeyboard, useShell } from './shell.ts';

/** As the server's contract has it. */
const charsMax = 32_000;
const typingRepeatMs = 3000;
const typingEndsMs = 5000;
/** The box grows with the text up to here. */
const heightMaxPx = 140;

/** Says that the visitor writes, again as long as they do, and that they have stopped. */
function createTypingNotice(chat: Chat): { typed(): void; stop(): void } {
  let saidAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    if (saidAt) chat.typing(false);
    saidAt = 0;
  };
  return {
    stop,
    typed() {
      clearTimeout(timer);
      timer = setTimeout(stop, typingEndsMs);
      if (Date.now() - saidAt < typingRepeatMs) return;
      saidAt = Date.now();
      chat.typing(true);
    },
  };
}

export function Composer({ onSend }: { onSend: (text: string) => void }) {
  const { texts, chat, isOpen, takesFocus } = useShell();
  const [text, setText] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  const notice = useMemo(() => createTypingNotice(chat), [chat]);
  useEffect(() => notice.stop, [notice]);

  useEffect(() => {
    if (isOpen && takesFocus && hasKeyboard()) box.current?.focus();
  }, [isOpen, takesFocus]);

  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${Math.min(current.scrollHeight, heightMaxPx)}px`;
  });

  const submit = () => {
    if (!text.trim()) return;
    onSend(text.trim());
    setText('');
    notice.stop();
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
        // An empty field follows the language of its placeholder.
        dir={text ? 'auto' : undefined}
        maxLength={charsMax}
        value={text}
        placeholder={texts.write}
        aria-label={texts.write}
        onInput={({ currentTarget: { value } }) => {
          setText(value);
          if (value) notice.typed();
          else notice.stop();
        }}
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
