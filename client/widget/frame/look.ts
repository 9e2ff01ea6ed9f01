import type { WidgetConfigView } from '../../../shared/contracts/visitor.ts';
import { readableOn, textOn } from '../colour.ts';
import { isRightToLeft, type Language } from '../language.ts';

/** The lightest and the darkest ground that text in the owner's colour stands on, as in `style.css`. */
const lightSurface = '#f4f4f5';
const darkSurface = '#27272a';
const textRatio = 4.5;

/**
 * Puts the widget's colour, theme and language on the document. The colour is used as it is where text stands on it,
 * and moved towards black or white where it is text itself. Set by script, which a policy without inline styles allows.
 */
export function applyLook(config: WidgetConfigView, language: Language): void {
  const root = document.documentElement;
  const color = /^#[0-9a-f]{6}$/i.test(config.color) ? config.color : '#4f46e5';
  root.lang = language;
  root.dir = isRightToLeft(language) ? 'rtl' : 'ltr';
  root.dataset.theme = config.theme;
  document.title = config.name;
  const set = (name: string, value: string) => root.style.setProperty(name, value);
  set('--accent', color);
  set('--on-accent', textOn(color));
  set('--ink-light', readableOn(color, lightSurface, textRatio));
  set('--ink-dark', readableOn(color, darkSurface, textRatio));
}
