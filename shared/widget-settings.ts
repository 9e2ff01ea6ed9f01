/** The vocabulary of a widget's settings, shared by its table, its contract, the settings screen and the widget. */
export const widgetPositions = ['left', 'right'] as const;
export const widgetThemes = ['light', 'dark', 'auto'] as const;
export const widgetEngines = ['knowledge', 'llm', 'webhook', 'none'] as const;
/** `auto` follows the language of the page the widget is on. */
export const widgetLanguages = ['auto', 'en', 'de', 'fr', 'es', 'tr', 'ar', 'he', 'ja', 'zh'] as const;
export const widgetStatuses = ['pending', 'activating', 'active', 'failed'] as const;
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const preChatFieldTypes = ['text', 'email', 'tel', 'textarea', 'select'] as const;

export type WidgetPosition = (typeof widgetPositions)[number];
export type WidgetTheme = (typeof widgetThemes)[number];
export type WidgetEngine = (typeof widgetEngines)[number];
export type WidgetLanguage = (typeof widgetLanguages)[number];
export type WidgetStatus = (typeof widgetStatuses)[number];
export type Weekday = (typeof weekdays)[number];

/** How the launcher and the panel look on the host page. Offsets are CSS pixels from the page's edge. */
export interface WidgetAppearance {
  /** One or two letters shown when there is no avatar; empty: taken from the name. */
  initials: string;
  /** An https URL or empty. */
  avatarUrl: string;
  offsetX: number;
  offsetY: number;
  zIndex: number;
  /** A label beside the launcher's icon; empty: the icon alone. */
  launcherText: string;
}

/** When people answer. Times are `HH:MM` in `timeZone` (an IANA name); a day without hours is closed. */
export interface BusinessHours {
  enabled: boolean;
  timeZone: string;
  days: Partial<Record<Weekday, { from: string; to: string }>>;
  /** Shown outside these hours. */
  awayText: string;
}

export interface PreChatField {
  /** Key under which the answer is kept, unique in the form. */
  name: string;
  label: string;
  type: (typeof preChatFieldTypes)[number];
  required: boolean;
  /** Choices of a `select`; empty otherwise. */
  options: string[];
}

export interface PreChatForm {
  enabled: boolean;
  fields: PreChatField[];
}

/** Where answers are looked up. */
export interface RetrievalSettings {
  enabled: boolean;
  /** A page or site whose contents are answered from, too; empty: none. */
  sourceUrl: string;
  /** The document it is read into, where one is named: not to be set. */
  sourceDocumentId?: string | undefined;
  /** Ids of the documents to answer from; empty: all of the client's. */
  documentIds: string[];
}

/** Settings of the chosen engine; each engine reads its own part. */
export interface EngineSettings {
  webhookUrl?: string | undefined;
  model?: string | undefined;
  temperature?: number | undefined;
}

export const widgetDefaults = {
  welcomeMessage: 'Hi! How can we help?',
  systemPrompt: '',
  color: '#4f46e5',
  position: 'right',
  theme: 'auto',
  language: 'auto',
  voice: '',
  engine: 'none',
  allowedSites: ['localhost'],
  suggestedQuestions: [],
  appearance: { initials: '', avatarUrl: '', offsetX: 20, offsetY: 20, zIndex: 2147483647, launcherText: '' },
  businessHours: { enabled: false, timeZone: 'UTC', days: {}, awayText: '' },
  preChat: { enabled: false, fields: [] },
  retrieval: { enabled: true, sourceUrl: '', documentIds: [] },
  engineSettings: {},
} as const;
