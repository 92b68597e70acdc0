import type { AlertPosition } from '../../ports';

/** How far a receiver of outcomes has been told. One document for each that the settings name. */
export interface TellingContent {
  /** Where reading the evidence stands: everything before it was told, refused or given up, or was not to be told. */
  readonly position: AlertPosition;
  /** Number of the last document that was due. */
  readonly sequence: number;
  readonly told: number;
  readonly refused: number;
  readonly given_up: number;
  /** The last one that arrived; `at` is UTC. */
  readonly last_told?: { readonly at: string; readonly key: string; readonly event_id: string };
  /** The last one that did not and will not; `at` is UTC. */
  readonly last_lost?: {
    readonly at: string;
    readonly key: string;
    readonly result: 'refused' | 'given_up';
    readonly why: string;
  };
  /** It cannot be told now; `waits_since`: when the outcome came about at which it stands. UTC. */
  readonly failing?: { readonly since: string; readonly waits_since: string; readonly why: string };
}

export const tellingId = (name: string): string => `telling:${name}`;
