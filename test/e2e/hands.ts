import type { Locator, Page } from 'playwright-core';
import { until } from '../targets/until';
import { watch } from './focus_walk';

/** How somebody works with the page: the same story is told with the mouse and with the keys alone. */
export interface Hands {
  readonly name: 'mouse' | 'keys';
  /** Presses a button, follows a link. */
  readonly press: (what: Locator) => Promise<void>;
  /** Writes into a field, in place of what it holds. */
  readonly write: (field: Locator, text: string) => Promise<void>;
}

/** No page has more to go through than this. */
const MOST_PRESSES = 400;

export const mouse = (): Hands => ({
  name: 'mouse',
  press: (what) => what.click(),
  write: (field, text) => field.fill(text),
});

const hasFocus = (what: Locator): Promise<boolean> => what.evaluate((element) => element === document.activeElement);

/** Keys only. At each step the focus must be where it is meant, and must be seen. */
export const keys = (page: Page): Hands => {
  const reach = async (what: Locator): Promise<void> => {
    await watch(page);
    await what.waitFor();
    await until('what is meant to be of use', () => what.isEnabled());
    for (let presses = 0; !(await hasFocus(what)); presses += 1) {
      if (presses > MOST_PRESSES) throw new Error(`Tab does not come to ${String(what)}`);
      if (await page.evaluate(() => document.activeElement?.matches('.rfx-editor__area') === true))
        await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
    }
    if (!(await page.evaluate(() => window.focusWatch?.isMarked() === true)))
      throw new Error(`nobody sees that ${String(what)} has the focus`);
  };
  return {
    name: 'keys',
    press: async (what) => {
      await reach(what);
      await page.keyboard.press('Enter');
    },
    write: async (field, text) => {
      await reach(field);
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(text);
    },
  };
};
