/** Who works with a data folder. Only the newest holder has the token; each start makes a new one. */
export interface HolderContent {
  readonly installation: string;
  readonly token: string;
  readonly session: string;
  readonly agent: string;
  readonly host: string;
  /** Where the folder is on that host, for people. */
  readonly folder: string;
  /** UTC of the start. */
  readonly at: string;
  /** Generation of the state that the agent knew; missing at the very first start of a state. */
  readonly generation?: string;
}

export const holderId = (installation: string): string => `holder:${installation}`;
