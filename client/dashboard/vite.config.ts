import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = 'http://localhost:4000';

/** React Aria brings its few own words in thirty languages. The dashboard speaks English: the others stay out. */
const englishOnly: Plugin = {
  name: 'confab:english-only',
  enforce: 'pre',
  load(id) {
    const isOtherLanguage = /\/react-(aria|stately)[^?]*\/intl\/[^?]*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.mjs$/.test(id);
    return isOtherLanguage ? 'export default {};' : null;
  },
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [englishOnly, react(), tailwindcss()],
  // The server puts a fresh one in its place with every answer.
  html: { cspNonce: '{{nonce}}' },
  build: {
    outDir: fileURLToPath(new URL('../../dist/client/dashboard', import.meta.url)),
    emptyOutDir: true,
    // The page's policy allows no inline script and no data: script, and fonts and images stay files of their own.
    assetsInlineLimit: 0,
    // light-dark() and field-sizing are used as they are.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
  server: {
    port: 5173,
    // The browser's own Host is passed on: requests that change something must come from the origin they are sent to.
    proxy: Object.fromEntries(
      ['/api', '/socket.io', '/frame', '/assets/widget', '/widget.js', '/demo', '/docs', '/openapi.json'].map(
        (path) => [path, { target: server, ws: path === '/socket.io', changeOrigin: false }],
      ),
    ),
  },
});
