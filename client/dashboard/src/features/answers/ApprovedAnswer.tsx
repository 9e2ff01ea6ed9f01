import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReceiptView } from '../../../../../shared/contracts/answers.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { documentQuery } from '../knowledge/queries.ts';
import { ApprovedAnswerForm } from './ApprovedAnswerForm.tsx';
import { plainAnswer } from './plain-answer.ts';
import { useInSight } from './use-in-sight.ts';

/** Writes the right answer to a receipt's question down, and follows it until it is found. */
export function ApprovedAnswer({ receipt, onClose }: { receipt: ReceiptView; onClose: () => void }) {
  const [documentId, setDocumentId] = useState<string | null>(null);
  const place = useInSight<HTMLDivElement>(documentId);
  const wasAnswered = receipt.outcome === 'answered' || receipt.outcome === 'fallback';
  return (
    <div ref={place}>
      {documentId !== null ? (
        <Reading documentId={documentId} onClose={onClose} />
      ) : (
        <ApprovedAnswerForm
          questionMessageId={receipt.questionMessageId}
          question={receipt.question}
          answer={wasAnswered ? plainAnswer(receipt.answer) : ''}
          onDone={(approved) => setDocumentId(approved.documentId)}
          onClose={onClose}
        />
      )}
    </div>
  );
}

const pollMs = 700;

function Reading({ documentId, onClose }: { documentId: string; onClose: () => void }) {
  const { clientId } = useCurrentClient();
  const document = useQuery({
    ...documentQuery(clientId, documentId),
    refetchInterval: ({ state }) =>
      state.data?.status === 'ready' || state.data?.status === 'failed' ? false : pollMs,
  });
  const { status, statusReason } = document.data ?? {};
  const link = (
    <Link
      to="/c/$clientId/knowledge/$documentId"
      params={{ clientId, documentId }}
      className="font-medium underline underline-offset-2"
    >
      Approved answers
    </Link>
  );
  return (
    <div role="status" className="flex flex-col gap-2">
      {status === 'failed' ? (
        <Notice tone="danger" isAlert={false} title="The answer is kept, but could not be read in">
          <p>
            {statusReason} See {link}.
          </p>
        </Notice>
      ) : status === 'ready' ? (
        <Notice tone="success" title="Whoever asks this now gets your answer">
          <p>It is kept in {link}. Ask again to see it at work.</p>
        </Notice>
      ) : (
        <Notice tone="note" title="Your answer is kept">
          <p>It is being read into {link}; that takes a moment.</p>
        </Notice>
      )}
      <Button size="small" className="self-end" onPress={onClose}>
        Done
      </Button>
    </div>
  );
}
