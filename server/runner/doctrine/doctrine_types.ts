import type { PolicyFile } from '../../../common/policy/bundle';
import type { PolicyFault } from '../../../common/policy/policy';
import type { GuardTexts } from '../../engine/policy/guard_set';
import type { CommitInfo, PolicyRepository, Basics } from '../ports';
import type { AgentWith, JoinedWith } from '../agent/views';

/** What a head of the branch holds. */
export interface HeadSet {
  readonly commit: CommitInfo;
  /** Empty where there are faults. */
  readonly policies: readonly PolicyFile[];
  /** Texts of Rego guards by name; empty where there are faults. */
  readonly guards: GuardTexts;
  /** Why guards could be neither compiled nor asked here, although they may be right. */
  readonly guardsUnchecked?: string;
  readonly faults: readonly PolicyFault[];
  /** Path in the repository by policy id. */
  readonly paths: ReadonlyMap<string, string>;
  /** Of the whole set; empty where there are faults. */
  readonly digest: string;
}

export type DoctrineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'elsewhere'; readonly text: string }
  | { readonly kind: 'rewritten'; readonly text: string; readonly found: string | undefined }
  | { readonly kind: 'trouble'; readonly text: string };

/** What following a repository takes of an agent. */
type DoctrineAgent = AgentWith<
  keyof Basics | 'bundles' | 'changed' | 'evidence' | 'guardBook' | 'model' | 'quiet' | 'store'
> &
  JoinedWith<'clock' | 'commits' | 'session'>;

export interface DoctrineOptions {
  readonly agent: DoctrineAgent;
  readonly repository: PolicyRepository;
  /** Names of this agent and of its machine. */
  readonly name: { readonly agent: string; readonly host: string };
  /** Users by the e-mail addresses that they commit with, in lower case. */
  readonly people: ReadonlyMap<string, string>;
  /** Told of each candidate that came by Git and has no faults. */
  readonly proposed: (candidateId: string) => Promise<void>;
}
