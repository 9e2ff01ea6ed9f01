import type { WidgetConfigView } from '../../../../../shared/contracts/visitor.ts';
import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';

/** The names of the settings an owner edits; the rest of a widget's view is what the server says about it. */
export const settingNames = [
  'name',
  'welcomeMessage',
  'systemPrompt',
  'color',
  'position',
  'theme',
  'language',
  'voice',
  'allowedSites',
  'suggestedQuestions',
  'appearance',
  'businessHours',
  'preChat',
  'retrieval',
  'engine',
  'engineSettings',
] as const satisfies readonly (keyof WidgetView)[];

export type WidgetSettings = Pick<WidgetView, (typeof settingNames)[number]>;

/** The settings within a widget's view, to begin a draft with. */
export function settingsOf(widget: WidgetView): WidgetSettings {
  return Object.fromEntries(settingNames.map((name) => [name, widget[name]])) as unknown as WidgetSettings;
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
