import type { DeliveryState, SwitchOffReason, WebhookEvent } from '../../../../../shared/webhook-vocabulary.ts';
import type { BadgeTone } from '../../ui/Badge.tsx';

export const eventLabels: Record<WebhookEvent, string> = {
  'conversation.created': 'A conversation begins',
  'conversation.updated': 'Its status, assignee or tags change',
  'conversation.closed': 'A conversation is closed',
  'message.created': 'Anybody writes a message',
  'handoff.requested': 'A person is asked for',
  'handoff.resolved': 'A person has answered, or it is over',
  'rating.created': 'A visitor rates a conversation',
};

export const stateLabels: Record<DeliveryState, { label: string; tone: BadgeTone }> = {
  pending: { label: 'To be sent', tone: 'note' },
  delivered: { label: 'Arrived', tone: 'success' },
  failed: { label: 'Given up', tone: 'danger' },
  dropped: { label: 'Erased', tone: 'neutral' },
};

/** Why Confab switched a webhook off, and what to do. */
export const switchOffSentences: Record<SwitchOffReason, string> = {
  gone: 'Its receiver answered 410: it wants no more deliveries. Switch it on again when it does.',
  failing:
    'Nothing has arrived there for days. Look at the last deliveries, put the receiver right, and switch it on again.',
};
