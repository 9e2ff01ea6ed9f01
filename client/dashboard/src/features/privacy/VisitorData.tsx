import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { eraseVisitor, exportVisitor } from '../../../../../shared/contracts/privacy.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { buildUrl } from '../../lib/url.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { countsSentence } from './counts-sentence.ts';

const word = 'ERASE';

/** Beside a thread: what is kept of its visitor, to be handed out or erased. */
export function VisitorData({ visitorId, name }: { visitorId: string; name: string }) {
  const { clientId, may } = useCurrentClient();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setIsAsking] = useState(false);
  const mayExport = may('visitors.export');
  const mayErase = may('visitors.erase');
  if (!mayExport && !mayErase) return null;
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-[0.8125rem]">Their data</h3>
      <div className="flex flex-wrap gap-2">
        {mayExport && (
          <a
            href={buildUrl(exportVisitor.path, { clientId, visitorId }, {})}
            download
            className={buttonClass('secondary', 'small')}
          >
            Export data
          </a>
        )}
        {mayErase && (
          <Button size="small" onPress={() => setIsAsking(true)}>
            Erase visitor…
          </Button>
        )}
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Erase ${name} for ever?`}
        confirmLabel="Erase visitor"
        repeat={{ label: `Type “${word}” to go on`, text: word }}
        onConfirm={async () => {
          const { counts } = await call(eraseVisitor, { params: { clientId, visitorId } });
          await navigate({ to: '/c/$clientId/inbox', params: { clientId }, search: true });
          void queryClient.invalidateQueries({ queryKey: ['privacy', clientId] });
          toastDone(`Erased: ${countsSentence(counts)}.`);
        }}
      >
        All their conversations go, with files, notes, ratings and what the assistant was asked, for everybody and at
        once. Only a receipt stays, which does not say whose it was. This cannot be undone.
      </ConfirmDialog>
    </section>
  );
}
