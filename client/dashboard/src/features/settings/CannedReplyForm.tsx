import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type CannedReplyView, createCannedReply, updateCannedReply } from '../../../../../shared/contracts/inbox.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextAreaField, TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { cannedRepliesQuery } from '../inbox/extras-queries.ts';

/** Makes a canned reply, or changes the given one. */
export function CannedReplyForm({ reply, onClose }: { reply: CannedReplyView | null; onClose: () => void }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const [shortcut, setShortcut] = useState(reply?.shortcut ?? '');
  const [title, setTitle] = useState(reply?.title ?? '');
  const [content, setContent] = useState(reply?.content ?? '');
  const save = useAction(
    () => {
      // The slash belongs to typing it, not to its name.
      const body = { shortcut: shortcut.trim().replace(/^\//, ''), title, content };
      return reply
        ? call(updateCannedReply, { params: { clientId, cannedReplyId: reply.id }, body })
        : call(createCannedReply, { params: { clientId }, body });
    },
    async (saved) => {
      await queryClient.invalidateQueries({ queryKey: cannedRepliesQuery(clientId).queryKey });
      toastDone(reply ? 'The reply is changed.' : `Type /${saved.shortcut} in an answer to insert it.`);
      onClose();
    },
  );
  return (
    <ServerForm
      faults={save.faults}
      error={save.error}
      pointers={['/shortcut', '/title', '/content']}
      onSubmit={() => save.run(undefined)}
    >
      <div className="grid gap-4 sm:grid-cols-[12rem_1fr]">
        <TextField
          label="Shortcut"
          pointer="/shortcut"
          description="Typed after the slash."
          placeholder="refund"
          maxLength={limits.shortcutCharsMax + 1}
          autoFocus
          autoComplete="off"
          mono
          value={shortcut}
          onChange={setShortcut}
        />
        <TextField
          label="Title"
          pointer="/title"
          description="What it is about, for agents."
          placeholder="How to get a refund"
          maxLength={limits.titleCharsMax}
          value={title}
          onChange={setTitle}
        />
      </div>
      <TextAreaField
        label="Text"
        pointer="/content"
        description="Links, lists, **bold** and `code` are formatted as in answers."
        rows={6}
        charsMax={limits.messageCharsMax}
        value={content}
        onChange={setContent}
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isPending={save.isPending}>
          {reply ? 'Save' : 'Make the reply'}
        </Button>
      </div>
    </ServerForm>
  );
}
