import { setShortcuts, shortcutsStore } from '../../lib/preferences.ts';
import { useStore } from '../../lib/store.ts';
import { Modal } from '../../ui/Modal.tsx';
import { SwitchField } from '../../ui/SwitchField.tsx';
import { Key } from './NoThread.tsx';
import { shortcuts } from './use-shortcuts.ts';

/** The shortcuts of the inbox, and the switch that turns them off. */
export function ShortcutHelp({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const on = useStore(shortcutsStore);
  return (
    <Modal isOpen={isOpen} onClose={onClose} title="Keyboard shortcuts">
      <dl className="mb-4 divide-y divide-line">
        {shortcuts.map(({ keys, label }) => (
          <div key={label} className="flex items-center justify-between py-2">
            <dt>{label}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Key key={key}>{key}</Key>
              ))}
            </dd>
          </div>
        ))}
        <div className="flex items-center justify-between py-2">
          <dt>Send the answer</dt>
          <dd>
            <Key>Enter</Key>
          </dd>
        </div>
        <div className="flex items-center justify-between py-2">
          <dt>New line in the answer</dt>
          <dd className="flex gap-1">
            <Key>Shift</Key>
            <Key>Enter</Key>
          </dd>
        </div>
      </dl>
      <SwitchField
        label="Single letters act as shortcuts"
        description="Switch this off if you dictate or use another tool with shortcuts of its own."
        value={on}
        onChange={setShortcuts}
      />
    </Modal>
  );
}
