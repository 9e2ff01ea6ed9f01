import { useEffect, useRef } from 'preact/hooks';
import type { ChatState } from '../chat/state.ts';
import { plainText } from '../markdown/plain.ts';
import { fill } from '../texts/load.ts';
import { Icon } from './icons.tsx';
import { useShell } from './shell.ts';

/** The visitor's conversations, newest first, and the way to a new one. */
export function Conversations({ state }: { state: ChatState }) {
  const { texts, language, chat } = useShell();
  const { conversations } = state;
  const first = useRef<HTMLButtonElement>(null);
  // The button that led here is gone.
  useEffect(() => first.current?.focus(), []);
  return (
    <div class="conversations">
      <button ref={first} type="button" class="primary" onClick={chat.startAnew}>
        <Icon name="plus" /> {texts.startAnew}
      </button>
      {!conversations && <p class="note">{texts.loading}</p>}
      {conversations?.length === 0 && <p class="note">{texts.noConversations}</p>}
      <ul>
        {conversations?.map((conversation) => {
          const at = new Date(conversation.lastMessageAt ?? conversation.createdAt);
          const unread = conversation.lastSequence - conversation.visitorReadSequence;
          const isCurrent = conversation.id === state.conversation?.id;
          return (
            <li key={conversation.id}>
              <button
                type="button"
                aria-current={isCurrent}
                onClick={() => (isCurrent ? chat.show('thread') : chat.openConversation(conversation))}
              >
                <span class="preview" dir="auto">
                  {plainText(conversation.lastMessagePreview ?? '…')}
                </span>
                <time dateTime={at.toISOString()}>
                  {at.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' })}
                </time>
                {unread > 0 && conversation.visitorReadSequence > 0 && (
                  <span class="badge">{fill(texts.unread, unread)}</span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
