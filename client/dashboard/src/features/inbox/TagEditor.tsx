import { X } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Tag, TagGroup, TagList } from 'react-aria-components/TagGroup';
import { TextField } from 'react-aria-components/TextField';
import { limits } from '../../../../../shared/limits.ts';

/** The conversation's tags: Enter adds one, Delete or the cross takes one away. */
export function TagEditor({ tags, onChange }: { tags: readonly string[]; onChange: (tags: string[]) => void }) {
  const [text, setText] = useState('');
  const isFull = tags.length >= limits.tagsPerConversationMax;
  const add = () => {
    const tag = text.trim().replace(/,$/, '').trim();
    setText('');
    if (tag !== '' && !tags.includes(tag)) onChange([...tags, tag]);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <TagGroup onRemove={(keys) => onChange(tags.filter((tag) => !keys.has(tag)))} className="flex flex-col gap-1.5">
        <Label className="font-medium text-[0.8125rem]">Tags</Label>
        <TagList items={tags.map((tag) => ({ id: tag }))} className="flex flex-wrap gap-1.5">
          {({ id }) => (
            <Tag
              id={id}
              textValue={id}
              className="inline-flex max-w-full items-center gap-0.5 rounded-full bg-accent-soft py-0.5 pr-1 pl-2.5 text-accent-fg text-xs"
            >
              <span className="truncate">{id}</span>
              <Button
                slot="remove"
                aria-label={`Remove ${id}`}
                className="flex size-5 shrink-0 items-center justify-center rounded-full data-hovered:bg-accent/15"
              >
                <X size={12} aria-hidden />
              </Button>
            </Tag>
          )}
        </TagList>
      </TagGroup>
      <TextField
        aria-label="Add a tag"
        value={text}
        onChange={setText}
        isDisabled={isFull}
        maxLength={limits.tagCharsMax}
      >
        <Input
          placeholder={isFull ? `At most ${limits.tagsPerConversationMax} tags` : 'Add a tag'}
          className="field h-8 border-line py-0 text-[0.8125rem]"
          onKeyDown={(event) => {
            if ((event.key !== 'Enter' && event.key !== ',') || event.nativeEvent.isComposing) return;
            event.preventDefault();
            add();
          }}
          onBlur={add}
        />
      </TextField>
    </div>
  );
}
