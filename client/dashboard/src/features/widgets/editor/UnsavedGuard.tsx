import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';

/** Asks before leaving the page would lose what is not saved. Changing the tab of the editor is not leaving. */
export function UnsavedGuard({ isDirty }: { isDirty: boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  return (
    <ConfirmDialog
      isOpen={blocker.status === 'blocked'}
      onClose={() => blocker.status === 'blocked' && blocker.reset()}
      title="Leave without saving?"
      confirmLabel="Leave and lose them"
      cancelLabel="Stay here"
      onConfirm={() => blocker.status === 'blocked' && blocker.proceed()}
    >
      The changes on this page are not saved yet.
    </ConfirmDialog>
  );
}
