import { describe, expect, it } from 'vitest';
import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { documentsOfScope } from './playground-scope.ts';

const widget = (enabled: boolean, documentIds: string[]) =>
  ({ id: 'w', retrieval: { enabled, sourceUrl: '', documentIds } }) as unknown as WidgetView;

describe('where the playground looks', () => {
  it('is everywhere unless documents are named', () => {
    expect(documentsOfScope({ kind: 'all' }, [])).toBeUndefined();
    expect(documentsOfScope({ kind: 'chosen', documentIds: [] }, [])).toBeUndefined();
    expect(documentsOfScope({ kind: 'chosen', documentIds: ['a'] }, [])).toEqual(['a']);
  });

  it('is where the widget looks', () => {
    const scope = { kind: 'widget', widgetId: 'w' } as const;
    expect(documentsOfScope(scope, [widget(true, ['a'])])).toEqual(['a']);
    expect(documentsOfScope(scope, [widget(true, [])])).toBeUndefined();
    expect(documentsOfScope(scope, [widget(false, ['a'])])).toBeUndefined();
  });
});
