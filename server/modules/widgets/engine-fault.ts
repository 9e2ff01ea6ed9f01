import type { Widget } from '../../../shared/schema.ts';

export interface EngineFault {
  /** JSON pointer of the setting. */
  pointer: string;
  /** For the field, as in "Is needed by …". */
  detail: string;
  /** For the widget's status, a sentence that stands alone. */
  reason: string;
}

/**
 * What keeps the widget's engine from answering; undefined when its settings are complete. Which model is asked is set for
 * all widgets together, and may be set later.
 */
export function findEngineFault({ engine, engineSettings }: Pick<Widget, 'engine' | 'engineSettings'>) {
  if (engine === 'webhook' && isBlank(engineSettings.webhookUrl)) return missingWebhookUrl;
  return undefined;
}

const isBlank = (text: string | undefined) => text === undefined || text.trim() === '';

const missingWebhookUrl: EngineFault = {
  pointer: '#/engineSettings/webhookUrl',
  detail: 'Is needed by the webhook engine.',
  reason: 'The webhook engine needs the address of the webhook. Enter it in the settings of the engine.',
};
