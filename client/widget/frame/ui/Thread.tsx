import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isOpenAt } from '../chat/hours.ts';
import type { ChatState } from '../chat/state.ts';
import { fill } from '../texts/load.ts';
import { MessageBubble, SaidBubble, WaitingBubble } from './Bubble.tsx';
import { Icon } from './icons.tsx';
import { Later } from './Later.tsx';
import { useShell } from './shell.ts';

/** So close to the end counts as being there, in CSS pixels. */
const nearEndPx = 60;

/** Few conversations are closed while somebody looks: their code comes when it is wanted. */
const loadRatingForm = async () => (await import('./RatingForm.tsx')).RatingForm;

function toEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}

/** While an answer is written, its marks are numbered as they will be: in the order in which it has them. */
function numberMarks(): (number: number) => string {
  const order: number[] = [];
  return (number) => `[${order.indexOf(number) + 1 || order.push(number)}]`;
}

/** The conversation: keeps its end in view unless the visitor reads further up. */
export function Thread({ state, children }: { state: ChatState; children: ComponentChildren }) {
  const { config, texts, chat } = useShell();
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const { messages, waiting, conversation, typing, draft } = state;
  const first = messages[0]?.sequence;
  const firstBefore = useRef({ first, height: 0 });
  const ends = `${messages.at(-1)?.sequence} ${messages.at(-1)?.content.length} ${waiting.length} ${!!typing} ${draft?.text.length} ${conversation?.status}`;
  const endsBefore = useRef('');

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const { first: shown, height } = firstBefore.current;
    // Older messages came in above: what the visitor reads stays where it is.
    if (shown && first && first < shown) box.scrollTop += box.scrollHeight - height;
    else if (ends !== endsBefore.current && (isAtEnd || waiting.length)) toEnd(box);
    endsBefore.current = ends;
    firstBefore.current = { first, height: box.scrollHeight };
  });

  // The keyboard of a phone makes the panel smaller: the end stays in view.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || !isAtEnd) return;
    const observer = new ResizeObserver(() => toEnd(box));
    observer.observe(box);
    return () => observer.disconnect();
  }, [isAtEnd]);

  const isAway = !isOpenAt(config.businessHours, new Date());
  const isBlank = !state.isLoading && !state.hasOlder;
  return (
    <div class="thread-frame">
      <div
        class="thread"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label={texts.thread}
        // What is being written is read out when it has been: then it is another entry.
        aria-busy={state.isLoading || !!draft?.text}
        // A picture that has come takes up more room.
        onLoadCapture={() => isAtEnd && toEnd(scroller.current)}
        onScroll={({ currentTarget: box }) => {
          setIsAtEnd(box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx);
        }}
      >
        {state.hasOlder && (
          <button type="button" class="link" onClick={() => void chat.loadOlder()}>
            {texts.older}
          </button>
        )}
        {state.isLoading && <p class="note">{texts.loading}</p>}
        {isBlank && config.welcomeMessage && <SaidBubble text={config.welcomeMessage} />}
        {isBlank && isAway && config.businessHours.awayText && (
          <p class="note" dir="auto">
            {config.businessHours.awayText}
          </p>
        )}
        {state.isStorageBlocked && <p class="note">{texts.blocked}</p>}
        {messages.map((message) => (
          <MessageBubble
            key={message.clientMessageId ?? message.id}
            message={message}
            helped={state.helped[message.id]}
            isSeen={message.sequence <= (conversation?.agentReadSequence ?? 0)}
          />
        ))}
        {waiting.map((entry) => (
          <WaitingBubble key={entry.id} entry={entry} isStuck={state.isFailing} uploads={state.uploads} />
        ))}
        {draft?.text && (
          <div aria-live="off">
            <SaidBubble text={draft.text} cite={numberMarks()} />
          </div>
        )}
        {(typing || draft) && (
          <p class="note typing">
            <span aria-hidden="true" class="dots">
              <i />
              <i />
              <i />
            </span>
            {typing && !typing.name ? texts.typing : fill(texts.typingName, typing?.name ?? texts.assistant)}
          </p>
        )}
        {conversation?.status === 'closed' && (
          <>
            <p class="note">{texts.ended}</p>
            <Later key={conversation.id} rating={state.rating} load={loadRatingForm} />
            <button type="button" class="link" onClick={chat.startAnew}>
              {texts.startAnew}
            </button>
          </>
        )}
        {children}
      </div>
      {!isAtEnd && (
        <button
          type="button"
          class="to-end"
          aria-label={texts.newest}
          title={texts.newest}
          onClick={() => toEnd(scroller.current)}
        >
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}
