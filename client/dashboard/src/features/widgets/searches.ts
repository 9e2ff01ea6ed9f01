/** The parts of the editor, each a tab. */
export const editorTabs = ['look', 'texts', 'hours', 'pre-chat', 'assistant', 'webhook', 'sites', 'danger'] as const;
export type EditorTab = (typeof editorTabs)[number];

export interface EditorSearch {
  tab?: Exclude<EditorTab, 'look'>;
}

/** Reads the editor's tab from an address; without one it is the first. */
export function readEditorSearch(raw: Record<string, unknown>): EditorSearch {
  const tab = editorTabs.find((one) => one === raw.tab);
  return tab === undefined || tab === 'look' ? {} : { tab };
}

/** The steps of the wizard after the widget is made. */
export const setupSteps = ['look', 'sites', 'tag'] as const;
export type SetupStep = (typeof setupSteps)[number];

export interface SetupSearch {
  step?: Exclude<SetupStep, 'look'>;
}

export function readSetupSearch(raw: Record<string, unknown>): SetupSearch {
  const step = setupSteps.find((one) => one === raw.step);
  return step === undefined || step === 'look' ? {} : { step };
}
