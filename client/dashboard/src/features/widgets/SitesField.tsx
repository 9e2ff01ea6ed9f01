import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { Tag, TagGroup, TagList } from 'react-aria-components/TagGroup';
import { limits } from '../../../../../shared/limits.ts';
import { Button } from '../../ui/Button.tsx';
import { useFault } from '../../ui/faults-context.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { sitesFrom } from './site-name.ts';

/** The sites a widget may appear on, and what an empty list means. */
export function SitesField({ value, onChange }: { value: readonly string[]; onChange: (sites: string[]) => void }) {
  const [typed, setTyped] = useState('');
  const { fault, clear } = useFault('/allowedSites', { deep: true });
  const isFull = value.length >= limits.allowedSitesMax;
  const add = () => {
    const added = sitesFrom(typed).filter((site) => !value.includes(site));
    setTyped('');
    if (added.length === 0) return;
    clear();
    onChange([...value, ...added].slice(0, limits.allowedSitesMax));
  };
  const isLocalOnly = value.length > 0 && value.every((site) => /^localhost(:\d+)?$/.test(site));
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-start gap-2">
        <TextField
          label="Add a site"
          placeholder="www.example.com"
          description="A host, without https:// and path. *.example.com stands for all its subdomains; a port is part of it."
          className="flex-1"
          value={typed}
          onChange={setTyped}
          isDisabled={isFull}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button onPress={add} isDisabled={typed.trim() === ''} className="mt-[1.4rem]">
          <Plus size={15} aria-hidden /> Add
        </Button>
      </div>
      <TagGroup
        onRemove={(keys) => {
          clear();
          onChange(value.filter((site) => !keys.has(site)));
        }}
        className="flex flex-col gap-1.5"
      >
        <Label className="font-medium text-[0.8125rem]">
          Allowed sites{value.length > 0 && <span className="font-normal text-muted"> ({value.length})</span>}
        </Label>
        <TagList items={value.map((site) => ({ id: site }))} className="flex flex-wrap gap-1.5">
          {({ id }) => (
            <Tag
              id={id}
              textValue={id}
              className="inline-flex max-w-full items-center gap-1 rounded-lg border border-line bg-surface py-1 pr-1 pl-2.5 font-mono text-[0.8125rem]"
            >
              <span className="truncate">{id}</span>
              <AriaButton
                slot="remove"
                aria-label={`Remove ${id}`}
                className="flex size-6 shrink-0 items-center justify-center rounded-md text-muted data-hovered:bg-hover data-hovered:text-fg"
              >
                <X size={14} aria-hidden />
              </AriaButton>
            </Tag>
          )}
        </TagList>
      </TagGroup>
      {fault !== undefined && <Notice tone="danger">{fault}</Notice>}
      {value.length === 0 && (
        <Notice tone="warning" title="The widget appears nowhere">
          An empty list means nobody may show it, not everybody. Add the site your pages are on.
        </Notice>
      )}
      {isLocalOnly && (
        <Notice tone="note">
          So far it appears on your own computer only. Before it goes live, add the site your pages are on.
        </Notice>
      )}
    </div>
  );
}
