import type { LimitFilled } from '../../../common/api/many_as_one';
import type { WouldAnswer, WouldSay, WouldView } from '../../../common/api/routes';
import { isByOrder } from '../../../common/flow/clearance';
import type { Act, Target } from '../../../common/flow/decision';
import { keyText, type EntityKey } from '../../../common/entity/entity';
import { INTAKE_TYPES, type Intake } from '../../../common/flow/intake';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { knownTarget } from '../../engine/brakes/judge_target';
import { entitiesOf } from '../../engine/entity/target_keys';
import type { AgentWith, ShiftWith } from '../agent/views';
import type { Shift } from '../agent/shift';
import { planTrial } from '../executing/claim';
import { READ_AGAIN, type ClaimRequest, type ReadAgain } from '../executing/claiming';
import type { ClaimWorld } from '../executing/claim_world';
import type { CaseAct } from '../keeping/kinds/case';
import type { View } from '../keeping/plan';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { targetIn } from './asked_target';
import { wouldOf } from './brakes_say';
import { disruptionAt } from './disruptions';
import { fullness, limitsFilled } from './limits_filled';
import { actBy, isNoPolicy, policiesFor, requestFor, withNoPolicy, withoutStops, type WouldBe } from './would_request';
import { wouldOrder, type Wish } from './would_order';

/*
 * What would happen to a target. The claim of an act is tried as a real one is made, through the same choke point and
 * against the same documents; nothing of it is written, reserved or sent.
 */

interface Asked {
  readonly action: string;
  readonly target: string;
  readonly host?: string | undefined;
  readonly policy?: string | undefined;
  /** `type:id` */
  readonly source?: string | undefined;
  readonly sources?: number | undefined;
  /** Whose approval it would be, and whether that makes it two people. */
  readonly by: { readonly name: string; readonly fourEyes: boolean };
  /** It would be ordered by hand. */
  readonly ordered?: Wish | undefined;
}

interface Asking extends AgentWith<'bundles' | 'chance' | 'clock' | 'connectors' | 'inventory' | 'store'> {
  readonly shift: (ShiftWith<'commits'> & Pick<Shift, 'work'>) | undefined;
}

/** So many policies are answered for, and so many limits are shown. */
const MOST_POLICIES = 200;
const MOST_LIMITS = 64;
const MOST_NAMES = 64;

const invalid = (message: string): Result<never, Refusal> => err(refusal('invalid', message));

/** Without a source it is as if whoever asks had handed the event in. */
const intakeIn = ({ source, by }: Asked): Result<Intake, Refusal> => {
  if (source === undefined) return ok({ type: 'analyst', id: by.name });
  const [, kind = '', id = ''] = /^([a-z_]+):(.+)$/.exec(source) ?? [];
  const type = INTAKE_TYPES.find((each) => each === kind);
  return type === undefined ? invalid(`\`${source}\` names no source; write it as \`type:id\``) : ok({ type, id });
};

/** What else the thing is called, by its keys. */
const otherNames = (target: Target, who: Asking['parts']['inventory']): string[] => {
  const own = new Set<EntityKey>(entitiesOf(target).map(({ key }) => key));
  const others = knownTarget(target, who).names.filter((key) => !own.has(key));
  return [...new Set(others.map(keyText))].slice(0, MOST_NAMES);
};

interface Trial {
  readonly reads: readonly string[];
  readonly say: (view: View) => WouldSay | ReadAgain;
}

const sayOf = (act: CaseAct): WouldSay => ({
  would: wouldOf(act),
  ...present({ stop_reason: act.stopped?.reason, limit: act.stopped?.limit, text: act.stopped?.text ?? act.text }),
});

const trialOf = (worldNow: () => ClaimWorld, request: ClaimRequest): Trial => {
  const { reads, acts } = planTrial(worldNow, request);
  return {
    reads,
    say: (view) => {
      const tried = acts(view);
      if (tried === READ_AGAIN) return READ_AGAIN;
      const [act] = tried;
      return act ? sayOf(act) : { would: 'hold' };
    },
  };
};

type Says = Omit<WouldAnswer, 'policies'>;

