import { lockFolder } from '../../adapters/system/folder_lock';
import { CannotStart } from './cannot_start';
import { makeFolders } from './folders';
import type { Host } from './host';

/** Makes the folders of this host and takes them for it alone. */
export const takeFolders = async (host: Host): Promise<void> => {
  const { folders } = host;
  try {
    makeFolders(folders);
  } catch (cause) {
    throw new CannotStart(
      `a folder cannot be made: ${(cause as Error).message}; choose others with --data and --cache`,
    );
  }
  try {
    host.lock = await lockFolder(folders.data);
  } catch (cause) {
    const [, pid] = /in use by process (\d+)/.exec((cause as Error).message) ?? [];
    if (pid === undefined)
      throw new CannotStart(`the data folder cannot be used: ${(cause as Error).message}`, { cause });
    throw new CannotStart(
      `Reflex already runs on the data folder \`${folders.data}\` (process ${pid}); use that one, stop it, or start another with --data DIR --port PORT`,
    );
  }
};
