import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { fileEndings, fileFault, fileLimits } from '../chat/files.ts';
import type { Chat } from '../chat/state.ts';
import type { SendExtras } from '../chat/types.ts';
import { fill } from '../texts/load.ts';
import { Icon, IconButton } from './icons.tsx';
import { hasKeyboard, useShell } from './shell.ts';
import { sizeText } from './size-text.ts';

/** As the server's contract has it. */
const charsMax = 32_000;
const dragEvents = ['dragover', 'dragleave', 'drop'] as const;
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

/** Files of something pasted or dropped. */
const filesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])];

export function Composer({ onSend }: { onSend: (text: string, extras: SendExtras) => void }) {
  const { texts, language, chat, isOpen, takesFocus } = useShell();
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [isDropping, setIsDropping] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
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

  const take = (added: readonly File[]) => {
    const taken = [...files];
    const said = new Set<string>();
    for (const file of added) {
      const fault = fileFault(file);
      if (fault) said.add(fill(texts[fault], file.name));
      else if (taken.length < fileLimits.perMessage) taken.push(file);
      else said.add(fill(texts.fileCount, fileLimits.perMessage));
    }
    setFiles(taken);
    setFaults([...said]);
    box.current?.focus();
  };

  // Anywhere on the chat; a file dropped beside the field would take the place of the whole frame.
  useEffect(() => {
    const onDrag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      // Leaving one element for another inside is no leaving.
      setIsDropping(event.type === 'dragover' || (event.type === 'dragleave' && !!event.relatedTarget));
      if (event.type === 'drop') take(filesOf(event.dataTransfer));
    };
    for (const name of dragEvents) document.addEventListener(name, onDrag);
    return () => {
      for (const name of dragEvents) document.removeEventListener(name, onDrag);
    };
  });

  const canSend = !!text.trim() || files.length > 0;
  const submit = () => {
    if (!canSend) return;
    onSend(text.trim(), { files });
    setText('');
    setFiles([]);
    setFaults([]);
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
      {isDropping && <p class="drop">{texts.drop}</p>}
      {files.length > 0 && (
        <ul class="files" aria-label={texts.attach}>
          {files.map((file, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two files may be alike in everything
            <li class="file" key={i}>
              <Icon name="file" />
              <span>
                <bdi>{file.name}</bdi> <small>{sizeText(file.size, language)}</small>
              </span>
              <IconButton
                name="close"
                label={`${texts.discard}: ${file.name}`}
                onClick={() => {
                  setFiles(files.filter((other) => other !== file));
                  box.current?.focus();
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <div class="fault" role="alert">
        {faults.map((fault) => (
          <p key={fault} dir="auto">
            {fault}
          </p>
        ))}
      </div>
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        accept={fileEndings.map((ending) => `.${ending}`).join()}
        onChange={({ currentTarget: input }) => {
          take([...(input.files ?? [])]);
          // The same file can be picked again.
          input.value = '';
        }}
      />
      <IconButton name="attach" label={texts.attach} onClick={() => picker.current?.click()} />
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
        onPaste={(event) => {
          const pasted = filesOf(event.clipboardData);
          // What offers a picture beside its text, as a table does, is meant as text.
          if (!pasted.length || event.clipboardData?.types.includes('text/plain')) return;
          event.preventDefault();
          take(pasted);
        }}
        onKeyDown={(event) => {
          // While an input method composes a word, Enter belongs to it; Safari says so with 229 only.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
          event.preventDefault();
          submit();
        }}
      />
      <button type="submit" class="send" aria-label={texts.send} title={texts.send} disabled={!canSend}>
        <Icon name="send" />
      </button>
    </form>
  );
}
