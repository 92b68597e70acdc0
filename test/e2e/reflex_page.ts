import type { Locator, Page } from 'playwright-core';
import { until } from '../targets/until';

/** The page as a person uses it: by the names of what is on it. */
export class ReflexPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Follows an entry of the navigation. */
  async goTo(name: 'Overview' | 'Escalations' | 'Containments' | 'Decisions' | 'Policies'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name }).first().click();
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  /** Goes to a place by its address, within the page. */
  async open(path: string): Promise<void> {
    await this.page.evaluate((hash) => {
      window.location.hash = hash;
    }, path);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  dialog(name: string | RegExp): Locator {
    return this.page.getByRole('dialog', { name });
  }

  /** Acts as another of the demo's users from now on. */
  async become(user: 'author' | 'approver'): Promise<void> {
    const chip = this.page.getByRole('group', { name: 'Act as' }).getByRole('button', { name: user, exact: true });
    await chip.click();
    await this.page.locator('.rfx-who strong', { hasText: user }).waitFor();
  }

  /** Fills in the reason that a dialog asks for, and confirms. */
  async giveReason(dialog: Locator, reason: string, confirm: string | RegExp): Promise<void> {
    await dialog.getByLabel(/^Reason/).fill(reason);
    await dialog.getByRole('button', { name: confirm }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** The row of the board that is about a target. */
  containment(target: string): Locator {
    return this.page.getByRole('row').filter({ hasText: target, hasNotText: /(lifted|denied) by/ });
  }

  /** The row of the list of what asks first, because a person lifted or denied something on it. */
  asksFirst(target: string): Locator {
    return this.page
      .getByRole('row')
      .filter({ hasText: target })
      .filter({ hasText: /(lifted|denied) by/ });
  }

  escalation(target: string): Locator {
    return this.page.getByRole('list', { name: 'Acts that wait for a person' }).getByRole('link', { name: target });
  }
}

/** What was done is told in a corner for ten seconds, while the mouse is not over it; it covers what is there. */
export const toastsAreGone = async (page: Page): Promise<void> => {
  await page.mouse.move(0, 0);
  await until('the toasts to go', async () => (await page.locator('.euiToast').count()) === 0, { withinMs: 60_000 });
};
