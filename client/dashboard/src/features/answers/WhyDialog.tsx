import { useQuery } from '@tanstack/react-query';
import { useCurrentClient } from '../../lib/current-client.ts';
import { isProblem } from '../../lib/problem.ts';
import { Modal } from '../../ui/Modal.tsx';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { type ReceiptPlace, receiptQuery } from './queries.ts';
import { Receipt } from './Receipt.tsx';

/** Why the assistant said something, or nothing; open while there is a place. */
export function WhyDialog({ place, onClose }: { place: ReceiptPlace | null; onClose: () => void }) {
  return (
    <Modal isOpen={place !== null} onClose={onClose} title="Why this answer?" size="large">
      {place && <LoadedReceipt place={place} />}
    </Modal>
  );
}

function LoadedReceipt({ place }: { place: ReceiptPlace }) {
  const { clientId } = useCurrentClient();
  // The visitor may have rated it since it was read last.
  const receipt = useQuery({ ...receiptQuery(clientId, place), staleTime: 0 });
  if (receipt.data) return <Receipt receipt={receipt.data} />;
  if (isProblem(receipt.error, 'not-found')) {
    return (
      <p className="py-6 text-muted">
        Nothing is written down about this message: a program of yours posted it, or it is no answer to a question.
      </p>
    );
  }
  if (receipt.isError) return <ErrorState error={receipt.error} onRetry={() => void receipt.refetch()} />;
  return (
    <Loading label="Loading the receipt" className="flex flex-col gap-3 py-2">
      <Skeleton className="h-5 w-72 max-w-full" />
      <Skeleton className="h-20 w-full" />
      <Skeleton className="h-32 w-full" />
    </Loading>
  );
}
