import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RetrievalSettings } from '../../../../../../shared/widget-settings.ts';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { Button } from '../../../ui/Button.tsx';
import { useFault } from '../../../ui/faults-context.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { Card } from '../../../ui/Page.tsx';
import { RadioCards } from '../../../ui/RadioCards.tsx';
import { SwitchField } from '../../../ui/SwitchField.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { DocumentPicker } from '../../knowledge/DocumentPicker.tsx';
import { documentsQuery } from '../../knowledge/queries.ts';
import { useEditor } from './editor-context.ts';

const link = 'text-accent-fg underline underline-offset-2';

/** Whether answers are looked up, and in which documents. */
export function KnowledgeCard() {
  const { clientId } = useCurrentClient();
  const { widget, draft, change } = useEditor();
  const { retrieval } = draft;
  const isAlways = draft.engine === 'knowledge';
  const isOn = isAlways || retrieval.enabled;
  const set = (part: Partial<RetrievalSettings>) => change({ retrieval: { ...retrieval, ...part } });
  return (
    <Card
      title="Knowledge"
      description={isAlways ? 'This engine answers from documents alone.' : 'What the engine is given to answer from.'}
    >
      {!isAlways && (
        <SwitchField
          label="Look answers up"
          description="Each question is looked up in your documents first. The passages found go along with it and are shown as citations."
          value={retrieval.enabled}
          onChange={(enabled) => set({ enabled })}
        />
      )}
      {isOn && <Documents retrieval={retrieval} set={set} />}
      {isOn && (
        <TextField
          label="Website to answer from"
          pointer="/retrieval/sourceUrl"
          inputMode="url"
          autoComplete="off"
          placeholder="https://www.example.com"
          description="It is read when this is saved and answers as well: a whole site where only a host is named, else that one page. Empty: none."
          value={retrieval.sourceUrl}
          onChange={(sourceUrl) => set({ sourceUrl })}
        />
      )}
      {isOn && (
        <p className="text-muted text-xs">
          Files, pages and sites are added under{' '}
          <Link to="/c/$clientId/knowledge" params={{ clientId }} className={link}>
            Knowledge
          </Link>
          . See what a question finds in the{' '}
          <Link
            to="/c/$clientId/knowledge/playground"
            params={{ clientId }}
            search={{ widget: widget.id }}
            className={link}
          >
            playground
          </Link>
          , once this is saved.
        </p>
      )}
    </Card>
  );
}

interface DocumentsProps {
  retrieval: RetrievalSettings;
  set: (part: Partial<RetrievalSettings>) => void;
}

function Documents({ retrieval, set }: DocumentsProps) {
  const { clientId } = useCurrentClient();
  const documents = useQuery(documentsQuery(clientId)).data;
  const { fault } = useFault('/retrieval/documentIds');
  const isChosen = retrieval.enabled && retrieval.documentIds.length > 0;
  // Without a document chosen the setting means all of them, so the wish to choose is kept here.
  const [wantsChoice, setWantsChoice] = useState(false);
  const choosing = isChosen || wantsChoice;
  const gone = documents ? retrieval.documentIds.filter((id) => !documents.some((one) => one.id === id)) : [];
  const choose = (documentIds: string[]) => {
    setWantsChoice(true);
    set({ enabled: true, documentIds });
  };
  if (documents?.length === 0) {
    return (
      <Notice tone="warning">
        There are no documents yet, so it would say of everything that it does not know.{' '}
        <Link to="/c/$clientId/knowledge" params={{ clientId }} className="underline">
          Add the first
        </Link>
        .
      </Notice>
    );
  }
  return (
    <>
      <RadioCards
        label="Documents"
        value={choosing ? 'chosen' : 'all'}
        onChange={(next) => {
          setWantsChoice(next === 'chosen');
          if (next === 'all') set({ documentIds: [] });
        }}
        gridClassName="grid gap-2 sm:grid-cols-2"
        options={[
          { id: 'all', label: 'All documents', hint: 'Also those that are added later.' },
          { id: 'chosen', label: 'Chosen documents', hint: 'Only those, as for a site of its own.' },
        ]}
      />
      {choosing && <DocumentPicker label="It answers from" value={retrieval.documentIds} onChange={choose} />}
      {fault !== undefined && <Notice tone="danger">{fault}</Notice>}
      {choosing && !isChosen && <Notice tone="note">As long as none is chosen, it answers from all documents.</Notice>}
      {gone.length > 0 && (
        <Notice tone="warning">
          <p>
            {gone.length === 1 ? 'One chosen document was' : `${gone.length} chosen documents were`} deleted
            {gone.length === retrieval.documentIds.length ? ', so nothing is found any more' : ''}.
          </p>
          <Button
            size="small"
            className="mt-2"
            onPress={() => choose(retrieval.documentIds.filter((id) => !gone.includes(id)))}
          >
            {gone.length === 1 ? 'Take it off the list' : 'Take them off the list'}
          </Button>
        </Notice>
      )}
    </>
  );
}
