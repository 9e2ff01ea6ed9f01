import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { UsedPassageView } from '../../../../../shared/contracts/answers.ts';
import { useCurrentClient } from '../../lib/current-client.ts';

interface PassageLinkProps {
  passage: UsedPassageView;
  className: string;
  /** In place of the document's name and page. */
  children?: ReactNode;
}

/** Leads to a passage in its document. */
export function PassageLink({ passage, className, children }: PassageLinkProps) {
  const { clientId } = useCurrentClient();
  const { documentId, documentName, page, chunkId } = passage;
  return (
    <Link
      to="/c/$clientId/knowledge/$documentId"
      params={{ clientId, documentId }}
      hash={`chunk=${chunkId}`}
      className={className}
    >
      {children ?? (page === null ? documentName : `${documentName}, page ${page}`)}
    </Link>
  );
}

/** What stands for the marks of an answer: links to the passages they name. */
export function citePassages(passages: readonly UsedPassageView[]): (number: number) => ReactNode {
  return (number) => {
    const passage = passages.find((one) => one.number === number);
    return (
      passage && (
        <PassageLink
          passage={passage}
          className="align-super text-2xs text-accent-fg underline-offset-2 hover:underline"
        >
          [{number}]
        </PassageLink>
      )
    );
  };
}
