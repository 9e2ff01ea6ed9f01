import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { isShownInPlace } from '../../../../shared/attachment-types.ts';
import type { AttachmentView } from '../../../../shared/contracts/attachments.ts';
import type { ChatState } from '../chat/state.ts';
import type { Helpfulness, OutboxEntry, ThreadMessage } from '../chat/types.ts';
import { type Cite, Markdown } from '../markdown/Markdown.ts';
import { fill } from '../texts/load.ts';
import { Helpful, Mark, Sources } from './Answer.tsx';
import { Icon, type IconName } from './icons.tsx';
import { useShell } from './shell.ts';
import { sizeText } from './size-text.ts';

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

/** An image is shown, everything else is a link. */
function Attachment({ file }: { file: AttachmentView }) {
  const { language } = useShell();
  // The address changes before it lapses: what is drawn already is not fetched again.
  const source = useRef(file.url);
  return (
    <a class="file" href={file.url} target="_blank" rel="noopener noreferrer">
      {isShownInPlace(file.mediaType) ? (
        <img src={source.current} alt={file.name} loading="lazy" />
      ) : (
        <>
          <Icon name="file" />
          <span>
            <bdi>{file.name}</bdi> <small>{sizeText(file.sizeBytes, language)}</small>
          </span>
        </>
      )}
    </a>
  );
}

/** A stored entry of the thread. */
export function MessageBubble({
  message,
  isSeen,
  helped,
}: {
  message: ThreadMessage;
  isSeen: boolean;
  helped: Helpfulness | undefined;
}) {
  const { texts, config } = useShell();
  const { id, role, content, authorName, attachments, answer } = message;
  if (role === 'system') return <p class="note">{content}</p>;
  const isMine = role === 'user';
  const cite = (number: number) => {
    const source = answer?.citations.find((one) => one.number === number);
    return source && <Mark messageId={id} source={source} />;
  };
  return (
    <Line
      side={isMine ? 'mine' : 'theirs'}
      speaker={isMine ? texts.you : (authorName ?? (role === 'agent' ? config.name : texts.assistant))}
      isSpeakerShown={!isMine && !!authorName}
      at={new Date(message.createdAt)}
      {...(isMine && { mark: isSeen ? (['seen', texts.seen] as const) : (['sent', texts.sent] as const) })}
    >
      <div class="bubble" dir="auto">
        {isMine ? content && <p class="plain">{content}</p> : <Markdown text={content} cite={cite} />}
        {attachments.map((file) => (
          <Attachment key={file.id} file={file} />
        ))}
        {!!answer?.citations.length && <Sources messageId={id} sources={answer.citations} />}
      </div>
      {answer?.rating !== undefined && (
        <Helpful messageId={id} helped={helped === undefined ? answer.rating : helped} />
      )}
    </Line>
  );
}

/** What the assistant says without having sent it: a welcome, or an answer as far as it is written. */
export function SaidBubble({ text, cite }: { text: string; cite?: Cite }) {
  return (
    <div class="line theirs">
      <div class="bubble" dir="auto">
        <Markdown text={text} cite={cite} />
      </div>
    </div>
  );
}

/** A message of the visitor that is still on its way. `isStuck`: an attempt failed, another follows. */
export function WaitingBubble({
  entry,
  isStuck,
  uploads,
}: {
  entry: OutboxEntry;
  isStuck: boolean;
  uploads: ChatState['uploads'];
}) {
  const { texts, chat, language } = useShell();
  const { content, refused, files = [] } = entry;
  const mark = refused
    ? (['alert', refused === true ? texts.refused : fill(texts[refused], files[0]?.name ?? '')] as const)
    : isStuck
      ? (['alert', texts.failing] as const)
      : (['clock', texts.sending] as const);
  return (
    <Line side="mine" speaker={texts.you} isSpeakerShown={false} at={new Date(entry.at)} mark={mark}>
      <div class="bubble" dir="auto">
        {content && <p class="plain">{content}</p>}
        {files.map(({ id, name, size, uploaded }) => (
          <div class="file" key={id}>
            <Icon name="file" />
            <span>
              <bdi>{name}</bdi> <small>{sizeText(size, language)}</small>
              {!refused && <progress aria-label={name} value={uploaded ? 1 : (uploads[id] ?? 0)} />}
            </span>
          </div>
        ))}
      </div>
      {(refused || files.some(({ uploaded }) => !uploaded)) && (
        <button type="button" class="link" onClick={() => chat.discard(entry.id)}>
          {refused ? texts.discard : texts.cancel}
        </button>
      )}
    </Line>
  );
}
