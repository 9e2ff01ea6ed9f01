import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { cx } from './cx.ts';
import { optionClass, popoverClass } from './SelectField.tsx';

export interface MenuEntry {
  id: string;
  label: string;
  icon?: ReactNode;
  hint?: string;
  isDanger?: boolean;
  isChecked?: boolean;
  onAction: () => void;
}

export interface MenuButtonProps {
  /** The button that opens the menu. */
  trigger: ReactNode;
  label: string;
  entries: readonly MenuEntry[];
  placement?: 'bottom end' | 'bottom start' | 'right bottom' | 'right top' | 'top end';
}

/** A button with a menu of actions. */
export function MenuButton({ trigger, label, entries, placement = 'bottom end' }: MenuButtonProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover placement={placement} className={cx(popoverClass, 'min-w-48')}>
        <Menu aria-label={label} className="outline-none">
          {entries.map((entry) => (
            <MenuItem
              key={entry.id}
              id={entry.id}
              textValue={entry.label}
              onAction={entry.onAction}
              className={cx(optionClass, entry.isDanger && 'text-danger-fg')}
            >
              {entry.icon && (
                <span aria-hidden className={cx('shrink-0', !entry.isDanger && 'text-muted')}>
                  {entry.icon}
                </span>
              )}
              <span className="min-w-0 flex-1 truncate">{entry.label}</span>
              {entry.hint && <span className="text-muted text-xs">{entry.hint}</span>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
