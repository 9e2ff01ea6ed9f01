import type { WebhookView } from '../../../../../shared/contracts/webhooks.ts';
import { Badge } from '../../ui/Badge.tsx';

/** How a webhook is, in a word. */
export function WebhookState({ webhook: { enabled, switchedOff, failingSince } }: { webhook: WebhookView }) {
  if (switchedOff) return <Badge tone="danger">Switched off by Confab</Badge>;
  if (!enabled) return <Badge>Off</Badge>;
  if (failingSince) return <Badge tone="warning">Failing</Badge>;
  return <Badge tone="success">On</Badge>;
}
