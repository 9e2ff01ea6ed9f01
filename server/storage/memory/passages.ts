import type { ClientId } from '../../../shared/ids.ts';
import { confidenceOf } from '../../retrieval/confidence.ts';
import { matchesOf } from '../../retrieval/results.ts';
import type { PassagesRepository } from '../repositories/passages.ts';
import type { MemContext } from './mem-context.ts';
import { chunks, documents } from './mem-knowledge-tables.ts';
import { passageIndexOf } from './mem-passage-index.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createPassages({ read }: MemContext, clientId: ClientId): PassagesRepository {
  return {
    search: (query) =>
      read((tx) => {
        const documentIds = query.documentIds?.map(idOf);
        const { ranking, ranked } = passageIndexOf(tx, clientId).search({ ...query, documentIds });
        const hits = ranked.slice(0, query.limit).map((one) => {
          const chunk = tx.of(chunks).get(ownedKey(clientId, one.id))!;
          const documentName = tx.of(documents).get(ownedKey(clientId, chunk.documentId))!.name;
          return { chunk, documentName, score: one.score, matches: matchesOf(one) };
        });
        return { hits, confidence: confidenceOf(ranking, ranked), terms: ranking.terms };
      }),
  };
}
