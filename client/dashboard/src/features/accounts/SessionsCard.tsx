import { useQuery, useQueryClient } from '@tanstack/react-query';
import {
  endOtherSessions,
  endSession,
  listSessions,
  type SessionView,
} from '../../../../../shared/contracts/account-security.ts';
import { call } from '../../lib/api.ts';
import { nearTime } from '../../lib/dates.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card } from '../../ui/Page.tsx';
import { Loading, Skeleton } from '../../ui/states.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { browserOf } from '../inbox/describe-visitor.ts';

const queryKey = ['sessions'];

/** Where the person is signed in, and signing out there. */
export function SessionsCard() {
  const queryClient = useQueryClient();
  const sessions = useQuery({ queryKey, queryFn: ({ signal }) => call(listSessions, {}, { signal }) });
  const refresh = () => queryClient.invalidateQueries({ queryKey });
  const endOne = useAction((sessionId: string) => call(endSession, { params: { sessionId } }), refresh);
  const endOthers = useAction(
    () => call(endOtherSessions, {}),
    () => {
      toastDone('You are signed out everywhere else.');
      return refresh();
    },
  );
  const failed = sessions.error ?? endOne.error ?? endOthers.error;
  const list = sessions.data?.sessions ?? [];
  return (
    <Card title="Where you are signed in" description="Sign out what you do not know, then change your password.">
      {failed !== null && <Notice tone="danger">{sentenceOf(failed)}</Notice>}
      {sessions.isPending ? (
        <Loading label="Reading your sessions">
          <Skeleton className="h-10 w-full" />
        </Loading>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {list.map((session) => (
            <li key={session.id} className="flex items-center gap-3 py-2">
              <Place session={session} />
              {!session.isCurrent && (
                <Button
                  className="ml-auto"
                  aria-label={`Sign out ${placeOf(session)}`}
                  isPending={endOne.isPending}
                  onPress={() => endOne.run(session.id)}
                >
                  Sign out
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {list.length > 1 && (
        <Button className="self-start" isPending={endOthers.isPending} onPress={() => endOthers.run(undefined)}>
          Sign out everywhere else
        </Button>
      )}
    </Card>
  );
}

const placeOf = ({ userAgent }: SessionView) => (userAgent === '' ? 'Unknown browser' : browserOf(userAgent));

function Place({ session }: { session: SessionView }) {
  const when = session.isCurrent ? 'This browser' : `Used ${nearTime(session.lastUsedAt)}`;
  return (
    <div className="min-w-0">
      <p className="truncate">{placeOf(session)}</p>
      <p className="text-muted text-sm">{[when, session.address].filter((part) => part !== '').join(' · ')}</p>
    </div>
  );
}
