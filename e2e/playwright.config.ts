import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './browser',
  outputDir: './.artifacts/playwright',
  workers: 1,
  retries: 0,
  timeout: 480_000,
  expect: { timeout: 40_000 },
  reporter: [['list'], ['json', { outputFile: './.artifacts/playwright.json' }]],
});
