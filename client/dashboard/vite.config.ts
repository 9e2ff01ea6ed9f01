import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://localhost:4000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), tailwindcss()],
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
    proxy: {
      '/api': server,
      '/socket.io': { target: server, ws: true },
      '/w': server,
      '/frame': server,
      '/widget.js': server,
    },
  },
});
