import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './browser',
  outputDir: './.artifacts/playwright',
  workers: 1,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: './.artifacts/playwright.json' }]],
});
