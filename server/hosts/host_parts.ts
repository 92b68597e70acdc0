import type { Access } from '../../common/api/contract';
import type { StatusView } from '../../common/api/routes';
import type { LoadingStep } from '../../common/api/views';
import type { OpenSearchTransport } from '../adapters/opensearch/transport';
import type { HostRequest, HostRouter } from '../routes/http';
import type { Log } from '../runner/ports';
import type { Settings } from './settings';

/*
 * What the wiring gets from a host, and what a host gets back. Every host makes one `HostParts` and hands it to
 * `wire`; nothing else differs between them.
 */

/** Who sends a request, and what they may do here. */
export interface CallerIdentity {
  readonly name: string;
  readonly may: readonly Access[];
  /** True where there are no users: approving is then a separate step with a typed reason (INV-10). */
  readonly singleUser: boolean;
  /** Roles by which policies may name approvers; missing where the host knows none. */
  readonly roles?: readonly string[];
}

/** A user that the page offers to become; only in the demo. */
export interface OfferedUser {
  readonly name: string;
  readonly about: string;
}

/** Something about the host itself that a person must mend. */
export interface HostProblem {
  readonly code: string;
  readonly text: string;
}

export interface HostParts {
  readonly kind: 'dashboards' | 'standalone' | 'agent';
  /** Routes must be added before `wire` returns. */
  readonly router: HostRouter;
  /** To OpenSearch as Reflex' own technical user. */
  readonly transport: OpenSearchTransport;
  readonly log: Log;
  /** For this agent alone; exists. */
  readonly dataFolder: string;
  /** True if the data folder outlives the machine's restart, so that events may wait in it. */
  readonly persistent: boolean;
  /** Where the host was told to find OpenSearch, where its settings do not say. */
  readonly clusterHosts?: readonly string[];
  /**
   * Asks anew each time, so that no approval outlives the approver's role.
   *
   * @param access what for; for looking alone, what was said a moment ago may do
   * @returns undefined if nobody is logged in
   * @throws StoreUnavailable if whoever knows cannot be asked
   */
  readonly identify: (request: HostRequest, access?: Access) => Promise<CallerIdentity | undefined>;
  /** True on the node that Reflex started itself, until the demo is ended. */
  readonly demo: boolean;
  /** Where this host answers on its own machine, without the path of Reflex; for what OpenSearch is told to call. */
  readonly ownAddress?: string;
  /** All steps of the start so far, where the host had some of its own; else the wiring tells its own. */
  readonly stepsSoFar?: () => readonly LoadingStep[];
  /** Told about each step of the wiring's own start. */
  readonly steps: (step: LoadingStep) => void;
  readonly settings: Settings;
  /** What the host itself proves itself with, to be kept out of every text. */
  readonly ownSecrets?: readonly string[];
  /** The same for what may change, such as the password to OpenSearch: told now, and of each new one. */
  readonly watchSecrets?: (hide: (secret: string) => void) => void;
  /** Empty outside the demo. */
  readonly users: () => readonly OfferedUser[];
  /** What is wrong with the host as of now, for the status. */
  readonly problems: () => readonly HostProblem[];
  /** To be called when the demo was ended and cleared: no embedded users any more, and no demo at the next start. */
  readonly leaveDemo: () => Promise<void>;
}

export interface Wired {
  /** How this Reflex is, as far as it knows without asking OpenSearch. */
  readonly health: () => Pick<StatusView, 'loading' | 'mode' | 'stops' | 'troubles' | 'steps'>;
  /** Resolves once Reflex is ready to decide, or at once if that has to wait for OpenSearch. */
  readonly start: () => Promise<void>;
  /** Ends what pages listen to, and lets none begin any more: a server that closes waits for whoever still listens. */
  readonly endStreams: () => void;
  /** Stops in order; effects stay at their targets. */
  readonly stop: () => Promise<{ readonly containments: number }>;
}

/** `server/wiring.ts` exports one. */
export type Wire = (parts: HostParts) => Wired;
