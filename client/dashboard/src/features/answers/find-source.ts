import type { QueryClient } from '@tanstack/react-query';
import { isProblem } from '../../lib/problem.ts';
import { type ReceiptPlace, receiptQuery } from './queries.ts';

/** The passage that an answer cites under a number; null where its receipt does not name it. */
export async function findSource(
  queryClient: QueryClient,
  { clientId, number, ...place }: ReceiptPlace & { clientId: string; number: number },
): Promise<{ documentId: string; chunkId: string } | null> {
  try {
    const receipt = await queryClient.ensureQueryData(receiptQuery(clientId, place));
    return receipt.passages.find((passage) => passage.number === number) ?? null;
  } catch (error) {
    if (isProblem(error, 'not-found') || isProblem(error, 'validation-failed')) return null;
    throw error;
  }
}
