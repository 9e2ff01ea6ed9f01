import { Paperclip, SendHorizontal, StickyNote, Zap } from 'lucide-react';
import type { ClipboardEvent, RefObject } from 'react';
import { FileTrigger } from 'react-aria-components/FileTrigger';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { attachmentTypes } from '../../../../../shared/attachment-types.ts';
import { limits } from '../../../../../shared/limits.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { randomId } from '../../lib/random-id.ts';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { AttachmentTray } from './AttachmentTray.tsx';
import { CannedReplyList, useCannedReplies } from './CannedReplies.tsx';
import type { ConversationDetail } from './queries.ts';
import { useDraft } from './use-draft.ts';
import { useFileDrop } from './use-file-drop.ts';
import { useAddNote } from './use-notes.ts';
import { useOutbox } from './use-outbox.ts';
import { useTypingSignal } from './use-typing-signal.ts';
import { useUploads } from './use-uploads.ts';

export type ComposerMode = 'answer' | 'note';

export interface ComposerProps {
  detail: ConversationDetail;
  inputRef: RefObject<HTMLTextAreaElement | null>;
  mode: ComposerMode;
  onMode: (mode: ComposerMode) => void;
}

/** Where the agent answers, or leaves a note. What is written stays, per conversation, until it is sent. */
export function Composer({ detail, inputRef, mode, onMode }: ComposerProps) {
  const { clientId, may } = useCurrentClient();
  const outbox = useOutbox();
  const answer = useDraft(`draft:${detail.id}`);
  const note = useDraft(`note:${detail.id}`);
  const [text, setText] = mode === 'note' ? note : answer;
  const typing = useTypingSignal(detail.id);
  const uploads = useUploads(clientId, detail.id);
  const addNote = useAddNote(clientId, detail.id);
  const canned = useCannedReplies({ input: inputRef, onText: setText });
  // On a touch keyboard there is no Shift + Enter.
  const isTouch = useMediaQuery('(pointer: coarse)');
  const isNote = mode === 'note';
  const charsMax = isNote ? limits.noteCharsMax : limits.messageCharsMax;
  const isTooLong = text.length > charsMax;
  const hasFiles = !isNote && uploads.ready.length > 0;
  const filesAreSettled = isNote || uploads.files.every((file) => file.attachment !== null);
  const canSend = (text.trim() !== '' || hasFiles) && !isTooLong && filesAreSettled;

  const isDragging = useFileDrop((files) => {
    if (!isNote && may('conversations.reply')) uploads.add(files);
  });

  if (!may('conversations.reply')) return null;

  const send = () => {
    if (!canSend) return;
    const content = text.trim();
    if (isNote) {
      addNote.run(content, () => setText(''));
      return;
    }
    outbox.add({
      clientMessageId: randomId(),
      clientId,
      conversationId: detail.id,
      content,
      attachments: uploads.ready,
      createdAt: new Date().toISOString(),
    });
    setText('');
    uploads.clear();
    typing.end();
    inputRef.current?.focus();
  };
  const paste = (event: ClipboardEvent) => {
    if (isNote || event.clipboardData.files.length === 0) return;
    event.preventDefault();
    uploads.add(event.clipboardData.files);
  };

  return (
    <div className="shrink-0 border-line border-t bg-surface px-3 pt-2.5 pb-3">
      <form
        className={cx(
          'relative mx-auto max-w-3xl overflow-hidden rounded-2xl border border-line-strong has-focus:border-accent-fg has-focus:outline has-focus:outline-accent-fg',
          isNote ? 'bg-warning-soft' : 'bg-surface',
        )}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {isDragging && <DropVeil isNote={isNote} />}
        {!isNote && <CannedReplyList canned={canned} />}
        <ModeSwitch mode={mode} onMode={onMode} />
        <TextField
          aria-label={isNote ? 'Your note' : 'Your answer'}
          value={text}
          onChange={(value) => {
            setText(value);
            if (isNote) return;
            if (value.trim() === '') typing.end();
            else typing.go();
          }}
          isInvalid={isTooLong}
        >
          <TextArea
            ref={inputRef}
            rows={2}
            onSelect={canned.look}
            onPaste={paste}
            onBlur={() => {
              typing.end();
              canned.close();
            }}
            onKeyDown={(event) => {
              if (!isNote && canned.onKeyDown(event)) return;
              // Enter also confirms a word in an input method.
              if (event.key !== 'Enter' || event.shiftKey || isTouch || event.nativeEvent.isComposing) return;
              event.preventDefault();
              send();
            }}
            {...(canned.offered.length > 0 && !isNote
              ? { 'aria-controls': canned.listId, 'aria-activedescendant': `${canned.listId}-${canned.active}` }
              : {})}
            placeholder={placeholderOf(mode, detail)}
            className="field-sizing-content scroll-thin max-h-60 min-h-14 w-full resize-none bg-transparent px-3.5 pt-1.5 outline-none"
          />
        </TextField>
        {!isNote && <AttachmentTray uploads={uploads} />}
        <div className="flex items-center gap-1 px-2 pb-2">
          {!isNote && (
            <>
              <FileTrigger
                allowsMultiple
                acceptedFileTypes={Object.entries(attachmentTypes).flatMap(([type, endings]) => [
                  type,
                  ...endings.map((ending) => `.${ending}`),
                ])}
                onSelect={(files) => files && uploads.add(files)}
              >
                <IconButton
                  label="Attach files"
                  size="small"
                  isDisabled={uploads.files.length >= limits.attachmentsPerMessageMax}
                >
                  <Paperclip size={15} aria-hidden />
                </IconButton>
              </FileTrigger>
              <IconButton
                label="Insert a canned reply"
                size="small"
                onPress={() => {
                  setText(text === '' || /\s$/.test(text) ? `${text}/` : `${text} /`);
                  inputRef.current?.focus();
                }}
              >
                <Zap size={15} aria-hidden />
              </IconButton>
            </>
          )}
          <p className={cx('min-w-0 flex-1 truncate px-1.5 text-xs', isTooLong ? 'text-danger-fg' : 'text-muted')}>
            {!isNote && uploads.hasFailed
              ? 'Some files were not taken: try them again, or remove them'
              : hintOf(text.length, charsMax, isTouch)}
          </p>
          <Button
            type="submit"
            look="primary"
            size="small"
            className="h-8"
            isDisabled={!canSend}
            isPending={addNote.isPending}
          >
            {isNote ? 'Add note' : 'Send'} {!isNote && <SendHorizontal size={14} aria-hidden />}
          </Button>
        </div>
      </form>
    </div>
  );
}

