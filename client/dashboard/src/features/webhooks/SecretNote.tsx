import { Button } from '../../ui/Button.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { Notice } from '../../ui/Notice.tsx';

/** The secret of a webhook, shown this once. */
export function SecretNote({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <Notice tone="warning">Copy it now; it is never shown again. Keep it where the receiver runs.</Notice>
      <CopyField label="Secret" text={secret} />
      <p className="text-muted text-xs">
        Deliveries are signed with it in the headers <code className="font-mono">webhook-signature</code> (Standard
        Webhooks) and <code className="font-mono">x-confab-signature</code>. How to check them stands in{' '}
        <code className="font-mono">docs/webhooks.md</code>.
      </p>
      <Button look="primary" className="self-end" onPress={onClose}>
        I have copied it
      </Button>
    </div>
  );
}
