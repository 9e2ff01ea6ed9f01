import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { Notice } from '../../ui/Notice.tsx';
import { type Option, SelectField } from '../../ui/SelectField.tsx';
import { DocumentPicker } from './DocumentPicker.tsx';
import { documentsOfScope, type Scope, scopeDocumentsMax } from './playground-scope.ts';

interface ScopePickerProps {
  scope: Scope;
  widgets: readonly WidgetView[];
  onChange: (scope: Scope) => void;
}

/** All documents, those of a widget, or chosen ones. */
export function ScopePicker({ scope, widgets, onChange }: ScopePickerProps) {
  const options: Option<string>[] = [
    { id: 'all', label: 'All documents' },
    ...widgets.map(({ id, name }) => ({ id: `widget:${id}`, label: name, hint: 'What this widget looks in' })),
    { id: 'chosen', label: 'Documents I choose' },
  ];
  const choose = (id: string) => {
    if (id === 'all') onChange({ kind: 'all' });
    else if (id === 'chosen') onChange({ kind: 'chosen', documentIds: [] });
    else onChange({ kind: 'widget', widgetId: id.slice('widget:'.length) });
  };
  const count = documentsOfScope(scope, widgets)?.length;
  return (
    <div className="flex flex-col gap-3">
      <SelectField
        label="Look in"
        value={scope.kind === 'widget' ? `widget:${scope.widgetId}` : scope.kind}
        onChange={choose}
        options={options}
        className="max-w-sm"
      />
      {scope.kind === 'widget' && (
        <p className="text-muted text-xs">
          {count === undefined ? 'It looks in all documents.' : `It looks in ${count} of your documents.`}
        </p>
      )}
      {scope.kind === 'chosen' && (
        <DocumentPicker
          label="Documents"
          value={scope.documentIds}
          onChange={(documentIds) => onChange({ kind: 'chosen', documentIds })}
        />
      )}
      {count !== undefined && count > scopeDocumentsMax && (
        <Notice tone="warning">The playground looks in at most {scopeDocumentsMax} documents at once.</Notice>
      )}
    </div>
  );
}
