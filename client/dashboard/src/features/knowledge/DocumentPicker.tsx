import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Checkbox } from 'react-aria-components/Checkbox';
import { CheckboxGroup } from 'react-aria-components/CheckboxGroup';
import { useCurrentClient } from '../../lib/current-client.ts';
import { cx } from '../../ui/cx.ts';
import { FieldLabel } from '../../ui/field-parts.tsx';
import { ErrorState, Skeleton } from '../../ui/states.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { amountsOf, kindOf } from './kinds.ts';
import { documentsQuery } from './queries.ts';

interface DocumentPickerProps {
  label: string;
  value: readonly string[];
  onChange: (ids: string[]) => void;
  isDisabled?: boolean;
}

/** From this many documents on, the list has a filter. */
const filterFrom = 8;

/** Some of the client's documents. Ids of documents that are gone stay chosen until they are dropped. */
export function DocumentPicker({ label, value, onChange, isDisabled = false }: DocumentPickerProps) {
  const { clientId } = useCurrentClient();
  const query = useQuery(documentsQuery(clientId));
  const [words, setWords] = useState('');
  const shown = useMemo(() => {
    const typed = words.trim().toLowerCase();
    return (query.data ?? []).filter(({ name }) => name.toLowerCase().includes(typed));
  }, [query.data, words]);
  if (query.isPending) return <Skeleton className="h-24 w-full rounded-xl" />;
  if (!query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.length === 0) return <p className="text-muted text-xs">There are no documents yet.</p>;
  // What the filter hides is not in the group and would be lost with the next press.
  const unseen = value.filter((id) => !shown.some((document) => document.id === id));
  return (
    <CheckboxGroup
      value={value.filter((id) => !unseen.includes(id))}
      onChange={(ids) => onChange([...unseen, ...ids])}
      isDisabled={isDisabled}
      className="flex min-w-0 flex-col gap-1.5"
    >
      <FieldLabel>{label}</FieldLabel>
      {query.data.length >= filterFrom && (
        <TextField label="Filter documents" hideLabel placeholder="Filter" value={words} onChange={setWords} />
      )}
      <div className="scroll-thin flex max-h-60 flex-col gap-px overflow-y-auto rounded-xl border border-line p-1">
        {shown.map((document) => (
          <Checkbox
            key={document.id}
            value={document.id}
            className={cx(
              'group flex cursor-pointer items-start gap-2.5 rounded-lg px-2.5 py-1.5 data-disabled:opacity-60 data-hovered:bg-hover',
              'data-focus-visible:outline-2 data-focus-visible:outline-accent-fg',
            )}
          >
            <span
              aria-hidden
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded border border-line-strong bg-surface text-on-accent group-data-selected:border-accent group-data-selected:bg-accent"
            >
              <Check size={12} strokeWidth={3} className="opacity-0 group-data-selected:opacity-100" />
            </span>
            <span className="flex min-w-0 flex-col">
              <span className="break-words">{document.name}</span>
              <span className="text-muted text-xs">
                {[
                  kindOf(document).label,
                  ...(document.version === 0 ? ['nothing to find yet'] : amountsOf(document)),
                ].join(' · ')}
              </span>
            </span>
          </Checkbox>
        ))}
        {shown.length === 0 && <p className="px-2.5 py-1.5 text-muted text-xs">No document has this name.</p>}
      </div>
    </CheckboxGroup>
  );
}
