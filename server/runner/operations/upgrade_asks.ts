import type { UpgradeAsksView } from '../../../common/api/routes';
import type { Intake } from '../../../common/flow/intake';
import { iso } from '../../../common/iso';
import { SOURCES_NEEDED, sourcesOf } from '../../engine/brakes/one_intake';
import { goesBy } from '../../engine/decision/goes_by';
import type { AgentWith } from '../agent/views';
import { actionsInForce, proposersInForce } from '../trust/in_force';
import { recordOf } from '../record/records';
import { grantKey } from '../sources/grants';

/*
 * What asks a person because nobody granted a source anything: the sources without a grant, the policies in force that
 * go by what a source claims, and how often that was so lately. And what asks because one source alone reports a
 * critical asset. An admin reads it after an upgrade.
 */

type AskingAgent = AgentWith<'bundles' | 'clock' | 'evidence' | 'grants' | 'inventory'>;

const DAYS = 7;
const DAY_MS = 86_400_000;
/** Sources that are looked at one by one; of more only the number is told. */
const MOST_SOURCES = 20;
const MOST_POLICIES = 50;
const MOST_PERMITS = 1_000;
/** Kinds of source that can have a grant. */
const TYPES = ['webhook', 'alerting', 'detector', 'kafka', 'rabbitmq', 'index', 'asker'] as const;
const BECAUSE_OF_IT = ['claimed_only', 'uncalibrated_source'] as const;

interface Seen {
  readonly source: Intake;
  readonly decisions: number;
}

/** Sources of the last days with their decisions, and those that sent something to this host. */
const seenSources = async ({ parts }: AskingAgent, from: string, here: readonly Intake[]): Promise<readonly Seen[]> => {
  const tallies = await Promise.all(
    TYPES.map((type) =>
      parts.evidence.tally({
        family: 'decisions',
        field: 'intake.id',
        from,
        where: { 'intake.type': type, effectless: false },
      }),
    ),
  );
  const decided = TYPES.flatMap((type, index) =>
    [...(tallies[index] ?? [])].map(([id, decisions]): Seen => ({ source: { type, id }, decisions })),
  );
  const known = new Set(decided.map(({ source }) => grantKey(source)));
  const silent = here.filter((source) => TYPES.some((type) => type === source.type) && !known.has(grantKey(source)));
  return [...decided, ...silent.map((source): Seen => ({ source, decisions: 0 }))];
};

/** Policies in force that go by what a source claims, with the fields that they go by. */
const claimReaders = ({ parts }: AskingAgent): UpgradeAsksView['policies'] =>
  proposersInForce({ parts }).flatMap(({ ref, spec }) => {
    // The steps of a ladder read together what their policy reads.
    const steps = actionsInForce({ parts }).filter((each) => each.ref.id === ref.id);
    const reads = [...new Set(steps.flatMap(goesBy))];
    return reads.length === 0 ? [] : [{ policy: ref.id, mode: spec.mode, reads }];
  });

/** What became of the events of one source: by policy, how often it asked, and what it permitted without asking. */
const askedBy = async (
  { parts }: AskingAgent,
  { source, decisions }: Seen,
  { from, readers }: { readonly from: string; readonly readers: ReadonlySet<string> },
): Promise<UpgradeAsksView['sources'][number]> => {
  const of = { 'intake.type': source.type, 'intake.id': source.id, effectless: false };
  const tally = (where: object): Promise<ReadonlyMap<string, number>> =>
    decisions === 0
      ? Promise.resolve(new Map<string, number>())
      : parts.evidence.tally({ family: 'decisions', field: 'policy.id', from, where: { ...of, ...where } });
  const [asked, permitted] = await Promise.all([
    tally({ 'reason.code': [...BECAUSE_OF_IT] }),
    tally({ verdict: 'permit' }),
  ]);
  const policies = [...new Set([...asked.keys(), ...permitted.keys()])]
    .filter((policy) => readers.has(policy))
    .map((policy) => ({ policy, asked: asked.get(policy) ?? 0, permitted: permitted.get(policy) ?? 0 }))
    .sort((one, other) => other.asked + other.permitted - (one.asked + one.permitted));
  return { type: source.type, id: source.id, decisions, policies: policies.slice(0, MOST_POLICIES) };
};

/**
 * Acts of the last days on what is critical by the inventory of today, and that one source alone reported: earlier
 * versions permitted them, and they ask now (INV-14).
 */
const ofOneSource = async ({ parts }: AskingAgent, from: string): Promise<UpgradeAsksView['one_source']> => {
  const { evidence, inventory } = parts;
  const where = { verdict: 'permit', effectless: false };
  const [{ entries }, counted] = await Promise.all([
    evidence.find({ family: 'decisions', from, where, limit: MOST_PERMITS, order: 'newest' }),
    evidence.tally({ family: 'decisions', field: 'verdict', from, where }),
  ]);
  const acts = new Map<string, number>();
  for (const { body } of entries) {
    const { decision } = recordOf('decisions', body);
    for (const { policy, target, result, shadow } of decision?.acts ?? [])
      if (
        result === 'permit' &&
        !shadow &&
        inventory.criticalOf(target) !== undefined &&
        decision !== undefined &&
        sourcesOf(decision.inputs.history, target) < SOURCES_NEEDED
      )
        acts.set(policy.id, (acts.get(policy.id) ?? 0) + 1);
  }
  const policies = [...acts].map(([policy, many]) => ({ policy, acts: many })).sort((a, b) => b.acts - a.acts);
  return {
    looked_at: entries.length,
    of: Math.max(entries.length, counted.get('permit') ?? 0),
    policies: policies.slice(0, MOST_POLICIES),
  };
};

/**
 * What asks because of missing grants, and because one source alone reports a critical asset.
 *
 * @param here sources that sent something to this host since it started
 */
export const upgradeAsks = async (agent: AskingAgent, here: readonly Intake[]): Promise<UpgradeAsksView> => {
  const { clock, grants } = agent.parts;
  const now = clock.utc();
  const from = iso(now - DAYS * DAY_MS);
  const policies = claimReaders(agent);
  const readers = new Set(policies.map(({ policy }) => policy));
  const claiming = (await seenSources(agent, from, here))
    .filter(({ source }) => grants.of(source) === undefined)
    .sort((one, other) => other.decisions - one.decisions);
  const sources = await Promise.all(
    claiming.slice(0, MOST_SOURCES).map((seen) => askedBy(agent, seen, { from, readers })),
  );
  const one_source = await ofOneSource(agent, from);
  return { as_of: iso(now), days: DAYS, sources, more_sources: claiming.length - sources.length, policies, one_source };
};
