/** A screen walked through by Tab: everything is reached, is seen to be reached, and one gets out again. */
import { expect, type Page } from '@playwright/test';

/** Runs in the page: what Tab stops at. A group of radios or tabs is one stop; arrows do the rest. */
function stops(): string[] {
  const all = document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex]');
  const groups = new Set<string>();
  const found: string[] = [];
  for (const [index, element] of [...all].entries()) {
    const off = element.tabIndex < 0 || element.matches(':disabled') || element.closest('[inert], [hidden]') !== null;
    if (off || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element instanceof HTMLInputElement && element.type === 'radio') {
      if (groups.has(element.name)) continue;
      groups.add(element.name);
    }
    element.dataset['stop'] =
      element instanceof HTMLInputElement && element.type === 'radio' ? element.name : `${index}`;
    found.push(element.dataset['stop']);
  }
  for (const name of groups)
    for (const radio of document.querySelectorAll<HTMLElement>(`input[name="${CSS.escape(name)}"]`))
      radio.dataset['stop'] = name;
  return found;
}

/** Runs in the page: where the focus is, and whether the eye finds it. */
function standing(): { readonly stop: string; readonly name: string; readonly seen: boolean } | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  // A drawn box shows the focus of the native one behind it.
  const shown = [element, element.closest('label'), element.parentElement].filter((each) => each !== null);
  const seen = shown.some((each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  });
  const name = element.dataset['testid'] ?? element.getAttribute('aria-label') ?? element.textContent.slice(0, 30);
  return { stop: element.dataset['stop'] ?? '', name, seen };
}

/** From the top of the page to its end and round again. */
export async function expectWalkable(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  const wanted = new Set(await page.evaluate(stops));
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let presses = 0; presses < wanted.size + 10 && reached.size < wanted.size; presses += 1) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(standing);
    if (here === null) continue;
    if (!here.seen) unseen.push(here.name);
    // A stop that was not listed (a box that scrolls) counts for none that was.
    if (wanted.has(here.stop)) reached.add(here.stop);
  }
  const missed = await page.evaluate(
    (left) => left.map((stop) => document.querySelector(`[data-stop="${CSS.escape(stop)}"]`)?.outerHTML.slice(0, 120)),
    [...wanted].filter((stop) => !reached.has(stop)),
  );
  expect({ missed, unseen }).toEqual({ missed: [], unseen: [] });
}
