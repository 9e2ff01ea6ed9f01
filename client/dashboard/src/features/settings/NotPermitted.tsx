import { Lock } from 'lucide-react';
import { EmptyState } from '../../ui/states.tsx';

/** In place of a section that the member's role does not open. */
export function NotPermitted() {
  return (
    <EmptyState icon={<Lock size={22} />} title="Not for your role">
      Owners and admins see this. Ask one of them.
    </EmptyState>
  );
}
