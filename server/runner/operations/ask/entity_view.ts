import type { EntityPage, EntityView } from '../../../../common/api/asked';
import { keyKind, keyText, type EntityKey } from '../../../../common/entity/entity';
import type { Stopped } from '../../../../common/flow/clearance';
import { TARGET_TYPES, type Target } from '../../../../common/flow/decision';
import { iso } from '../../../../common/iso';
import { ACTIONS } from '../../../../common/policy/actions';
import { present } from '../../../../common/present';
import { err, ok, type Result } from '../../../../common/result';
import { knownTarget, personsTarget, protectedTarget, refusedTarget } from '../../../engine/brakes/judge_target';
import { maybeOwnTarget, ownTarget } from '../../../engine/brakes/own_machine';
import { loggedInTarget } from '../../../engine/brakes/people_here';
import type { Agent } from '../../agent/agent';
import type { AgentWith, JoinedWith } from '../../agent/views';
import { isAway } from '../../keeping/session_lost';
import { recordOf } from '../../record/records';
import { refusal, type Refusal } from '../../record/refusal';
import { listContainments } from '../containments';
import { fullness, limitsFilled } from '../limits_filled';
import { aboutThing, type About } from './about';

const MOST_CONTAINMENTS = 50;
const MOST_WORDS = 50;
const MOST_LABELS = 20;
const MOST_NAMES = 64;
const MOST_LIMITS = 64;
const WORD_DAYS_MS = 30 * 86_400_000;

type Viewing = AgentWith<
  'bundles' | 'clock' | 'connectors' | 'evidence' | 'inventory' | 'own' | 'people' | 'store' | 'words'
> &
  JoinedWith<'session'> &
  Pick<Agent, 'knownHere' | 'allHere'>;

const nameOf = (key: EntityKey) => ({ kind: keyKind(key), text: keyText(key) });

/** As what an act could be aimed at it. */
const targetOf = ({ kind, value }: About): Target | undefined => {
  const type = kind === 'network' ? 'ip' : TARGET_TYPES.find((each) => each === kind);
  return type && { type, value };
};

/** What the brakes say of a target alone, the strictest first. */
const stopsOf = ({ parts }: Viewing, target: Target | undefined): readonly Stopped[] => {
  // A file or a process is judged with the host that it is on, which this is not about.
  if (target === undefined || target.type === 'file' || target.type === 'process') return [];
  const known = knownTarget(target, parts.inventory);
  const { protections } = parts.bundles.brakeRules(parts.clock.utc());
  const own = parts.own;
  return [
    refusedTarget(known),
    ownTarget(known, own),
    protectedTarget(known, protections),
    maybeOwnTarget(known, own),
    personsTarget(known, protections),
    loggedInTarget(known, parts.people, undefined),
  ].flatMap((each) => each ?? []);
};

const limitsOf = async (agent: Viewing, target: Target): Promise<NonNullable<EntityView['limits']>> => {
  const acts = ACTIONS.filter((action) => action.target === target.type).map(({ action }) => ({ action, target }));
  const filled = await limitsFilled(agent, acts);
  return acts
    .flatMap(({ action }, index) => (filled[index] ?? []).map((each) => ({ ...each, action })))
    .sort((one, other) => fullness(other) - fullness(one))
    .slice(0, MOST_LIMITS);
};

const labelsOf = async ({ parts }: Viewing, { feedback }: About): Promise<NonNullable<EntityView['labels']>> => {
  const { total, entries } = await parts.evidence.find({
    family: 'feedback',
    matching: [feedback],
    limit: MOST_LABELS,
    order: 'newest',
  });
  const said = entries.map(({ body }) => recordOf('feedback', body).feedback);
  const takenBack = new Set(said.map(({ takes_back }) => takes_back?.feedback_id));
  return {
    total,
    items: said.flatMap(({ feedback_id, label, by, at, decision_id, reason }) => {
      return label === undefined || decision_id === undefined || takenBack.has(feedback_id)
        ? []
        : [{ label, by, at, decision_id, ...present({ reason }) }];
    }),
  };
};

/** Undefined where OpenSearch does not answer. */
const ifThere = async <Value>(asked: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await asked;
  } catch (cause) {
    if (isAway(cause)) return undefined;
    throw cause;
  }
};

const wordsOf = ({ parts }: Viewing, { entity, identity }: About): EntityView['words'] => {
  const names = entity === undefined ? [] : [...new Set([entity.key, ...(identity?.names ?? [])])];
  const since = iso(parts.clock.utc() - WORD_DAYS_MS);
  return [...parts.words.about(names)]
    .filter(({ at }) => at >= since)
    .sort((one, other) => (one.at < other.at ? 1 : -1))
    .slice(0, MOST_WORDS)
    .map(({ verb, by, reason, at, until }) => ({ verb, by, reason, at, until }));
};

const policyOf = ({ parts }: Viewing, { kind, value }: About): EntityView['policy'] => {
  if (kind !== 'policy') return undefined;
  const active = parts.bundles.active;
  const found = [...(active?.actions.all ?? []), ...(active?.judges ?? [])].find(({ ref }) => ref.id === value);
  return found && { title: found.title, layer: found.ref.layer, mode: found.ref.mode, in_force: true };
};

const factsOf = ({ parts }: Viewing, { kind, value }: About): EntityView['facts'] => {
  if (kind === 'ip' || kind === 'host' || kind === 'user') return parts.inventory.asset(kind, value);
  return kind === 'network' ? parts.inventory.asset('ip', value) : undefined;
};

const containedBy = async (agent: Viewing, about: About): Promise<EntityView['contained']> => {
  // An effect does not say by which rule it came to be; its decisions do.
  if (about.kind === 'rule') return { total: 0, containments: [] };
  const board = await listContainments(agent, about.kind === 'policy' ? undefined : about);
  const ofPolicy = board.containments.filter(({ reasons }) => reasons.some(({ policy }) => policy.id === about.value));
  const found = about.kind === 'policy' ? ofPolicy : board.containments;
  return {
    total: about.kind === 'policy' ? found.length : board.total,
    containments: found.slice(0, MOST_CONTAINMENTS),
    ...present({ here_only: board.here_only }),
  };
};

/**
 * Everything that is known of one thing but its decisions and acts. Where OpenSearch does not answer, what this machine
 * knows by itself.
 */
export const entityView = async (
  agent: Viewing,
  kind: EntityPage,
  typed: string,
): Promise<Result<EntityView, Refusal>> => {
  const found = aboutThing(kind, typed, agent.parts.inventory);
  if (!found.ok) return err(refusal('invalid', found.error));
  const about = found.value;
  const target = targetOf(about);
  const [contained, labels, limits] = await Promise.all([
    containedBy(agent, about),
    kind === 'policy' ? undefined : ifThere(labelsOf(agent, about)),
    target && ifThere(limitsOf(agent, target)),
  ]);
  const own = about.entity?.key;
  return ok({
    as_of: iso(agent.parts.clock.utc()),
    kind: about.kind,
    value: about.value,
    names: (about.identity?.names ?? [])
      .filter((key) => key !== own)
      .slice(0, MOST_NAMES)
      .map(nameOf),
    maybe: (about.identity?.maybe ?? []).slice(0, MOST_NAMES).map(nameOf),
    contained,
    words: wordsOf(agent, about),
    stops: stopsOf(agent, target).map(({ reason, then, text }) => ({ reason, then, text })),
    ...present({ facts: factsOf(agent, about), policy: policyOf(agent, about), labels, limits }),
  });
};
