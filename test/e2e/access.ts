import { readFileSync } from 'fs';
import { dirname } from 'path';
import type { Page } from 'playwright-core';

/** The rules of axe as a script; jest-axe brings them along. */
const AXE = readFileSync(
  require.resolve('axe-core/axe.min.js', { paths: [dirname(require.resolve('jest-axe'))] }),
  'utf8',
);

/** Rules that go by colours alone. */
export const COLOURS = { colours: true } as const;
/** All others. */
export const SHAPES = { colours: false } as const;

type Rules = typeof COLOURS | typeof SHAPES;

const BY_COLOUR = ['color-contrast', 'link-in-text-block'];

interface Violation {
  readonly id: string;
  readonly impact?: string | null;
  readonly help: string;
  readonly nodes: ReadonlyArray<{ readonly target: readonly unknown[]; readonly html: string }>;
}

interface Axe {
  readonly run: (context: unknown, options: object) => Promise<{ readonly violations: readonly Violation[] }>;
}

/**
 * What axe finds wrong with a page as it is drawn, one line a rule, with the places.
 *
 * @param rules everything that axe knows if not given
 */
export const faultsOfPage = async (page: Page, rules?: Rules): Promise<readonly string[]> => {
  // As the browser's own tools do it: the page forbids scripts of others.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const choice =
    rules === undefined
      ? {}
      : rules.colours
        ? { runOnly: BY_COLOUR }
        : { rules: Object.fromEntries(BY_COLOUR.map((rule) => [rule, { enabled: false }])) };
  const violations = await page.evaluate(
    async (options) => {
      const { axe } = window as unknown as { readonly axe: Axe };
      return (await axe.run(document, options)).violations;
    },
    { resultTypes: ['violations'], ...choice },
  );
  return violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.slice(0, 3).map(({ html }) => html.slice(0, 140));
    return `${id} (${impact ?? 'unknown'}), ${nodes.length} times: ${help}: ${places.join(' · ')}`;
  });
};

/** By how many pixels a page can be scrolled sideways; 0 where it cannot. */
export const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(0, scrollWidth - clientWidth);
  });
