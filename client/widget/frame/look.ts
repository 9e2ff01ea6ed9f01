import type { WidgetConfigView } from '../../../shared/contracts/visitor.ts';
import { readableOn, textOn } from '../colour.ts';
import { isRightToLeft, type Language } from '../language.ts';

/** The grounds of `style.css` on which the owner's colour is the hardest to read, per theme. */
const softest = { light: '#f4f4f5', dark: '#27272a' };
const textRatio = 4.5;
/** The grounds around what is filled with the colour, and how far its rim stands out when the filling does not. */
const ground = { light: '#ffffff', dark: '#18181b' };
const rimRatio = 1.4;

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
  for (const theme of ['light', 'dark'] as const) {
    set(`--ink-${theme}`, readableOn(color, softest[theme], textRatio));
    set(`--rim-${theme}`, readableOn(color, ground[theme], rimRatio));
  }
}
