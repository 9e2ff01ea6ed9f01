import { useEffect, useRef } from 'react';
import { Button } from '../../../ui/Button.tsx';

export interface SaveBarProps {
  isDirty: boolean;
  faultCount: number;
  isPending: boolean;
  onSave: () => void;
  onDiscard: () => void;
}

/** Below the form while there is something to save; Ctrl or Cmd with S saves too. */
export function SaveBar({ isDirty, faultCount, isPending, onSave, onDiscard }: SaveBarProps) {
  const latest = useRef(onSave);
  latest.current = onSave;
  useEffect(() => {
    if (!isDirty) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [isDirty]);
  return (
    <div role="status" className="shrink-0">
      {isDirty && (
        <div className="flex animate-enter flex-wrap items-center justify-between gap-2 border-line border-t bg-surface px-4 py-3 sm:px-6">
          <p className="text-muted">
            {faultCount > 0
              ? `${faultCount} ${faultCount === 1 ? 'setting needs' : 'settings need'} a correction`
              : 'Changes not saved'}
          </p>
          <div className="flex gap-2">
            <Button onPress={onDiscard}>Discard</Button>
            <Button look="primary" onPress={onSave} isPending={isPending}>
              Save changes
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
