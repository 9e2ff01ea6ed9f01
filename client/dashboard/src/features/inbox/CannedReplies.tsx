import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useEffect, useId, useMemo, useState } from 'react';
import type { CannedReplyView } from '../../../../../shared/contracts/inbox.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { cx } from '../../ui/cx.ts';
import { cannedRepliesQuery } from './extras-queries.ts';
import { insertReply, repliesFor, type SlashWord, slashWordAt } from './slash-word.ts';

export interface CannedReplies {
  /** The replies on offer; empty while no `/word` is being typed. */
  offered: readonly CannedReplyView[];
  /** Whether a `/word` is being typed while there is no reply at all to insert. */
  hasNone: boolean;
  active: number;
  listId: string;
  /** To be called whenever the text or the caret changes. */
  look: () => void;
  /** Takes the keys that belong to the list; answers whether it took this one. */
  onKeyDown: (event: KeyboardEvent) => boolean;
  choose: (reply: CannedReplyView) => void;
  close: () => void;
}

interface Parts {
  input: RefObject<HTMLTextAreaElement | null>;
  onText: (text: string) => void;
}

/** Offers canned replies while a `/word` is typed, and puts the chosen one in its place. */
export function useCannedReplies({ input, onText }: Parts): CannedReplies {
  const { clientId } = useCurrentClient();
  const [slash, setSlash] = useState<SlashWord | null>(null);
  const [active, setActive] = useState(0);
  const listId = useId();
  const { data } = useQuery({ ...cannedRepliesQuery(clientId), enabled: slash !== null });
  const offered = useMemo(() => (slash && data ? repliesFor(data, slash.word) : []), [slash, data]);

  const close = () => setSlash(null);
  const look = () => {
    const element = input.current;
    const found =
      element && element.selectionStart === element.selectionEnd
        ? slashWordAt(element.value, element.selectionStart)
        : null;
    if (found?.start === slash?.start && found?.word === slash?.word) return;
    setSlash(found);
    setActive(0);
  };
  const choose = (reply: CannedReplyView) => {
    const element = input.current;
    if (!element || !slash) return;
    const { text, caret } = insertReply(element.value, slash, reply.content);
    onText(text);
    close();
    element.focus();
    // After the text is drawn.
    requestAnimationFrame(() => element.setSelectionRange(caret, caret));
  };
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (slash === null || offered.length === 0) return false;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setActive((active + step + offered.length) % offered.length);
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') choose(offered[active]!);
    else if (event.key === 'Escape') close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { offered, hasNone: slash !== null && data?.length === 0, active, listId, look, onKeyDown, choose, close };
}

/** The list above the answer; the focus stays in the text. */
export function CannedReplyList({ canned }: { canned: CannedReplies }) {
  const { offered, active, listId } = canned;
  useEffect(() => {
    document.getElementById(`${listId}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [listId, active]);
  if (canned.hasNone) {
    return (
      <p className="border-line border-b px-3.5 py-2 text-muted text-xs">
        No canned replies yet. Admins make them in the settings.
      </p>
    );
  }
  if (offered.length === 0) return null;
  return (
    <div
      id={listId}
      role="listbox"
      aria-label="Canned replies"
      className="scroll-thin max-h-56 overflow-y-auto border-line border-b p-1"
    >
      {offered.map((reply, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys arrive at the text, which has the focus
        <div
          key={reply.id}
          id={`${listId}-${index}`}
          role="option"
          aria-selected={index === active}
          tabIndex={-1}
          // The text must not lose the focus to a press on the list.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => canned.choose(reply)}
          className={cx(
            'flex items-baseline gap-2 rounded-lg px-2.5 py-1.5',
            index === active ? 'bg-accent-soft' : 'hover:bg-hover',
          )}
        >
          <span className="shrink-0 font-mono text-accent-fg text-xs">/{reply.shortcut}</span>
          <span className="shrink-0 font-medium text-[0.8125rem]">{reply.title}</span>
          <span className="truncate text-muted text-xs">{reply.content}</span>
        </div>
      ))}
    </div>
  );
}
