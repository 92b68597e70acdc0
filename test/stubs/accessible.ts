import { axe } from 'jest-axe';

/** What axe finds wrong in a part of the page, one line a place; colours are judged in a browser, not here. */
export const faultsOfAccess = async (element: Element = document.body): Promise<readonly string[]> => {
  const { violations } = await axe(element);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
};
