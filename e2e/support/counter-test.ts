/** Playwright's test with a house of its own per test and browsers that are closed after it. */
import { test as base, type Browser } from '@playwright/test';
import { openBrowser, openCounter, type CounterPage } from './counter-page.ts';
import { openHouse, type StationHouse } from './station.ts';

interface Fixtures {
  readonly house: StationHouse;
  /** A fresh browser of its own; `flags` as Chromium takes them. */
  readonly openCounterPage: (flags?: readonly string[]) => Promise<CounterPage>;
}

export const test = base.extend<Fixtures>({
  house: async ({}, use) => {
    const house = await openHouse();
    await use(house);
    await house.tearDown();
  },
  openCounterPage: async ({}, use) => {
    const browsers: Browser[] = [];
    await use(async (flags) => {
      const browser = await openBrowser(flags);
      browsers.push(browser);
      return openCounter(browser);
    });
    await Promise.all(browsers.map((browser) => browser.close()));
  },
});
