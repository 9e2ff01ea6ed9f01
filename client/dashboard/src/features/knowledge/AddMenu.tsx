import { Plus } from 'lucide-react';
import { Button } from '../../ui/Button.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { type WayToAdd, waysToAdd } from './ways-to-add.ts';

/** The button that adds to the knowledge, in five ways. */
export function AddMenu({ onChoose }: { onChoose: (way: WayToAdd) => void }) {
  return (
    <MenuButton
      label="What to add"
      trigger={
        <Button look="primary">
          <Plus size={16} aria-hidden /> Add
        </Button>
      }
      entries={waysToAdd.map(({ id, label, icon: Icon }) => ({
        id,
        label,
        icon: <Icon size={16} />,
        onAction: () => onChoose(id),
      }))}
    />
  );
}
