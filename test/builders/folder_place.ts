import type { FolderOrder, FolderPlace } from '../../server/runner/ports';

/** A data folder that is where a test says. */
export interface PlacedFolder extends FolderPlace {
  is: ReturnType<FolderPlace['where']>;
  ordered: FolderOrder | undefined;
}

export const placedFolder = (is: PlacedFolder['is'] = 'here', path = '/data'): PlacedFolder => {
  const folder: PlacedFolder = {
    ...{ is, path, ordered: undefined },
    where: () => folder.is,
    order: () => folder.ordered,
    settle: async () => {
      folder.is = 'here';
      folder.ordered = undefined;
    },
  };
  return folder;
};