/** Everything that is tried of one act. */
const trialsOf = (worldNow: () => ClaimWorld, act: Act, { wouldBe, by }: { wouldBe: WouldBe; by: Asked['by'] }) => {
  const request = requestFor(act, wouldBe);
  const now = trialOf(worldNow, request);
  const approved = trialOf(worldNow, requestFor(act, wouldBe, by));
  const resumed = trialOf(() => withoutStops(worldNow()), request);
  return {
    reads: [now, approved, resumed].flatMap(({ reads }) => reads),
    says: (view: View): Says | ReadAgain => {
      const said = [now.say(view), approved.say(view)] as const;
      if (said[0] === READ_AGAIN || said[1] === READ_AGAIN) return READ_AGAIN;
      if (!isByOrder(said[0].stop_reason)) return { now: said[0], approved: said[1] };
      const then = resumed.say(view);
      return then === READ_AGAIN ? READ_AGAIN : { now: said[0], approved: said[1], resumed: then };
    },
  };
};

/** One answer for all policies to which the same would happen. */
const together = (acts: readonly Act[], said: readonly Says[]): WouldAnswer[] => {
  const answers = new Map<string, WouldAnswer>();
  for (const [index, says] of said.entries()) {
    const key = JSON.stringify(says);
    const before = answers.get(key);
    const { policy } = acts[index] ?? {};
    answers.set(key, { ...says, policies: [...(before?.policies ?? []), ...(policy ? [policy.id] : [])] });
  }
  return [...answers.values()];
};

const limitsOf = async (agent: Asking, acts: readonly Act[], worldNow: () => ClaimWorld): Promise<LimitFilled[]> => {
  const { connectors } = worldNow().brakes;
  const placed = acts.map(({ action, target, policy, connector }) => {
    const able = connectors.filter(({ actions }) => actions.includes(action)).map(({ name }) => name);
    const only = able.length === 1 ? (able[0] ?? null) : null;
    const place = { action, target, connector: connector ?? only };
    return isNoPolicy(policy) ? place : { ...place, policy };
  });
  const all = (await limitsFilled(agent, placed)).flat();
  const byPlace = new Map(all.map((each) => [`${each.limit}\n${each.scope}`, each]));
  return [...byPlace.values()].sort((one, other) => fullness(other) - fullness(one)).slice(0, MOST_LIMITS);
};

/**
 * What the brakes would say of an act on a target now, for each policy in force that would execute it: by itself, and
 * if whoever asks approved it.
 *
 * @returns `invalid` where the question names no action, target or source; `not_found` for a policy that is not in
 *   force
 */
export const wouldHappen = async (agent: Asking, asked: Asked): Promise<Result<WouldView, Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const target = targetIn(asked);
  if (!target.ok) return target;
  const intake = intakeIn(asked);
  if (!intake.ok) return intake;
  const now = parts.clock.utc();
  const { action, sources = 1, by } = asked;
  const { bundleVersion } = parts.bundles.brakeRules(now);
  const wouldBe: WouldBe = { action, target: target.value, intake: intake.value, sources, bundleVersion, now };
  const all = policiesFor(agent, action, now);
  const policies = all
    .filter(({ ref }) => asked.policy === undefined || ref.id === asked.policy)
    .slice(0, MOST_POLICIES);
  if (asked.policy !== undefined && policies.length === 0)
    return err(refusal('not_found', `no policy \`${asked.policy}\` in force executes \`${action}\``));
  const { worldNow: real } = shift.work.processing;
  const worldNow = policies.length > 0 ? real : () => withNoPolicy(real());
  const acts = policies.length > 0 ? policies.map((policy) => actBy(policy, wouldBe)) : [actBy(undefined, wouldBe)];
  const trials = acts.map((act) => trialsOf(worldNow, act, { wouldBe, by }));
  const said = await shift.parts.commits.settle<readonly Says[]>({
    reads: [...new Set(trials.flatMap(({ reads }) => reads))],
    build: (view) => {
      const found: Says[] = [];
      for (const { says } of trials) {
        const each = says(view);
        if (each === READ_AGAIN) return READ_AGAIN;
        found.push(each);
      }
      // INVARIANT (INV-11): a question leaves nothing behind, whatever the answer is.
      return { docs: [], answer: found };
    },
  });
  const byHand =
    asked.ordered && (await wouldOrder(agent, { action, target: target.value, by: by.name, ...asked.ordered }));
  if (byHand?.ok === false) return byHand;
  const connector = acts[0]?.connector ?? null;
  return ok({
    as_of: iso(now),
    action,
    target: target.value,
    also_as: otherNames(target.value, parts.inventory),
    answers: together(policies.length > 0 ? acts : [], said),
    policies_total: all.length,
    limits: await limitsOf(agent, acts, worldNow),
    ...present({
      critical: parts.inventory.criticalOf(target.value),
      disruption: disruptionAt(agent, { action, target: target.value, connector }),
      ordered: byHand?.value,
    }),
  });
};
