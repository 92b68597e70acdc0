import type { AssetFacts, DecisionInputs, HistoryFacts } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';

/** What a decision may ask about the world. Everything asked is recorded, so that replay needs nothing else. */
export interface Lookups {
  /** Inventory facts of an address, host or user. */
  readonly asset: (type: AssetFacts['type'], value: string) => AssetFacts;
  /** What was seen of the event's entities before it. */
  readonly history: (received: ReceivedEvent) => HistoryFacts;
  /** True if the rollout of this text of a policy has stopped itself; without an answer none has. */
  readonly rolloutStopped?: (policy: string, hash: string) => boolean;
}

const textOf = (policy: string, hash: string): string => `${policy}@${hash}`;

/** Lookups that answer from a recorded decision. An entity that was not asked for then is not known now. */
export const recordedLookups = (inputs: DecisionInputs): Lookups => ({
  asset: (type, value) =>
    inputs.assets.find((facts) => facts.type === type && facts.value === value) ?? { type, value, known: false },
  history: () => inputs.history,
  rolloutStopped: (policy, hash) => inputs.stopped_rollouts?.includes(textOf(policy, hash)) ?? false,
});

export interface RecordingLookups extends Lookups {
  readonly asked: readonly AssetFacts[];
  /** Rollouts that were asked about and had stopped, as `policy@hash`. */
  readonly stopped: readonly string[];
}

/** Passes questions on and keeps the answers. */
export const recording = (lookups: Lookups): RecordingLookups => {
  const assets: AssetFacts[] = [];
  const stopped: string[] = [];
  return {
    asked: assets,
    stopped,
    asset: (type, value) => {
      const known = assets.find((facts) => facts.type === type && facts.value === value);
      if (known) return known;
      const facts = lookups.asset(type, value);
      assets.push(facts);
      return facts;
    },
    history: (received) => lookups.history(received),
    rolloutStopped: (policy, hash) => {
      if (lookups.rolloutStopped?.(policy, hash) !== true) return false;
      stopped.push(textOf(policy, hash));
      return true;
    },
  };
};
