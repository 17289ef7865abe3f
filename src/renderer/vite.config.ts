import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The station page alone, for the browser shell. Relative addresses, so that it works under `http://localhost:N/`
 * and `app://` alike; nothing is inlined, so that a policy without `data:` and `unsafe-inline` holds.
 */
export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [react()],
  build: {
    outDir: here('../../out/renderer'),
    emptyOutDir: true,
    minify: true,
    // One page, loaded from this machine: a second file would only wait.
    chunkSizeWarningLimit: 900,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { index: here('./index.html'), passkey: here('./passkey.html'), wiped: here('./wiped.html') },
    },
  },
});
