import { useState } from 'react';
import {
  notificationPermission,
  notificationsStore,
  setNotifications,
  setShortcuts,
  shortcutsStore,
} from '../../lib/preferences.ts';
import { useStore } from '../../lib/store.ts';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { SwitchField } from '../../ui/SwitchField.tsx';

/** What is chosen per browser: notifications and shortcuts. */
export function BrowserCard() {
  const notifications = useStore(notificationsStore);
  const shortcuts = useStore(shortcutsStore);
  const [permission, setPermission] = useState(notificationPermission);
  return (
    <Card title="This browser">
      <SwitchField
        label="Notify me of new messages"
        description="When a visitor writes and Confab is not in front of you."
        value={notifications}
        isDisabled={permission === 'unsupported' || permission === 'denied'}
        onChange={(on) => void setNotifications(on).then(() => setPermission(notificationPermission()))}
      />
      {permission === 'denied' && (
        <Notice tone="note">This browser blocks notifications of this site. Allow them in the site’s settings.</Notice>
      )}
      {permission === 'unsupported' && (
        <Notice tone="note">This browser offers no notifications here; they need a secure address (https).</Notice>
      )}
      <SwitchField
        label="Keyboard shortcuts"
        description="Single letters act in the inbox. Press ? there for the list."
        value={shortcuts}
        onChange={setShortcuts}
      />
    </Card>
  );
}
