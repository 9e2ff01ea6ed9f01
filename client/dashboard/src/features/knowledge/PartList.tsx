import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { PartSummaryView } from '../../../../../shared/contracts/knowledge.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { SelectField } from '../../ui/SelectField.tsx';

export interface PartListProps {
  documentId: string;
  parts: readonly PartSummaryView[];
  current: number;
  hasMore: boolean;
  isLoadingMore: boolean;
  onMore: () => void;
}

/** The pages or parts of a document, to go from one to the other. */
export function PartList({ documentId, parts, current, hasMore, isLoadingMore, onMore }: PartListProps) {
  return (
    <nav aria-label="Parts of the document" className="scroll-thin h-full overflow-y-auto p-2">
      <ol className="flex flex-col gap-px">
        {parts.map((part) => (
          <li key={part.number}>
            <PartLink documentId={documentId} part={part} isCurrent={part.number === current} />
          </li>
        ))}
      </ol>
      {hasMore && (
        <Button size="small" look="quiet" className="mt-1 w-full" isPending={isLoadingMore} onPress={onMore}>
          Show more
        </Button>
      )}
    </nav>
  );
}

function PartLink({ documentId, part, isCurrent }: { documentId: string; part: PartSummaryView; isCurrent: boolean }) {
  const { clientId } = useCurrentClient();
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isCurrent) link.current?.scrollIntoView({ block: 'nearest' });
  }, [isCurrent]);
  return (
    <Link
      ref={link}
      to="/c/$clientId/knowledge/$documentId"
      params={{ clientId, documentId }}
      search={{ part: part.number }}
      aria-current={isCurrent ? 'page' : undefined}
      className={cx(
        'block rounded-lg px-2.5 py-1.5 text-[0.8125rem]',
        isCurrent ? 'bg-accent-soft font-medium text-accent-fg' : 'text-muted hover:bg-hover hover:text-fg',
      )}
    >
      <span className="line-clamp-2 break-words">{part.title}</span>
    </Link>
  );
}

/** The same where there is no room for a list. */
export function PartSelect({ documentId, parts, current }: PartListProps) {
  const { clientId } = useCurrentClient();
  const navigate = useNavigate();
  return (
    <SelectField
      label="Part of the document"
      hideLabel
      value={String(current)}
      onChange={(number) =>
        void navigate({
          to: '/c/$clientId/knowledge/$documentId',
          params: { clientId, documentId },
          search: { part: Number(number) },
        })
      }
      options={parts.map(({ number, title }) => ({ id: String(number), label: title }))}
    />
  );
}
