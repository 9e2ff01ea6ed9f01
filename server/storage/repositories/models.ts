import type { ModelSettings, ModelUsage } from '../../../shared/schema.ts';

export type ModelChange = Omit<ModelSettings, 'clientId' | 'updatedAt'>;

/** With which model a client's assistants answer, and what it has used. */
export interface ModelsRepository {
  /** Undefined: the installation's model is used. */
  find(): Promise<ModelSettings | undefined>;

  /** Makes or replaces them. */
  set(settings: ModelChange): Promise<ModelSettings>;

  /** Harmless when there are none. */
  remove(): Promise<void>;

  /** Adds to a month's use, and answers the sum. Additions at the same time all count. */
  addUsage(month: string, use: Pick<ModelUsage, 'tokensIn' | 'tokensOut' | 'costMicros'>): Promise<ModelUsage>;

  /** All zero when nothing was used. */
  usage(month: string): Promise<ModelUsage>;
}
