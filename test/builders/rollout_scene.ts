import type { Act } from '../../common/flow/decision';
import type { Label } from '../../common/flow/feedback';
import type { CompiledBundle } from '../../server/engine/policy/compiled';
import { RolloutKeeper } from '../../server/runner/agent/rollout_keeper';
import type { RolloutStop } from '../../server/runner/keeping/kinds/policies';
import { contentOf } from '../../server/runner/keeping/state_docs';
import type { EvidenceLog } from '../../server/runner/ports';
import { fakeEvidenceLog } from '../fakes/fake_evidence';
import { received } from './events';
import { compiled } from './policies';
import { undoRoom, type Room } from './undo_room';
import { utcAt } from './undoing';
import { aDecision, anAct } from './views';

/** A policy that is rolled out to all of its targets. */
export const rolledOut = (
  rollout = '{ percent: 100, by: asset, stop: { overridden_percent: 30, acts: 4 } }',
  mode = 'enforce',
) =>
  compiled([
    `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-rolled, title: Block what is rolled out, owner: soc }
spec:
  layer: action
  mode: ${mode}
  rollout: ${rollout}
  when: '"rolled" in event.tags'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 1m }
  rollback: { action: unblock_ip }
`,
  ]);

/** Decisions on record, so many and alike. */
export interface Recorded {
  readonly count: number;
  /** What people say of each of them; nothing if not given. */
  readonly label?: Label;
  /** When they were made, ms since the start; in the first second if not given. */
  readonly atMs?: number;
  /** One case for all; each has its own if not given. */
  readonly caseId?: string;
  readonly acts?: readonly Partial<Act>[];
  /** The rule that raised them; each its own if not given. */
  readonly rule?: string;
  /** Their target is a critical asset. */
  readonly critical?: true;
  readonly effectless?: true;
}

/** What watches the rollouts of one agent. */
export interface RolloutScene {
  readonly room: Room;
  readonly keeper: RolloutKeeper;
  /** What the keeper reads the evidence through. */
  readonly evidence: EvidenceLog;
  /** The policies in force. */
  bundle: CompiledBundle | undefined;
  /** False while no session is up. */
  joined: boolean;
  /** Id and hash of the policy in force. */
  readonly ref: () => { readonly id: string; readonly hash: string };
  readonly record: (what: Recorded) => void;
  /** Puts a stop where it was not, or over what was there, as another agent would. */
  readonly putStop: (change?: Partial<RolloutStop>) => void;
  readonly stop: () => RolloutStop | undefined;
  readonly isStopped: () => boolean;
  /** Tells that other policies are in force. */
  readonly activate: () => void;
  /** Keeps following and judging from now on. */
  readonly run: () => void;
  readonly end: () => void;
}

/** What the inventory says of the target of each act here. */
const CRITICAL = { ...anAct().target, type: 'ip', known: true, criticality: 'critical' } as const;

const STOP_ID = 'rollout:block-rolled';

export const rolloutScene = (bundle: CompiledBundle | undefined = rolledOut()): RolloutScene => {
  const room = undoRoom();
  const evidence = fakeEvidenceLog(room.evidence);
  const told: Array<() => void> = [];
  let over = false;
  let made = 0;
  const parts = {
    ...room.basics,
    store: room.port.store,
    evidence,
    bundles: {
      get active() {
        return scene.bundle;
      },
      whenActivated: (tell: () => void) => void told.push(tell),
    },
  } as unknown as ConstructorParameters<typeof RolloutKeeper>[0];
  const keeper = new RolloutKeeper(parts, () => (scene.joined ? { parts: { commits: room.commits } } : undefined));
  const ref: RolloutScene['ref'] = () => {
    const policy = scene.bundle?.actions.all[0];
    if (!policy) throw new Error('no policy is in force');
    return policy.ref;
  };
  const recordOne = ({ label, atMs, caseId, acts = [{}], effectless, rule, critical }: Recorded): void => {
    made += 1;
    const case_id = caseId ?? `case:${made}`;
    const at = utcAt(atMs ?? 0);
    const done = acts.map((act) => anAct({ policy: { ...anAct().policy, ...ref() }, ...act }));
    const decision = aDecision({
      decision_id: `decision-${made}`,
      case_id,
      acts: done,
      decided_at: at,
      ...(critical && { inputs: { ...aDecision().inputs, assets: [CRITICAL] } }),
      ...(effectless && { effectless }),
    });
    const event = received({ rule: { id: rule ?? `rule-${made}` } });
    room.evidence.append([{ family: 'decisions', id: decision.decision_id, at, body: { event, decision } }]);
    if (label === undefined) return;
    const feedback = { feedback_id: `f${made}`, decision_id: decision.decision_id, case_id, label, at, by: 'ann' };
    room.evidence.append([{ family: 'feedback', id: feedback.feedback_id, at, body: { event, feedback } }]);
  };
  const scene: RolloutScene = {
    room,
    keeper,
    evidence,
    bundle,
    joined: true,
    ref,
    record: ({ count, ...each }) => {
      for (let n = 0; n < count; n += 1) recordOne({ count: 1, ...each });
    },
    putStop: (change = {}) => {
      const content = { policy: ref().id, hash: ref().hash, stopped_at: utcAt(0), why: 'too many', ...change };
      room.put({ id: STOP_ID, kind: 'rollout_stop', facets: {}, content });
    },
    stop: () => contentOf('rollout_stop', room.fake.get(STOP_ID)),
    isStopped: () => keeper.isStopped(ref().id, ref().hash),
    activate: () => {
      for (const tell of told) tell();
    },
    run: () => void keeper.run(() => over),
    end: () => {
      over = true;
    },
  };
  return scene;
};
