import { SendHorizontal } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import { limits } from '../../../../../shared/limits.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { useLive } from '../../lib/live.ts';
import { randomId } from '../../lib/random-id.ts';
import { readStored, writeStored } from '../../lib/stored.ts';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import type { ConversationDetail } from './queries.ts';
import { useOutbox } from './use-outbox.ts';

const typingRepeatMs = 3_000;
const typingEndMs = 5_000;

/** Where the agent answers. What is written stays, per conversation, until it is sent. */
export function Composer({
  detail,
  inputRef,
}: {
  detail: ConversationDetail;
  inputRef: RefObject<HTMLTextAreaElement | null>;
}) {
  const { clientId, may } = useCurrentClient();
  const outbox = useOutbox();
  const [text, setText] = useDraft(detail.id);
  const typing = useTypingSignal(detail.id);
  const isTooLong = text.length > limits.messageCharsMax;
  const isEmpty = text.trim() === '';
  // On a touch keyboard there is no Shift + Enter.
  const isTouch = useMediaQuery('(pointer: coarse)');

  if (!may('conversations.reply')) return null;

  const send = () => {
    if (isEmpty || isTooLong) return;
    outbox.add({
      clientMessageId: randomId(),
      clientId,
      conversationId: detail.id,
      content: text.trim(),
      createdAt: new Date().toISOString(),
    });
    setText('');
    typing.end();
    inputRef.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also confirms a word in an input method.
    if (event.key !== 'Enter' || event.shiftKey || isTouch || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <div className="shrink-0 border-line border-t bg-surface px-3 pt-2.5 pb-3">
      <form
        className="mx-auto max-w-3xl rounded-2xl border border-line-strong bg-surface has-focus:border-accent-fg has-focus:outline has-focus:outline-accent-fg"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextField
          aria-label="Your answer"
          value={text}
          onChange={(value) => {
            setText(value);
            if (value.trim() === '') typing.end();
            else typing.go();
          }}
          isInvalid={isTooLong}
        >
          <TextArea
            ref={inputRef}
            rows={2}
            onKeyDown={onKeyDown}
            onBlur={typing.end}
            placeholder={detail.status === 'closed' ? 'Answering reopens the conversation' : 'Write an answer…'}
            className="field-sizing-content scroll-thin max-h-60 min-h-14 w-full resize-none bg-transparent px-3.5 pt-2.5 outline-none"
          />
        </TextField>
        <div className="flex items-center justify-between gap-2 px-2 pb-2">
          <p className={cx('min-w-0 truncate px-1.5 text-xs', isTooLong ? 'text-danger-fg' : 'text-muted')}>
            {isTooLong
              ? `${(text.length - limits.messageCharsMax).toLocaleString('en')} characters too many`
              : text.length > limits.messageCharsMax * 0.9
                ? `${(limits.messageCharsMax - text.length).toLocaleString('en')} characters left`
                : isTouch
                  ? ''
                  : 'Enter sends, Shift + Enter begins a new line'}
          </p>
          <Button type="submit" look="primary" size="small" className="h-8" isDisabled={isEmpty || isTooLong}>
            Send <SendHorizontal size={14} aria-hidden />
          </Button>
        </div>
      </form>
    </div>
  );
}

/** The unsent text of a conversation, kept in this browser. */
function useDraft(conversationId: string) {
  const name = `draft:${conversationId}`;
  const [text, setText] = useState(() => readStored<string>(name) ?? '');
  return [
    text,
    (next: string) => {
      setText(next);
      writeStored(name, next === '' ? null : next);
    },
  ] as const;
}

/** Tells the others that this agent is writing, often enough that it does not lapse, and when it ends. */
function useTypingSignal(conversationId: string): { go: () => void; end: () => void } {
  const live = useLive();
  const lastSentMs = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const end = () => {
    clearTimeout(timer.current);
    if (lastSentMs.current === 0) return;
    lastSentMs.current = 0;
    live?.sendTyping(conversationId, false);
  };
  const latestEnd = useRef(end);
  latestEnd.current = end;
  useEffect(() => () => latestEnd.current(), []);
  return {
    go: () => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => latestEnd.current(), typingEndMs);
      if (Date.now() - lastSentMs.current < typingRepeatMs) return;
      lastSentMs.current = Date.now();
      live?.sendTyping(conversationId, true);
    },
    end,
  };
}
