import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void): () => void {
  window.addEventListener('focus', listener);
  window.addEventListener('blur', listener);
  document.addEventListener('visibilitychange', listener);
  return () => {
    window.removeEventListener('focus', listener);
    window.removeEventListener('blur', listener);
    document.removeEventListener('visibilitychange', listener);
  };
}

/** Whether the page is in front of somebody: visible, and its window has the focus. */
export function useIsLookedAt(): boolean {
  return useSyncExternalStore(subscribe, () => !document.hidden && document.hasFocus());
}
