import { ENTITY_PAGES, type AskMatch, type EntityPage } from '../../../common/api/asked';

const isPage = (kind: AskMatch['kind']): kind is EntityPage => ENTITY_PAGES.some((each) => each === kind);

export const entityPath = (kind: EntityPage, value: string): string =>
  `/entity?${new URLSearchParams({ kind, value }).toString()}`;

export const askPath = (text: string): string => `/ask?${new URLSearchParams({ q: text }).toString()}`;

/** The page of what was found. */
export const matchPath = ({ kind, value }: AskMatch): string => {
  if (isPage(kind)) return entityPath(kind, value);
  if (kind === 'decision') return `/decisions/${encodeURIComponent(value)}`;
  return `/decisions?${new URLSearchParams([[kind === 'case' ? 'case_id' : 'about', value]]).toString()}`;
};

/** The one that is meant where only one can be: one whole name, or nothing else at all. */
export const onlyMatch = (matches: readonly AskMatch[]): AskMatch | undefined => {
  const whole = matches.filter((match) => match.whole);
  if (whole.length === 1) return whole[0];
  return matches.length === 1 ? matches[0] : undefined;
};
