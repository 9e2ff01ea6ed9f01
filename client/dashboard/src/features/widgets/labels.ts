import type {
  preChatFieldTypes,
  Weekday,
  WidgetEngine,
  WidgetLanguage,
  WidgetStatus,
} from '../../../../../shared/widget-settings.ts';
import type { BadgeTone } from '../../ui/Badge.tsx';

export const statusLabels: Record<WidgetStatus, { label: string; tone: BadgeTone }> = {
  pending: { label: 'Scheduled', tone: 'note' },
  activating: { label: 'Activating', tone: 'note' },
  active: { label: 'Active', tone: 'success' },
  failed: { label: 'Not working', tone: 'danger' },
};

/** Languages under their own names, as visitors know them. */
export const languageLabels: Record<WidgetLanguage, string> = {
  auto: 'As the page it is on',
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  tr: 'Türkçe',
  ar: 'العربية',
  he: 'עברית',
  ja: '日本語',
  zh: '中文',
};

export const engineLabels: Record<WidgetEngine, { label: string; hint: string }> = {
  none: { label: 'People only', hint: 'Every message waits for an agent in the inbox.' },
  knowledge: {
    label: 'Your documents',
    hint: 'Answers with sentences of your documents and cites them. Needs no model and costs nothing.',
  },
  llm: {
    label: 'Language model',
    hint: 'A model words the answers, from your instructions and the passages found. Costs what the model costs.',
  },
  webhook: {
    label: 'Webhook',
    hint: 'A service of yours answers, for example an n8n workflow. It gets each question at once.',
  },
};

export const weekdayLabels: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

export const preChatTypeLabels: Record<(typeof preChatFieldTypes)[number], string> = {
  text: 'Short text',
  email: 'Email address',
  tel: 'Phone number',
  textarea: 'Long text',
  select: 'Choice from a list',
};
