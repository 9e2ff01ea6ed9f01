import { createStore } from './store.ts';
import { readStored, writeStored } from './stored.ts';

export type Theme = 'system' | 'light' | 'dark';

const isChosen = (value: unknown): value is 'light' | 'dark' => value === 'light' || value === 'dark';

function initial(): Theme {
  const stored = readStored('theme');
  return isChosen(stored) ? stored : 'system';
}

/** The chosen theme; `public/theme.js` applies the stored one before the first paint. */
export const themeStore = createStore<Theme>(initial());

/** Applies a theme and keeps the choice; `system` follows the system from then on. */
export function chooseTheme(theme: Theme): void {
  themeStore.set(theme);
  writeStored('theme', isChosen(theme) ? theme : null);
  if (isChosen(theme)) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
