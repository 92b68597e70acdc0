import type { Locator, Page } from 'playwright-core';
import { until } from '../targets/until';
import { watchFocus, type Noted } from './focus_watch';

/** More elements than this no page has on which somebody goes by keys. */
const MOST_PRESSES = 600;
const AT_ONCE = 15;
/** Tab indents in the editor; after Escape it leaves. */
const EDITOR = '.rfx-editor__area';

/** Without motion: a colour on its way is neither the one nor the other. */
const STILL = '*, *::before, *::after { transition: none !important; animation: none !important; }';

/** Makes a page ready to be watched; each document needs it once. */
export const watch = async (page: Page): Promise<void> => {
  await page.evaluate(watchFocus);
  await page.evaluate((css) => {
    if (document.getElementById('still') !== null) return;
    const style = document.createElement('style');
    style.id = 'still';
    style.textContent = css;
    document.head.append(style);
  }, STILL);
};

const noted = async (page: Page): Promise<Noted> => {
  const found = await page.evaluate(() => window.focusWatch?.noted());
  if (found === undefined) throw new Error('the page is not watched');
  return found;
};

const press = async (page: Page, key: string, times: number, viaEscape: boolean): Promise<void> => {
  for (let count = 0; count < times; count += 1) {
    if (viaEscape) await page.keyboard.press('Escape');
    await page.keyboard.press(key);
  }
};

/** Goes through a page by the Tab key, from its first element until it comes round. */
export const walkByTab = async (page: Page): Promise<Noted> => {
  await watch(page);
  const hasEditor = (await page.locator(EDITOR).count()) > 0;
  await page.evaluate(() => window.focusWatch?.begin());
  for (let presses = 0; presses < MOST_PRESSES; presses += AT_ONCE) {
    await press(page, 'Tab', AT_ONCE, hasEditor);
    const found = await noted(page);
    if (found.isRound || found.caughtAt !== undefined) return found;
  }
  return noted(page);
};

const DIALOG = '[role="dialog"][aria-modal="true"]';

const hasFocus = (what: Locator): Promise<boolean> =>
  what.evaluate((element) => element === document.activeElement, undefined, { timeout: 1_000 }).catch(() => false);

/** What a dialog does with the focus. */
export interface DialogWalk extends Noted {
  /** Something behind the dialog got the focus while it was open. */
  readonly leaks: boolean;
  /** The focus went back to what opened it. */
  readonly givesBack: boolean;
}

/** Opens a dialog by keys, goes round in it both ways, and leaves it by Escape. */
export const walkDialog = async (page: Page, opener: Locator): Promise<DialogWalk> => {
  await watch(page);
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.locator(DIALOG);
  await dialog.waitFor();
  const isInside = (): Promise<boolean> =>
    page.evaluate((selector) => document.activeElement?.closest(selector) !== null, DIALOG);
  await until('the dialog to take the focus', isInside);
  await page.evaluate((scope) => window.focusWatch?.begin(scope), DIALOG);
  let leaks = false;
  for (const key of ['Tab', 'Shift+Tab'])
    for (let presses = 0; presses < 40; presses += 1) {
      await page.keyboard.press(key);
      leaks ||= !(await isInside());
      if (key === 'Tab' && (await noted(page)).isRound) break;
      if (key === 'Shift+Tab' && presses === 3) break;
    }
  const found = await noted(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  let givesBack = true;
  await until('the focus to go back', () => hasFocus(opener), { withinMs: 2_000 }).catch(() => {
    givesBack = false;
  });
  return { ...found, leaks, givesBack };
};
