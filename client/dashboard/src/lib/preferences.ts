import { createStore } from './store.ts';
import { readStored, writeStored } from './stored.ts';

/** Whether single letters act as shortcuts in the inbox; people who dictate switch them off. */
export const shortcutsStore = createStore(readStored<boolean>('shortcuts') ?? true);

export function setShortcuts(on: boolean): void {
  shortcutsStore.set(on);
  writeStored('shortcuts', on);
}

/** Whether this browser notifies of visitors' messages; the browser's own permission is needed as well. */
export const notificationsStore = createStore(
  (readStored<boolean>('notifications') ?? false) && notificationPermission() === 'granted',
);

/** `unsupported` where the browser has none, as on insecure origins. */
export function notificationPermission(): NotificationPermission | 'unsupported' {
  return typeof Notification === 'undefined' ? 'unsupported' : Notification.permission;
}

/** Switches notifications; asks for the browser's permission when needed. Answers whether they are on. */
export async function setNotifications(on: boolean): Promise<boolean> {
  let granted = notificationPermission() === 'granted';
  if (on && !granted && notificationPermission() === 'default') {
    granted = (await Notification.requestPermission()) === 'granted';
  }
  notificationsStore.set(on && granted);
  writeStored('notifications', on && granted);
  return on && granted;
}
