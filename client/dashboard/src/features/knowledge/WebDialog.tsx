import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createDocument, type DocumentView, updateDocument } from '../../../../../shared/contracts/knowledge.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { NumberField } from '../../ui/NumberField.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { useAction } from '../../ui/use-action.ts';
import { applyDocument } from './document-cache.ts';

interface WebDialogProps {
  kind: 'page' | 'site';
  /** The one to change; left out: a new one. */
  document?: DocumentView;
  onClose: () => void;
}

const usualCrawl = { pagesMax: 200, depthMax: 5 };
const texts = {
  page: {
    title: 'Add a web page',
    change: 'Address of the page',
    hint: 'One page. Its text is read, without menus and footers.',
  },
  site: {
    title: 'Add a whole site',
    change: 'Address and limits of the site',
    hint: 'Where to begin. Its sitemap and its links are followed, on the same host and as its robots.txt allows.',
  },
};

/** Names a page or a site to be read. */
export function WebDialog({ isOpen, ...props }: WebDialogProps & { isOpen: boolean }) {
  const { title, change } = texts[props.kind];
  return (
    <Modal isOpen={isOpen} onClose={props.onClose} title={props.document ? change : title} size="medium">
      <WebForm {...props} />
    </Modal>
  );
}

/** What people leave out of an address. */
const completed = (url: string) =>
  /^\s*[a-z][a-z0-9+.-]*:/i.test(url) || url.trim() === '' ? url : `https://${url.trim()}`;

function WebForm({ kind, document, onClose }: WebDialogProps) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const [url, setUrl] = useState(document?.url ?? '');
  const [name, setName] = useState('');
  const [crawl, setCrawl] = useState(document?.crawl ?? usualCrawl);
  const save = useAction(
    async (): Promise<DocumentView> => {
      const address = { url: completed(url), ...(kind === 'site' && { crawl }) };
      if (document) {
        const params = { clientId, documentId: document.id };
        const { text: _, pairs: __, ...view } = await call(updateDocument, { params, body: address });
        return view;
      }
      const body = { kind, ...address, ...(name.trim() !== '' && { name }) };
      return call(createDocument, { params: { clientId }, body });
    },
    (view) => {
      applyDocument(queryClient, clientId, view);
      toastDone(kind === 'site' ? 'The site is being read.' : 'The page is being read.');
      onClose();
    },
  );
  return (
    <ServerForm
      faults={save.faults}
      error={save.error}
      pointers={['/url', '/name', '/crawl/pagesMax', '/crawl/depthMax']}
      onSubmit={() => save.run(undefined)}
    >
      <TextField
        label="Address"
        pointer="/url"
        description={texts[kind].hint}
        placeholder={kind === 'site' ? 'https://www.example.com/help/' : 'https://www.example.com/shipping'}
        inputMode="url"
        autoComplete="off"
        maxLength={limits.addressCharsMax}
        autoFocus
        value={url}
        onChange={setUrl}
      />
      {!document && (
        <TextField
          label="Name (optional)"
          pointer="/name"
          description="Visitors see it in citations. Empty: the title of the page."
          maxLength={limits.nameCharsMax}
          value={name}
          onChange={setName}
        />
      )}
      {kind === 'site' && (
        <div className="grid gap-4 sm:grid-cols-2">
          <NumberField
            label="Pages at most"
            pointer="/crawl/pagesMax"
            description={`Reading stops there. Up to ${limits.sitePagesMax.toLocaleString('en')}.`}
            minValue={1}
            maxValue={limits.sitePagesMax}
            value={crawl.pagesMax}
            onChange={(pagesMax) => setCrawl({ ...crawl, pagesMax })}
          />
          <NumberField
            label="Links deep"
            pointer="/crawl/depthMax"
            description="How many clicks from the first page. 1: what it links to, and what the sitemap lists."
            minValue={1}
            maxValue={limits.siteDepthMax}
            value={crawl.depthMax}
            onChange={(depthMax) => setCrawl({ ...crawl, depthMax })}
          />
        </div>
      )}
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isPending={save.isPending}>
          {document ? 'Save and read again' : kind === 'site' ? 'Read the site' : 'Read the page'}
        </Button>
      </div>
    </ServerForm>
  );
}
