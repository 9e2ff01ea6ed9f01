import type { WidgetConfigView } from '../../../../../shared/contracts/visitor.ts';
import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';

/** Every setting an owner edits, as the widget's view has it. */
export type WidgetSettings = Omit<
  WidgetView,
  | 'id'
  | 'publicKey'
  | 'status'
  | 'statusReason'
  | 'activateAt'
  | 'activatedAt'
  | 'archivedAt'
  | 'embedCode'
  | 'createdAt'
  | 'updatedAt'
>;

/** The settings within a widget's view, to begin a draft with. */
export function settingsOf(widget: WidgetView): WidgetSettings {
  const {
    id: _id,
    publicKey: _publicKey,
    status: _status,
    statusReason: _statusReason,
    activateAt: _activateAt,
    activatedAt: _activatedAt,
    archivedAt: _archivedAt,
    embedCode: _embedCode,
    createdAt: _createdAt,
    updatedAt: _updatedAt,
    ...settings
  } = widget;
  return settings;
}

/** Whether two JSON values are the same, whatever the order of their members; undefined members count as absent. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined));
  return (
    left.length === right.size && left.every(([key, value]) => right.has(key) && isSameJson(value, right.get(key)))
  );
}

/** The settings that differ from what is saved, as a change to send; objects and lists are whole. */
export function changesOf(saved: WidgetSettings, draft: WidgetSettings): Partial<WidgetSettings> {
  return Object.fromEntries(
    Object.entries(draft).filter(([name, value]) => !isSameJson(value, saved[name as keyof WidgetSettings])),
  );
}

const isWebAddress = (text: string) => /^https?:\/\/[^\s]+$/i.test(text);

/** What of the settings the visitor's side gets to know: the shape the frame is configured with. */
export function configOf(settings: WidgetSettings): WidgetConfigView {
  return {
    name: settings.name,
    welcomeMessage: settings.welcomeMessage,
    color: settings.color,
    position: settings.position,
    theme: settings.theme,
    language: settings.language,
    suggestedQuestions: settings.suggestedQuestions.filter((question) => question.trim() !== ''),
    // Half-typed, it would be an address on this server.
    appearance: isWebAddress(settings.appearance.avatarUrl)
      ? settings.appearance
      : { ...settings.appearance, avatarUrl: '' },
    businessHours: settings.businessHours,
    preChat: settings.preChat,
  };
}
