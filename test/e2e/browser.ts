import { existsSync } from 'fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const PATH = process.env.REFLEX_TEST_CHROMIUM ?? '/usr/bin/chromium';
const LONGEST_WAIT_MS = 30_000;

/** Why there can be no browser here, or undefined. */
export const whyNoBrowser = (): string | undefined =>
  existsSync(PATH) ? undefined : `there is no Chromium at ${PATH}; install it, or name it in REFLEX_TEST_CHROMIUM`;

export interface Tab {
  readonly browser: Browser;
  readonly page: Page;
  /** Everything that went wrong in the page so far: errors in the console, exceptions, refused requests. */
  readonly troubles: () => readonly string[];
}

export const openTab = async (): Promise<Tab> => {
  const root = process.getuid?.() === 0;
  const browser = await chromium.launch({ executablePath: PATH, args: root ? ['--no-sandbox'] : [] });
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, colorScheme: 'light' });
  const page = await context.newPage();
  page.setDefaultTimeout(LONGEST_WAIT_MS);
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  return { browser, page, troubles: () => troubles };
};
