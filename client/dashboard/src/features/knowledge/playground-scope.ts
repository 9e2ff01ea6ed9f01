import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';

/** Where a question is looked up. */
export type Scope =
  | { kind: 'all' }
  | { kind: 'chosen'; documentIds: readonly string[] }
  | { kind: 'widget'; widgetId: string };

/** The search takes so many documents at most. */
export const scopeDocumentsMax = 100;

/** The documents of a scope; undefined for all of them. A widget that names none looks in all. */
export function documentsOfScope(scope: Scope, widgets: readonly WidgetView[]): string[] | undefined {
  if (scope.kind === 'all') return undefined;
  if (scope.kind === 'chosen') return scope.documentIds.length === 0 ? undefined : [...scope.documentIds];
  const retrieval = widgets.find(({ id }) => id === scope.widgetId)?.retrieval;
  if (!retrieval?.enabled || retrieval.documentIds.length === 0) return undefined;
  const { documentIds, sourceDocumentId } = retrieval;
  return sourceDocumentId === undefined ? documentIds : [...documentIds, sourceDocumentId];
}
