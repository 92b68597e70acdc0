import type { BrakeRules, Guard } from '../../engine/brakes/clear';
import type { DriftRule } from '../../engine/execution/drift';
import type { CommitQueue } from '../keeping/commit_queue';
import type { Basics, Connector, Journal, StateStore } from '../ports';
import type { Session } from '../session/session';
import type { UndoSuspensions } from './undo_suspensions';

/** With what effects are looked after. */
export interface EffectKeeperPorts {
  readonly store: StateStore;
  readonly commits: CommitQueue;
  readonly session: Session;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly journal: Journal;
  readonly basics: Basics;
  /** The brakes' rules in force now. */
  readonly rules: () => BrakeRules;
  readonly guard: Guard;
  /** False while UTC of this machine cannot be relied on; then nothing is undone by UTC. */
  readonly clockTrusted: () => boolean;
  /** Which effects are not undone by themselves for now. */
  readonly suspensions: Pick<UndoSuspensions, 'holds'>;
  /** How often a connector is asked whether a live effect is still there, ms; default five minutes. */
  readonly verifyEveryMs?: ((connector: string) => number) | undefined;
  /** What policies in force say of effects that are removed at their target, by policy id; default: only tell. */
  readonly driftRule?: ((policy: string) => DriftRule | undefined) | undefined;
  /** Told of a case whose act is to be claimed again, or asked of a person. */
  readonly goesOn?: ((caseId: string) => void) | undefined;
  /** Told that something was there, was undone, and was seen to be gone. */
  readonly removed?: ((connector: string) => void) | undefined;
}
