import type { SourceView } from '../../../common/api/routes';

export const SOURCES = '/sources';
export const sourcePath = ({ kind, id }: Pick<SourceView, 'kind' | 'id'>): string =>
  `/sources/${kind}/${encodeURIComponent(id)}`;
