/** Where the data folder of this agent is, as far as this machine can tell. */
type FolderWhere =
  /** The very files that were held last, on the machine where they were held. */
  | 'here'
  /** The very files on another machine: a volume that moved, or a copy of the whole disk. */
  | 'elsewhere'
  /** Other files with the same content: they were copied, restored, or moved to another file system. */
  | 'copied';

/** A person's word that this folder is the one to go on with. */
export interface FolderOrder {
  readonly who: string;
  readonly why: string;
}

/** What tells the data folder from a copy of it. */
export interface FolderPlace {
  /** Where it is, for people. */
  readonly path: string;
  readonly where: () => FolderWhere;
  /** Given with `reflex folder adopt`, and not carried out yet. */
  readonly order: () => FolderOrder | undefined;
  /** From now on it belongs where it is, and the order is carried out. Durable when it returns. */
  readonly settle: () => Promise<void>;
}

/** Why an agent may not work with its data folder. */
export type FolderRefusal = 'folder_copied' | 'folder_superseded' | 'folder_in_use';

/** The data folder belongs to another agent, or nobody knows which of several is the right one. */
export class FolderRefused extends Error {
  constructor(
    readonly code: FolderRefusal,
    message: string,
  ) {
    super(message);
    this.name = 'FolderRefused';
  }
}
