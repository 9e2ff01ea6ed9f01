import { createContext, useContext } from 'react';
import type { WidgetView } from '../../../../../../shared/contracts/widgets.ts';
import type { WidgetSettings } from '../settings-draft.ts';

/** The draft that all tabs of the editor work on. */
export interface EditorState {
  widget: WidgetView;
  draft: WidgetSettings;
  change: (part: Partial<WidgetSettings>) => void;
}

export const EditorContext = createContext<EditorState | null>(null);

export function useEditor(): EditorState {
  const state = useContext(EditorContext);
  if (!state) throw new Error('useEditor is for the tabs of the editor');
  return state;
}
