import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { createApiKey, revokeApiKey } from '../../../../../shared/contracts/clients.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly, nearTime } from '../../lib/dates.ts';
import { itemsOf } from '../../lib/paging.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { CopyField } from '../../ui/CopyField.tsx';
import { cx } from '../../ui/cx.ts';
import { Modal } from '../../ui/Modal.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { PagedList } from './ListParts.tsx';
import { NotPermitted } from './NotPermitted.tsx';
import { type ApiKeyView, apiKeysQuery } from './queries.ts';

/** Keys for programs. */
export function ApiKeysPage() {
  const { may } = useCurrentClient();
  return (
    <Page
      title="API keys"
      description="For programs of yours that read and write conversations. A key opens everything the integration API offers: keep it on servers, never in a page."
      width="narrow"
    >
      {may('apiKeys.read') ? <Keys /> : <NotPermitted />}
    </Page>
  );
}

function Keys() {
  const { clientId, may } = useCurrentClient();
  const query = useInfiniteQuery(apiKeysQuery(clientId));
  const items = itemsOf(query.data);
  const [isMaking, setIsMaking] = useState(false);
  const make = may('apiKeys.manage') && (
    <Button look="primary" size="small" className="h-8" onPress={() => setIsMaking(true)}>
      <Plus size={14} aria-hidden /> New key
    </Button>
  );
  return (
    <Card title="Keys" actions={make}>
      <PagedList
        query={query}
        label="Loading API keys"
        isEmpty={items.length === 0}
        empty={
          <EmptyState icon={<KeyRound size={22} />} title="No keys yet">
            Make one when a program of yours needs to talk to Confab.
          </EmptyState>
        }
      >
        {items.map((key) => (
          <KeyRow key={key.id} apiKey={key} />
        ))}
      </PagedList>
      <p className="text-muted text-xs">
        Programs send the key in the header <code className="font-mono">x-org-key</code>.{' '}
        <a href="/docs" className="text-accent-fg underline underline-offset-2">
          Description of the API
        </a>
      </p>
      <Modal isOpen={isMaking} onClose={() => setIsMaking(false)} title="New API key">
        <KeyForm onClose={() => setIsMaking(false)} />
      </Modal>
    </Card>
  );
}

function KeyRow({ apiKey }: { apiKey: ApiKeyView }) {
  const { clientId, may } = useCurrentClient();
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const isRevoked = apiKey.revokedAt !== null;
  return (
    <li className="flex flex-wrap items-center gap-3 py-2.5">
      <div className="min-w-40 flex-1">
        <p className={cx('truncate font-medium', isRevoked && 'text-muted line-through')}>{apiKey.name}</p>
        <p className="text-muted text-xs">
          <span className="font-mono">{apiKey.prefix}…</span> · made {dateOnly(apiKey.createdAt)} ·{' '}
          {apiKey.lastUsedAt === null ? 'never used' : `last used ${nearTime(apiKey.lastUsedAt)}`}
        </p>
      </div>
      {isRevoked ? (
        <Badge>Revoked {dateOnly(apiKey.revokedAt!)}</Badge>
      ) : (
        may('apiKeys.manage') && (
          <Button size="small" onPress={() => setIsAsking(true)}>
            Revoke
          </Button>
        )
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Revoke ${apiKey.name}?`}
        confirmLabel="Revoke the key"
        onConfirm={async () => {
          await call(revokeApiKey, { params: { clientId, apiKeyId: apiKey.id } });
          await queryClient.invalidateQueries({ queryKey: apiKeysQuery(clientId).queryKey });
          toastDone('The key no longer works.');
        }}
      >
        Programs that use it are refused from now on. This cannot be undone.
      </ConfirmDialog>
    </li>
  );
}

function KeyForm({ onClose }: { onClose: () => void }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [key, setKey] = useState<string | null>(null);
  const make = useAction(
    () => call(createApiKey, { params: { clientId }, body: { name } }),
    (answer) => {
      setKey(answer.key);
      return queryClient.invalidateQueries({ queryKey: apiKeysQuery(clientId).queryKey });
    },
  );
  if (key !== null) {
    return (
      <div className="flex flex-col gap-4">
        <Notice tone="warning">Copy the key now. It is not kept in readable form and never shown again.</Notice>
        <CopyField label={name} text={key} />
        <Button look="primary" className="self-end" onPress={onClose}>
          I have copied it
        </Button>
      </div>
    );
  }
  return (
    <ServerForm faults={make.faults} error={make.error} pointers={['/name']} onSubmit={() => make.run(undefined)}>
      <TextField
        label="Name"
        pointer="/name"
        description="What it is for, so that you know later which one to revoke."
        placeholder="Order system"
        maxLength={limits.nameCharsMax}
        autoFocus
        value={name}
        onChange={setName}
      />
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isPending={make.isPending}>
          Make the key
        </Button>
      </div>
    </ServerForm>
  );
}
