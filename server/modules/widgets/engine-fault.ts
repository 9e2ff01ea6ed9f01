import type { Widget } from '../../../shared/schema.ts';

export interface EngineFault {
  /** JSON pointer of the setting. */
  pointer: string;
  /** For the field, as in "Is needed by …". */
  detail: string;
  /** For the widget's status, a sentence that stands alone. */
  reason: string;
}

/** What keeps the widget's engine from answering; undefined when its settings are complete. */
export function findEngineFault({ engine, engineSettings }: Pick<Widget, 'engine' | 'engineSettings'>) {
  if (engine === 'webhook' && isBlank(engineSettings.webhookUrl)) return missingWebhookUrl;
  if (engine === 'llm' && isBlank(engineSettings.model)) return missingModel;
  return undefined;
}

const isBlank = (text: string | undefined) => text === undefined || text.trim() === '';

const missingWebhookUrl: EngineFault = {
  pointer: '#/engineSettings/webhookUrl',
  detail: 'Is needed by the webhook engine.',
  reason: 'The webhook engine needs the address of the webhook. Enter it in the settings of the engine.',
};

const missingModel: EngineFault = {
  pointer: '#/engineSettings/model',
  detail: 'Is needed by the llm engine.',
  reason: 'The llm engine needs to know which model to ask. Enter its name in the settings of the engine.',
};
