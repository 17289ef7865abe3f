/**
 * Trying to leave the counter, by hand and by script, in a real browser. A person at the desk has a keyboard, a mouse and
 * a memory stick; a script in the page would be the worst case of a mistake of ours. Windows-wide keys and the operating
 * system are not the page's: resources/docs/hardening.md.
 */
import { expect, type Page } from '@playwright/test';
import { test } from '../support/counter-test.ts';

/** Starts to note which keys and gestures the page lets through to the browser. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const let_through: string[] = [];
    Object.assign(window, { let_through });
    for (const kind of ['keydown', 'contextmenu', 'drop', 'wheel'] as const)
      window.addEventListener(kind, (event) => {
        if (!event.defaultPrevented) let_through.push(event instanceof KeyboardEvent ? event.key : kind);
      });
  });
}
const passed = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as unknown as { let_through: string[] }).let_through.splice(0));

const shortcuts = [
  ...['Control+p', 'Control+s', 'Control+o', 'Control+u', 'Control+r', 'Control+f', 'Control+g', 'Control+j'],
  ...['Control+Shift+i', 'Control+Shift+j', 'Control+Shift+r', 'Control++', 'Control+-', 'Control+0'],
  ...['F1', 'F3', 'F5', 'F6', 'F7', 'F11', 'F12', 'Alt+ArrowLeft', 'Alt+ArrowRight'],
];
const modifiers = new Set(['Control', 'Shift', 'Alt', 'Meta']);

test('keys, menus, dropped files and the wheel lead nowhere', async ({ house, openCounterPage }) => {
  const station = await house.start({ demo: true });
  const counter = await openCounterPage();
  const { page } = counter;
  await counter.pair(station);
  const place = page.url();
  for (const screen of ['sign-in', 'idle'] as const) {
    if (screen === 'idle') await counter.signIn(station.people.get('staff'));
    await watch(page);
    for (const keys of shortcuts) await page.keyboard.press(keys);
    await page.mouse.click(400, 400, { button: 'right' });
    await page.mouse.click(400, 400, { button: 'middle' });
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    expect((await passed(page)).filter((key) => !modifiers.has(key))).toEqual([]);
    const dropped = await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['<h1>other</h1>'], 'other.html', { type: 'text/html' }));
      return document.body.dispatchEvent(
        new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }),
      );
    });
    expect(dropped).toBe(false);
    expect(page.url()).toBe(place);
    expect(counter.context.pages()).toHaveLength(1);
    expect(await page.evaluate(() => window.visualViewport?.scale)).toBe(1);
    // Nothing on the screen leads out of the station.
    expect(await page.locator('a[href]:not([href^="#"]), a[target], iframe[src^="http"], object, embed').count()).toBe(
      0,
    );
  }
});

test('a script in the page reaches nothing but its desk', async ({ house, openCounterPage }) => {
  const station = await house.start({ demo: true });
  const counter = await openCounterPage();
  const { page } = counter;
  await counter.pair(station);
  const reached = await page.evaluate(async () => {
    const blocked = new Set<string>();
    document.addEventListener('securitypolicyviolation', (event) => blocked.add(event.effectiveDirective));
    Object.assign(window, { blocked });
    const settled = (work: Promise<unknown>): Promise<boolean> =>
      work.then(
        () => true,
        () => false,
      );
    const reached = {
      fetch: await settled(fetch('https://example.test/steal')),
      socket: await new Promise<boolean>((resolve) => {
        const socket = new WebSocket('wss://example.test/steal');
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      }),
      image: await new Promise<boolean>((resolve) => {
        const image = new Image();
        image.onload = () => resolve(true);
        image.onerror = () => resolve(false);
        image.src = 'https://example.test/steal.png';
      }),
      evaluated: (() => {
        try {
          return new Function('return true')() as boolean;
        } catch {
          return false;
        }
      })(),
      inline: (() => {
        const script = document.createElement('script');
        script.textContent = 'window.inlineRan = true';
        document.body.append(script);
        return (window as unknown as { inlineRan?: boolean }).inlineRan === true;
      })(),
    };
    const form = document.createElement('form');
    form.action = 'https://example.test/';
    document.body.append(form);
    form.submit();
    const frame = document.createElement('iframe');
    frame.src = 'https://example.test/';
    document.body.append(frame);
    return reached;
  });
  expect(reached).toEqual({ fetch: false, socket: false, image: false, evaluated: false, inline: false });
  await expect
    .poll(() => page.evaluate(() => [...(window as unknown as { blocked: Set<string> }).blocked].sort()))
    .toEqual(expect.arrayContaining(['connect-src', 'form-action', 'frame-src', 'img-src', 'script-src-elem']));
  expect(new URL(page.url()).origin).toBe(station.origin);
  // Only the camera, and only because the station asks for it; nothing else may even be asked for.
  const allowed = await page.evaluate(() =>
    ['camera', 'microphone', 'geolocation', 'usb', 'serial'].filter((name) =>
      (document as unknown as { featurePolicy: { allowsFeature(name: string): boolean } }).featurePolicy.allowsFeature(
        name,
      ),
    ),
  );
  expect(allowed).toEqual(['camera']);
});

test('a second browser without the one-time link sees no desk', async ({ house, openCounterPage }) => {
  const station = await house.start({ demo: true });
  const first = await openCounterPage();
  await first.pair(station);
  const second = await openCounterPage();
  await second.page.goto(station.pairingAddress);
  await expect(second.at('unpaired')).toBeVisible();
  await expect(second.at('sign-in-page')).toHaveCount(0);
});
