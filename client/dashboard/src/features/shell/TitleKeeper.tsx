import { useEffect } from 'react';
import { unreadStore } from '../../lib/badge.ts';
import { useStore } from '../../lib/store.ts';
import { tabTitle, titleStore } from '../../lib/title.ts';

/** Keeps the tab's title, with the number of unread conversations, and reads a new screen's name out. */
export function TitleKeeper() {
  const title = useStore(titleStore);
  const unread = useStore(unreadStore);
  useEffect(() => {
    document.title = tabTitle(title, unread);
  }, [title, unread]);
  return (
    <p role="status" className="sr-only">
      {title}
    </p>
  );
}
