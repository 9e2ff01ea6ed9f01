import { useEffect } from 'react';
import { createStore } from './store.ts';

/** The title of the open screen; `TitleKeeper` of the shell writes it to the document, with the unread count. */
export const titleStore = createStore('');

/** Names the open screen for as long as the component is mounted. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    titleStore.set(title);
  }, [title]);
}

/** The text of the browser's tab. */
export function tabTitle(title: string, unread: number): string {
  const name = title === '' ? 'Confab' : `${title} · Confab`;
  if (unread === 0) return name;
  return `(${unread > 99 ? '99+' : unread}) ${name}`;
}
