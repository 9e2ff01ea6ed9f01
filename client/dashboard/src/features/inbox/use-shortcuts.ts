import { useEffect, useMemo, useRef } from 'react';
import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';
import { shortcutsStore } from '../../lib/preferences.ts';
import { useStore } from '../../lib/store.ts';
import type { InboxContextValue, ThreadActions } from './inbox-context.ts';
import { neighbour } from './neighbour.ts';

/** The shortcuts of the inbox, for the help and for the keyboard. */
export const shortcuts = [
  { keys: ['j'], label: 'Next conversation' },
  { keys: ['k'], label: 'Previous conversation' },
  { keys: ['r'], label: 'Write an answer' },
  { keys: ['n'], label: 'Write a note for the team' },
  { keys: ['a'], label: 'Assign to me' },
  { keys: ['b'], label: 'Hand back to the assistant' },
  { keys: ['w'], label: 'Why the assistant’s last answer?' },
  { keys: ['e'], label: 'Close or reopen' },
  { keys: ['/'], label: 'Search conversations' },
  { keys: ['?'], label: 'Show these shortcuts' },
] as const;

interface Parts {
  list: readonly ConversationView[];
  openId: string | undefined;
  onOpen: (id: string) => void;
  onSearch: () => void;
  onHelp: () => void;
}

const overlays = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/** Whether the key belongs to what has the focus: a text, a menu, a dialog. */
function isTaken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return true;
  const target = event.target as HTMLElement | null;
  if (target?.closest('input, textarea, select, [contenteditable="true"]')) return true;
  // Overlays are outside of the application's root; the list of conversations and toasts do not count.
  return [...document.querySelectorAll(`body > :not(#root) :is(${overlays})`)].some(
    (one) => !one.closest('[role="region"]'),
  );
}

/** Lets single letters act while the inbox is open and shortcuts are switched on. */
export function useShortcuts(parts: Parts): { context: InboxContextValue } {
  const on = useStore(shortcutsStore);
  const latest = useRef(parts);
  latest.current = parts;
  const thread = useRef<ThreadActions | null>(null);
  const lastIndex = useRef(-1);
  const index = parts.list.findIndex((conversation) => conversation.id === parts.openId);
  if (index >= 0) lastIndex.current = index;

  useEffect(() => {
    if (!on) return;
    const act: Record<string, () => void> = {
      j: () => go(1),
      k: () => go(-1),
      r: () => thread.current?.write('answer'),
      n: () => thread.current?.write('note'),
      a: () => thread.current?.assignToMe(),
      b: () => thread.current?.handBack?.(),
      w: () => thread.current?.why?.(),
      e: () => thread.current?.toggleClosed(),
      '/': () => latest.current.onSearch(),
      '?': () => latest.current.onHelp(),
    };
    function go(step: 1 | -1): void {
      const { list, openId, onOpen } = latest.current;
      const next = neighbour(list, openId, lastIndex.current, step);
      if (next) onOpen(next.id);
    }
    const onKeyDown = (event: KeyboardEvent) => {
      const action = act[event.key];
      if (!action || isTaken(event)) return;
      event.preventDefault();
      action();
    };
    // While capturing, because lists take letters for finding an entry by its beginning.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [on]);

  return useMemo(
    () => ({
      context: {
        register: (actions) => {
          thread.current = actions;
        },
      },
    }),
    [],
  );
}
