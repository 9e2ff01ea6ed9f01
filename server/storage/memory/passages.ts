import type { ClientId } from '../../../shared/ids.ts';
import type { PassagesRepository } from '../repositories/passages.ts';
import type { MemContext } from './mem-context.ts';

export function createPassages({ read }: MemContext, _clientId: ClientId): PassagesRepository {
  return { search: () => read(() => ({ hits: [], confidence: 0, terms: [] })) };
}
