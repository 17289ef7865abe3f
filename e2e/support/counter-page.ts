/** The counter as a person uses it: what is pressed, what is typed, and a picture of every step. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { testChromium } from './chromium.ts';
import { expectFits } from './fits.ts';
import { overhear, type Overheard } from './overheard.ts';
import type { Credentials, RunningStation } from './station.ts';

const screens = fileURLToPath(new URL('../.artifacts/screens/', import.meta.url));
mkdirSync(screens, { recursive: true });

/** Reading a card and judging a selfie use real models; five seconds each on two free cores, far more on busy ones. */
export const judgingMs = 120_000;
export const counterSize = { width: 1600, height: 900 };

export async function openBrowser(flags: readonly string[] = []): Promise<Browser> {
  const { executablePath, args } = await testChromium();
  return chromium.launch({ executablePath, args: [...args, ...flags] });
}

export interface CounterPage {
  readonly page: Page;
  readonly context: BrowserContext;
  at(testId: string): Locator;
  press(testId: string): Promise<void>;
  /** Opens the station's one-time address; afterwards it is spent. */
  pair(station: RunningStation): Promise<void>;
  signIn(person: Credentials | undefined): Promise<void>;
  signOut(): Promise<void>;
  /** Ticks every consent, one by one, and signs. */
  agree(): Promise<void>;
  /** Opens a session for a new account, up to the consent. */
  toConsent(): Promise<void>;
  /** Purpose and all consents, up to the card step. */
  greet(): Promise<void>;
  /** `e2e/.artifacts/screens/NAME.png`, once the fonts are there and nothing fades in any more. */
  shot(name: string): Promise<void>;
  /** What stands in a field of the card. */
  field(name: string): Locator;
  /** The card step by itself: aims, flashes, reads. Ends at the fields. */
  captureCard(): Promise<void>;
  /** The selfie step by itself: aims, flashes, asks for movements, judges. Ends at the result. */
  captureSelfie(): Promise<void>;
  /** What the desk told the page besides what is shown. */
  readonly overheard: Overheard;
  /** The screen as it is now: no serious finding of axe, and it fits every size of a counter. */
  accessible(): Promise<void>;
}

/** Serious and critical findings of axe; must be empty. */
export async function expectNoGraveFinding(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual([]);
}

export async function openCounter(browser: Browser): Promise<CounterPage> {
  // Indonesian first, whatever the machine speaks; motion is not what these pictures are about.
  const context = await browser.newContext({ viewport: counterSize, locale: 'id-ID', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const overheard = overhear(page);
  const at = (testId: string): Locator => page.getByTestId(testId);
  const press = (testId: string): Promise<void> => at(testId).click();
  const agree = async (): Promise<void> => {
    const boxes = page.locator('.check[data-testid^="consent-"]');
    await expect(boxes.first()).toBeVisible();
    for (const box of await boxes.all()) await box.click();
    // The way without a pen; drawing has a spec of its own.
    await press('signature-typed');
    await at('signature-name').fill('NASABAH CONTOH');
  };
  const toConsent = async (): Promise<void> => {
    await press('start-onboarding');
    await press('purpose-open_account');
    await press('purpose-next');
    await expect(at('step-consent')).toBeVisible();
  };
  // A busy machine may give too few frames for a verdict; the desk then asks for another try, and so does a person.
  const untilJudged = async (next: string): Promise<void> => {
    const again = at('capture-again');
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(at('judging')).toBeVisible({ timeout: judgingMs });
      // While the second one is judged the button of the first miss is still there, and idle.
      await expect(at('judging')).toHaveCount(0, { timeout: judgingMs });
      await expect(at(next).or(again)).toBeVisible({ timeout: judgingMs });
      if (await at(next).isVisible()) return;
      await again.click();
    }
    await expect(at(next)).toBeVisible({ timeout: judgingMs });
  };
  return {
    page,
    context,
    at,
    press,
    agree,
    overheard,
    async pair(station) {
      await page.goto(station.pairingAddress);
      await expect(at('top-bar')).toBeVisible();
    },
    async signIn(person) {
      if (person === undefined) throw new Error('the station named no such person');
      await at('sign-in-email').fill(person.email);
      await at('sign-in-password').fill(person.password);
      await press('sign-in-submit');
      await expect(at('person')).toBeVisible();
    },
    async signOut() {
      await press('sign-out');
      await expect(at('sign-in-page')).toBeVisible();
    },
    toConsent,
    async greet() {
      await toConsent();
      await agree();
      await press('consent-next');
      await expect(at('step-card')).toBeVisible();
    },
    async shot(name) {
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      await page.screenshot({ path: join(screens, `${name}.png`), animations: 'disabled' });
    },
    field: (name) => at(`field-${name}`),
    captureCard: () => untilJudged('step-fields'),
    captureSelfie: () => untilJudged('step-result'),
    async accessible() {
      await expectNoGraveFinding(page);
      await expectFits(page);
    },
  };
}
