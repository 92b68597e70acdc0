import { axe } from 'jest-axe';

/**
 * What axe finds wrong in a part of the page, one line a place; colours are judged in a browser, not here. The quick
 * run leaves it to the full one: it takes a third of the time of all pages.
 */
export const faultsOfAccess = async (element: Element = document.body): Promise<readonly string[]> => {
  if (process.env.REFLEX_QUICK === '1') return [];
  const { violations } = await axe(element);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
};
