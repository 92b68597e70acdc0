import type { AssetFacts, DecisionInputs, HistoryFacts, Target, TargetHistory } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { MOST_LOOKUPS, type LookupQuery, type LookupRecord } from '../../../common/flow/lookup';
import { present } from '../../../common/present';
import { digestOf } from '../digest/digest';

/** A question to a Rego guard. */
export interface GuardQuestion {
  readonly guard: string;
  /** sha256 of the module that it is in. */
  readonly wasm: string;
  readonly input: object;
}

/** Whether a guard allows an act, or why it cannot say. */
export type GuardAnswer =
  { readonly allowed: boolean; readonly error?: never } | { readonly error: string; readonly allowed?: never };

/** What came of a look-up: an answer, or why there is none; when it was asked and how long it took. */
export type LookupSaid = Pick<LookupRecord, 'answer' | 'missing' | 'asked_at' | 'took_ms'>;

/** What a decision may ask about the world. Everything asked is recorded, so that replay needs nothing else. */
export interface Lookups {
  /** Inventory facts of an address, host or user. */
  readonly asset: (type: AssetFacts['type'], value: string) => AssetFacts;
  /** What was seen of the event's entities before it. */
  readonly history: (received: ReceivedEvent) => HistoryFacts;
  /** What people said of a target, and whether it is contained; without an answer nothing, and it is not. */
  readonly aboutTarget?: (target: Target) => TargetHistory;
  /** True if the rollout of this text of a policy has stopped itself; without an answer none has. */
  readonly rolloutStopped?: (policy: string, hash: string) => boolean;
  /** What a Rego guard says; without an answer none can be asked. */
  readonly guard?: (question: GuardQuestion) => GuardAnswer;
  /** What was answered to a declared look-up; without an answer there is none. */
  readonly lookUp?: (query: LookupQuery) => LookupSaid;
}

const textOf = (policy: string, hash: string): string => `${policy}@${hash}`;

/** Of a look-up that the recorded decision did not need. */
const NOT_ASKED_THEN = 'it was not asked then';

export const NOTHING_SAID: TargetHistory = { lifted_24h: 0, overridden_30d: 0, contained_now: false };

/*
 * What was asked is on record as it was asked. An answer holds for those letters: whoever replays asks the same again,
 * and another spelling is another question, which the inventory reads by itself.
 */

/** The text by which a decision asks for a host or an account: in every version, or old records would not answer. */
export const askedAs = (name: string): string => name.toLowerCase();

/** What was answered when it was asked for exactly this. */
export const factsAsked = (
  assets: readonly AssetFacts[],
  type: AssetFacts['type'],
  value: string,
): AssetFacts | undefined => assets.find((facts) => facts.type === type && facts.value === value);

const isSameTarget = (one: Target, other: Target): boolean =>
  one.type === other.type && one.value === other.value && one.host === other.host;

const isSomething = ({ lifted_24h, overridden_30d, contained_now }: TargetHistory): boolean =>
  lifted_24h > 0 || overridden_30d > 0 || contained_now;

/** Lookups that answer from a recorded decision. An entity that was not asked for then is not known now. */
export const recordedLookups = (inputs: DecisionInputs): Lookups => ({
  asset: (type, value) => factsAsked(inputs.assets, type, value) ?? { type, value, known: false },
  history: () => inputs.history,
  aboutTarget: (target) => inputs.targets?.find((each) => isSameTarget(each.target, target))?.history ?? NOTHING_SAID,
  rolloutStopped: (policy, hash) => inputs.stopped_rollouts?.includes(textOf(policy, hash)) ?? false,
  guard: ({ guard, wasm, input }) => {
    const digest = digestOf(input);
    const asked = inputs.guards?.find((each) => each.guard === guard && each.wasm === wasm && each.input === digest);
    if (asked?.allowed !== undefined) return { allowed: asked.allowed };
    return { error: asked?.error ?? `guard \`${guard}\` was not asked this then` };
  },
  lookUp: (query) => {
    const digest = digestOf(query);
    const found = inputs.lookups?.find((each) => each.query_digest === digest);
    if (found === undefined) return { missing: NOT_ASKED_THEN };
    const { answer, missing, asked_at, took_ms } = found;
    return present({ answer, missing, asked_at, took_ms });
  },
});

export interface RecordingLookups extends Lookups {
  readonly asked: readonly AssetFacts[];
  /** Targets that were asked about, where there was something to tell. */
  readonly targets: ReadonlyArray<NonNullable<DecisionInputs['targets']>[number]>;
  readonly aboutTarget: (target: Target) => TargetHistory;
  /** Rollouts that were asked about and had stopped, as `policy@hash`. */
  readonly stopped: readonly string[];
  /** Guards that were asked, once each. */
  readonly guards: ReadonlyArray<NonNullable<DecisionInputs['guards']>[number]>;
  /** Look-ups that conditions read, once each. */
  readonly looked: readonly LookupRecord[];
  readonly lookUp: (query: LookupQuery) => LookupSaid;
  /** The decision is made: what is read from now on, to be shown, is what was asked for it. */
  readonly close: () => void;
}

/** Keeps what look-ups answered. Nothing but what a condition of the decision read is ever told. */
const recordingLookUps = (lookups: Lookups): Pick<RecordingLookups, 'looked' | 'lookUp' | 'close'> => {
  const looked: LookupRecord[] = [];
  let closed = false;
  return {
    looked,
    close: () => void (closed = true),
    lookUp: (query) => {
      const digest = digestOf(query);
      const known = looked.find((each) => each.query_digest === digest);
      if (known) return known;
      if (closed) return { missing: NOT_ASKED_THEN };
      if (looked.length >= MOST_LOOKUPS) return { missing: `the decision has ${MOST_LOOKUPS} look-ups already` };
      const said = lookups.lookUp?.(query) ?? { missing: 'look-ups cannot be asked here' };
      const answer_digest = said.answer && digestOf(said.answer);
      looked.push({ query, query_digest: digest, ...said, ...present({ answer_digest }) });
      return said;
    },
  };
};

/** Passes questions on and keeps the answers. */
export const recording = (lookups: Lookups): RecordingLookups => {
  const assets: AssetFacts[] = [];
  const stopped: string[] = [];
  const targets: Array<{ target: Target; history: TargetHistory }> = [];
  const told = new Map<string, TargetHistory>();
  const guards: Array<NonNullable<DecisionInputs['guards']>[number]> = [];
  return {
    ...recordingLookUps(lookups),
    asked: assets,
    stopped,
    targets,
    guards,
    aboutTarget: (target) => {
      const key = `${target.type} ${target.value} ${target.host ?? ''}`;
      const known = told.get(key);
      if (known) return known;
      const history = lookups.aboutTarget?.(target) ?? NOTHING_SAID;
      told.set(key, history);
      if (isSomething(history)) targets.push({ target, history });
      return history;
    },
    guard: (question) => {
      const { guard, wasm, input } = question;
      const answer = lookups.guard?.(question) ?? { error: `guard \`${guard}\` cannot be asked here` };
      guards.push({ guard, wasm, input: digestOf(input), ...answer });
      return answer;
    },
    asset: (type, value) => {
      const known = factsAsked(assets, type, value);
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
