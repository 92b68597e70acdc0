import type { MappedSource, SourceView } from '../../../common/api/routes';

export const SOURCES = '/sources';
export const sourcePath = ({ kind, id }: Pick<SourceView, 'kind' | 'id'>): string =>
  `/sources/${kind}/${encodeURIComponent(id)}`;
export const TRY = '/sources/try';
/** To trying documents as those of a source. */
export const tryPath = ({ type, id }: MappedSource): string => `${TRY}?${new URLSearchParams({ type, id }).toString()}`;