function DropVeil({ isNote }: { isNote: boolean }) {
  return (
    <p className="pointer-events-none absolute inset-0 z-10 flex items-center justify-center gap-2 rounded-2xl bg-accent-soft font-medium text-accent-fg">
      <Paperclip size={16} aria-hidden />
      {isNote ? 'Files go with answers, not with notes' : 'Drop the files anywhere to attach them'}
    </p>
  );
}

function placeholderOf(mode: ComposerMode, detail: ConversationDetail): string {
  if (mode === 'note') return 'Only your team sees this…';
  return detail.status === 'closed'
    ? 'Answering reopens the conversation'
    : 'Write an answer, or / for canned replies…';
}

function hintOf(length: number, charsMax: number, isTouch: boolean): string {
  if (length > charsMax) return `${(length - charsMax).toLocaleString('en')} characters too many`;
  if (length > charsMax * 0.9) return `${(charsMax - length).toLocaleString('en')} characters left`;
  return isTouch ? '' : 'Enter sends, Shift + Enter begins a new line';
}

function ModeSwitch({ mode, onMode }: { mode: ComposerMode; onMode: (mode: ComposerMode) => void }) {
  return (
    <ToggleButtonGroup
      aria-label="What to write"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[mode]}
      onSelectionChange={(keys) => {
        const [next] = keys;
        if (next === 'answer' || next === 'note') onMode(next);
      }}
      className="flex gap-1 px-2.5 pt-2"
    >
      {(['answer', 'note'] as const).map((id) => (
        <ToggleButton
          key={id}
          id={id}
          className="flex items-center gap-1 rounded-md px-1.5 py-0.5 text-muted text-xs data-selected:bg-neutral data-selected:font-medium data-selected:text-fg data-hovered:text-fg"
        >
          {id === 'note' && <StickyNote size={12} aria-hidden />}
          {id === 'answer' ? 'Answer' : 'Note'}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
