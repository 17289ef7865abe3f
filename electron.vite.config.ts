import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/**
 * Three builds of one program. The preload is CommonJS because a sandboxed preload cannot be an ES module; the
 * renderer is the same page that the browser shell serves (src/renderer/vite.config.ts builds it alone).
 */
export default defineConfig({
  main: {
    build: {
      // `out` mirrors `src` file by file, so that a URL relative to a module (`../../resources/…`) means the same in both.
      outDir: 'out',
      emptyOutDir: false,
      rollupOptions: {
        input: { 'main/main': 'src/main/main.ts', 'vision/host/child-main': 'src/vision/host/child-main.ts' },
        output: { preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      minify: true,
      // A sandboxed preload can require only `electron`, so everything else is bundled in.
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: 'src/preload/preload.ts', passkey: 'src/preload/passkey.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    base: './',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      emptyOutDir: true,
      minify: true,
      chunkSizeWarningLimit: 900,
      assetsInlineLimit: 0,
      rollupOptions: {
        input: {
          index: 'src/renderer/index.html',
          passkey: 'src/renderer/passkey.html',
          wiped: 'src/renderer/wiped.html',
        },
      },
    },
  },
});
