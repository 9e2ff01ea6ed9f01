import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon, IconButton, type IconName } from './icons.tsx';
import { useShell } from './shell.ts';

const focusToggle = (menu: HTMLElement | null) => menu?.querySelector('button')?.focus();

/** A button that shows further ones: each with its drawing, its words and what it does. */
export function Menu({ items }: { items: readonly (readonly [IconName, string, () => void])[] }) {
  const { texts } = useShell();
  const [isOpen, setIsOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    root.current?.querySelector<HTMLElement>('li button')?.focus();
    const leave = ({ target }: Event) => {
      if (!root.current?.contains(target as Node)) setIsOpen(false);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      // Closes this alone, not the chat.
      event.stopPropagation();
      setIsOpen(false);
      focusToggle(root.current);
    };
    const menu = root.current;
    menu?.addEventListener('keydown', onKeyDown);
    const events = ['pointerdown', 'focusin'] as const;
    for (const name of events) document.addEventListener(name, leave);
    return () => {
      menu?.removeEventListener('keydown', onKeyDown);
      for (const name of events) document.removeEventListener(name, leave);
    };
  }, [isOpen]);

  return (
    <div class="menu" ref={root}>
      <IconButton name="more" label={texts.more} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)} />
      {isOpen && (
        <ul>
          {items.map(([icon, label, act]) => (
            <li key={icon}>
              <button
                type="button"
                onClick={() => {
                  setIsOpen(false);
                  focusToggle(root.current);
                  act();
                }}
              >
                <Icon name={icon} /> {label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
