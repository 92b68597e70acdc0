import { firedSince } from '../../record/fired';
import { present } from '../../../../common/present';
import type { AgentWith } from '../../agent/views';
import { iso } from '../../../../common/iso';
import type { PolicyView, TestResultView } from '../../../../common/api/policy_views';
import type { Decision } from '../../../../common/flow/decision';
import type { DetectionEvent } from '../../../../common/flow/event';
import type { Guards, PolicyFile } from '../../../../common/policy/bundle';
import type { PolicyFault } from '../../../../common/policy/policy';
import { decide } from '../../../engine/decision/decide';
import { sealDecision } from '../../../engine/decision/seal';
import { compileDraft } from '../../../engine/policy/compile_bundle';
import { approvedDigest } from '../../../engine/policy/bundle_files';
import { guardOf, missingGuards } from '../../../engine/policy/guard_set';
import { parsePolicy } from '../../../engine/policy/parse_policy';
import { guardsToAsk } from '../drafts/guard_drafts';
import { EVERYTHING_GRANTED } from '../../../engine/intake/voice';
import { keptEvent } from '../../sources/receive';
import { runPolicyTests } from './policy_tests';
import { unlistedProtections } from './unlisted_protections';
import { withLookUps } from '../../facts/look_ups';
import { bundleInForce, policiesInForce } from '../../trust/in_force';

const DAY_MS = 86_400_000;

const viewOf = ({ policy, hash, source }: PolicyFile, fired: number): PolicyView => ({
  id: policy.metadata.id,
  title: policy.metadata.title,
  owner: policy.metadata.owner,
  layer: policy.spec.layer,
  mode: policy.spec.mode,
  tags: [...(policy.metadata.tags ?? [])],
  hash,
  source,
  fired_24h: fired,
  ...present({ description: policy.metadata.description, expires: policy.spec.expires }),
});

/** The policies in force, with how often each fired in the last 24 hours. */
export const listPolicies = async (
  agent: AgentWith<'bundles' | 'clock' | 'evidence'>,
): Promise<{ readonly version: number; readonly digest: string; readonly policies: readonly PolicyView[] }> => {
  const { evidence, clock } = agent.parts;
  const active = bundleInForce(agent);
  if (!active) return { version: 0, digest: '', policies: [] };
  const from = iso(clock.utc() - DAY_MS);
  const fired = await firedSince(evidence, from);
  return {
    version: active.statement.version,
    digest: approvedDigest(active.statement),
    policies: active.policies.map((file) => viewOf(file, fired.get(file.policy.metadata.id) ?? 0)),
  };
};

export interface Checked {
  readonly id?: string;
  readonly faults: readonly PolicyFault[];
  readonly tests: readonly TestResultView[];
}

/**
 * All faults of a policy text, and the results of its tests if it has none. It may ask the guards that are written,
 * drafts included.
 *
 * @param askable looks these guards up; for several texts at once, one look serves all
 */
export const checkSource = async (
  agent: AgentWith<'guardBook' | 'model' | 'store'>,
  source: string,
  askable: () => ReturnType<typeof guardsToAsk> = () => guardsToAsk(agent),
): Promise<Checked> => {
  const { parts } = agent;
  const parsed = parsePolicy('policy.yaml', source);
  if (!parsed.ok) return { faults: parsed.error, tests: [] };
  const { id } = parsed.value.policy.metadata;
  if (guardOf(parsed.value) === undefined)
    return { id, faults: [], tests: runPolicyTests(parsed.value, parts.model()) };
  const { names, texts } = await askable();
  const unasked = missingGuards([parsed.value], names);
  if (unasked.length > 0) return { id, faults: unasked, tests: [] };
  const isWritten = missingGuards([parsed.value], texts).length === 0;
  const asked = isWritten ? await parts.guardBook.forTests(texts) : { why: 'its guard has faults' };
  return { id, faults: [], tests: runPolicyTests(parsed.value, parts.model(), asked) };
};

/** What is probably not meant in a policy text; nothing is refused for it. None while the text has faults. */
export const warningsOf = ({ parts }: AgentWith<'inventory'>, source: string): readonly PolicyFault[] => {
  const parsed = parsePolicy('policy.yaml', source);
  return parsed.ok ? unlistedProtections(parsed.value, parts.inventory) : [];
};

/** A text that is being written may ask guards that are; where those cannot be compiled here it asks those in force. */
const guardsToTry = async (
  agent: AgentWith<'bundles' | 'guardBook' | 'store'>,
  changed: PolicyFile | undefined,
): Promise<Guards | undefined> => {
  const { guardBook } = agent.parts;
  const inForce = bundleInForce(agent)?.guards;
  if (changed === undefined || guardOf(changed) === undefined) return inForce;
  const module = await guardBook.moduleOf((await guardsToAsk(agent)).texts);
  return module.ok ? module.value : inForce;
};

/**
 * What would be decided for an event if a text were in force beside the policies that are. Nothing is kept; look-ups
 * are asked as they would be.
 */
export const tryEvent = async (
  agent: AgentWith<
    'bundles' | 'clock' | 'engineDigest' | 'guardBook' | 'history' | 'inventory' | 'lookUps' | 'model' | 'store'
  >,
  event: DetectionEvent,
  source: string | undefined,
): Promise<{ readonly faults: readonly PolicyFault[]; readonly decision?: Decision }> => {
  const { inventory, history, clock, engineDigest, lookUps } = agent.parts;
  const inForce = policiesInForce(agent);
  const parsed = source === undefined ? undefined : parsePolicy('policy.yaml', source);
  if (parsed && !parsed.ok) return { faults: parsed.error };
  const changed = parsed?.value;
  const policies = changed
    ? [...inForce.filter(({ policy }) => policy.metadata.id !== changed.policy.metadata.id), changed]
    : inForce;
  const received = keptEvent(event, {
    intake: { type: 'analyst', id: 'try' },
    identity: [event.event_id],
    receivedAt: iso(clock.utc()),
    granted: EVERYTHING_GRANTED,
  });
  const guards = await guardsToTry(agent, changed);
  const guardLookup = await agent.parts.guardBook.trial(guards);
  const now = clock.utc();
  const request = {
    received,
    bundle: compileDraft(policies, guards),
    model: agent.parts.model(),
    now,
    lookups: {
      asset: (type: Parameters<typeof inventory.asset>[0], value: string) => inventory.asset(type, value),
      history: (of: typeof received) => history.factsFor(of, now, inventory),
      ...guardLookup,
    },
  };
  const decision = await withLookUps(lookUps, (lookUp) => {
    const asked = { ...request, lookups: { ...request.lookups, ...present({ lookUp }) } };
    return sealDecision(decide(asked), asked, { decisionId: 'try', engineDigest, effectless: true });
  });
  return { faults: [], decision };
};
