import { useQueryClient } from '@tanstack/react-query';
import { useLive } from '../../lib/live.ts';
import { sessionEnded, useMe } from '../../lib/session.ts';
import { useStore } from '../../lib/store.ts';
import { Button } from '../../ui/Button.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { SignInForm } from './SignInForm.tsx';
import { signOut } from './sign-out.ts';

/** Asks for the password over the page when the session has ended, so that nothing written there is lost. */
export function SessionEndedDialog() {
  const ended = useStore(sessionEnded);
  const { user } = useMe();
  const queryClient = useQueryClient();
  const live = useLive();
  return (
    <Modal isOpen={ended} onClose={() => {}} isForced title="Your session has ended">
      <p className="mb-4 text-muted">Sign in again to go on. What you were writing is still here.</p>
      <SignInForm
        initialEmail={user.email}
        onSignedIn={(view) => {
          if (view.user.id !== user.id) {
            location.assign('/');
            return;
          }
          live?.restart();
          return queryClient.invalidateQueries();
        }}
      />
      <Button look="quiet" className="mt-2 w-full" onPress={() => void signOut()}>
        Leave instead
      </Button>
    </Modal>
  );
}
