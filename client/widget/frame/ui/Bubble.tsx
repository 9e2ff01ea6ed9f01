import type { ComponentChildren } from 'preact';
import type { OutboxEntry, ThreadMessage } from '../chat/types.ts';
import { Markdown } from '../markdown/Markdown.ts';
import { safeHref } from '../markdown/parse.ts';
import { Icon, type IconName } from './icons.tsx';
import { useShell } from './shell.ts';

interface LineProps {
  side: 'mine' | 'theirs';
  /** Who speaks, shown above; a screen reader always hears it. */
  speaker: string;
  isSpeakerShown: boolean;
  at: Date;
  /** The icon and the words for how far a message of the visitor has come. */
  mark?: readonly [IconName, string];
  children: ComponentChildren;
}

function Line({ side, speaker, isSpeakerShown, at, mark, children }: LineProps) {
  const { language } = useShell();
  return (
    <div class={`line ${side}`}>
      <span class={isSpeakerShown ? 'speaker' : 'unseen'}>{speaker}</span>
      {children}
      <span class={`meta ${mark?.[0] ?? ''}`}>
        <time dateTime={at.toISOString()}>
          {at.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })}
        </time>
        {mark && (
          <>
            <Icon name={mark[0]} />
            <span class={mark[0] === 'alert' ? '' : 'unseen'}>{mark[1]}</span>
          </>
        )}
      </span>
    </div>
  );
}

/** A stored entry of the thread. */
export function MessageBubble({ message, isSeen }: { message: ThreadMessage; isSeen: boolean }) {
  const { texts, config } = useShell();
  const { role, content, authorName, citations = [] } = message;
  if (role === 'system') return <p class="note">{content}</p>;
  const isMine = role === 'user';
  return (
    <Line
      side={isMine ? 'mine' : 'theirs'}
      speaker={isMine ? texts.you : (authorName ?? (role === 'agent' ? config.name : texts.assistant))}
      isSpeakerShown={!isMine && !!authorName}
      at={new Date(message.createdAt)}
      {...(isMine && { mark: isSeen ? (['seen', texts.seen] as const) : (['sent', texts.sent] as const) })}
    >
      <div class={isMine ? 'bubble plain' : 'bubble'} dir="auto">
        {isMine ? content : <Markdown text={content} />}
        {citations.length > 0 && (
          <ol class="sources" aria-label={texts.sources}>
            {citations.map(({ title, url }) => (
              <li key={title}>
                {url && safeHref(url) ? (
                  <a href={url} target="_blank" rel="noopener noreferrer">
                    {title}
                  </a>
                ) : (
                  title
                )}
              </li>
            ))}
          </ol>
        )}
      </div>
    </Line>
  );
}

/** A message of the visitor that is still on its way. `isStuck`: an attempt failed, another follows. */
export function WaitingBubble({ entry, isStuck }: { entry: OutboxEntry; isStuck: boolean }) {
  const { texts, chat } = useShell();
  const mark = entry.refused
    ? (['alert', texts.refused] as const)
    : isStuck
      ? (['alert', texts.failing] as const)
      : (['clock', texts.sending] as const);
  return (
    <Line side="mine" speaker={texts.you} isSpeakerShown={false} at={new Date(entry.at)} mark={mark}>
      <div class="bubble plain" dir="auto">
        {entry.content}
      </div>
      {entry.refused && (
        <button type="button" class="link" onClick={() => chat.discard(entry.id)}>
          {texts.discard}
        </button>
      )}
    </Line>
  );
}
