import type * as z from 'zod/mini';
import type { clientView } from '../../../shared/contracts/clients.ts';
import type { Client } from '../../../shared/schema.ts';

export function presentClient(client: Client): z.output<typeof clientView> {
  return {
    id: client.id,
    name: client.name,
    createdAt: client.createdAt.toISOString(),
    updatedAt: client.updatedAt.toISOString(),
  };
}
