import type { ClientId } from '../../../shared/ids.ts';
import type { PassageQuery, PassageResults, PassagesRepository } from '../repositories/passages.ts';
import type { Handle } from './handle.ts';

export class DatabasePassages implements PassagesRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async search(_query: PassageQuery): Promise<PassageResults> {
    return { hits: [], confidence: 0, terms: [] };
  }
}
