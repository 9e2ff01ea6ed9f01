import type { EditorTab } from '../searches.ts';

/** Which settings each tab shows, as pointers into the body of a change. */
export const tabFields: Record<EditorTab, readonly string[]> = {
  look: ['/name', '/color', '/position', '/theme', '/appearance'],
  texts: ['/welcomeMessage', '/suggestedQuestions', '/language'],
  hours: ['/businessHours'],
  'pre-chat': ['/preChat'],
  assistant: ['/engine', '/engineSettings', '/systemPrompt', '/retrieval', '/voice'],
  webhook: [],
  sites: ['/allowedSites'],
  danger: [],
};

export const tabLabels: Record<EditorTab, string> = {
  look: 'Look',
  texts: 'Texts',
  hours: 'Business hours',
  'pre-chat': 'Pre-chat form',
  assistant: 'Assistant',
  webhook: 'Webhook',
  sites: 'Where it appears',
  danger: 'Keys and archive',
};

export const allFields: readonly string[] = Object.values(tabFields).flat();
