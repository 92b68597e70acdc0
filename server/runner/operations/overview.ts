import type { AgentWith } from '../agent/views';
import { firedSince } from '../record/fired';
import { recordOf } from '../record/records';
import { keyKind, keyText, type EntityKey } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import { iso } from '../../../common/iso';
import type { OverviewView } from '../../../common/api/routes';
import { VERDICTS, type Verdict } from '../../../common/flow/decision';
import { mostAllowed } from '../../../common/policy/policy';
import { ONE_INTAKE, STARTS_OF_ONE_INTAKE, type Loosened } from '../../engine/brakes/one_intake';
import type { KeepRule } from '../../engine/brakes/keep_roles';
import { mostAway } from '../../engine/brakes/population';
import { countOf, type Ledger } from '../../engine/brakes/ledger';
import { contentOf, findAll } from '../keeping/state_docs';
import type { EvidenceQuery } from '../ports';
import { becameSince } from './became';
import { latency } from './latency';
import { fullness } from './limits_filled';
import { briefsOf } from './look_through';

const HOUR_MS = 3_600_000;
const HOURS = 24;
const MOST_NAMED = 10;
/** So many limits are listed, the fullest; a limit by subnet has as many as there are subnets. */
const MOST_LIMITS = 64;

type Tallies = Record<Verdict, number>;

const NONE: Tallies = { permit: 0, escalate: 0, deny: 0, hold: 0, learn: 0 };

const talliesOf = (counts: ReadonlyMap<string, number>): Tallies =>
  VERDICTS.reduce((sum, verdict) => ({ ...sum, [verdict]: counts.get(verdict) ?? 0 }), NONE);

const tally = async (
  agent: AgentWith<'evidence'>,
  field: string,
  span: Pick<EvidenceQuery, 'from' | 'to' | 'where'>,
): Promise<ReadonlyMap<string, number>> => agent.parts.evidence.tally({ family: 'decisions', field, ...span });

const topOf = (counts: ReadonlyMap<string, number>): ReadonlyArray<readonly [string, number]> =>
  [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_NAMED);

/**
 * How many decisions name each thing, by the inventory in force, as limits count (`countedAs`). Records of earlier
 * versions have no keys; where none has one they are counted by letters. A decision that names a thing twice may count
 * twice.
 */
const thingsNamed = async (
  agent: AgentWith<'evidence' | 'inventory'>,
  from: string,
): Promise<ReadonlyMap<string, number>> => {
  const byKey = await tally(agent, 'target.key', { from });
  if (byKey.size === 0) return tally(agent, 'target.value', { from });
  const counts = new Map<string, number>();
  for (const [key, count] of byKey) {
    const read = readEntity(keyKind(key as EntityKey), keyText(key as EntityKey));
    const name = keyText(read.ok ? agent.parts.inventory.identify(read.entity).key : (key as EntityKey));
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
};

/** How full one limit is in one of its scopes. */
type Gauge = OverviewView['limits'][number];

/** How many of a role are away now, of those that may be. */
const keptGauge = (ledger: Ledger, { keep }: KeepRule, { parts }: AgentWith<'inventory'>): Gauge => ({
  limit: ledger.limit,
  scope: ledger.scope,
  used: countOf(ledger, false),
  most: mostAway(
    Math.min(ledger.population, parts.inventory.populationOf('in_role', keep.of)?.count ?? 0),
    keep.at_least,
  ),
  within_ms: 0,
  keeps: keep.at_least,
});

/** How many acts the events of one intake started, of those that they may. */
const intakeGauge = (ledger: Ledger, loosened: Loosened | undefined): Gauge => ({
  limit: ledger.limit,
  scope: ledger.scope,
  used: countOf(ledger, true),
  most: (loosened?.starts ?? STARTS_OF_ONE_INTAKE).most,
  within_ms: ledger.within_ms,
});

/** How full each limit is now, in each of its scopes. */
const limits = async (agent: AgentWith<'bundles' | 'clock' | 'inventory' | 'store'>): Promise<readonly Gauge[]> => {
  const rules = agent.parts.bundles.brakeRules(agent.parts.clock.utc());
  const gauges: Gauge[] = [];
  // Every one is read: the fullest must not be among those that were left out.
  for await (const doc of findAll(agent.parts.store, { kinds: ['ledger'] })) {
    const ledger = contentOf('ledger', doc);
    const rule = ledger && rules.limits.find(({ name }) => name === ledger.limit);
    const kept = ledger && rules.keeps.find(({ name, keep }) => name === ledger.limit && keep.of === ledger.scope);
    if (ledger && kept) gauges.push(keptGauge(ledger, kept, agent));
    if (ledger?.limit === ONE_INTAKE) gauges.push(intakeGauge(ledger, rules.loosened));
    if (!ledger || !rule) continue;
    const { limit } = rule;
    // A figure that rose counts in the ledger only after its delay.
    const population =
      limit.of === undefined
        ? 0
        : Math.min(ledger.population, agent.parts.inventory.populationOf(limit.of, ledger.scope)?.count ?? 0);
    const most = mostAllowed(limit, population);
    gauges.push({
      limit: ledger.limit,
      scope: ledger.scope,
      used: countOf(ledger, limit.of === undefined),
      most,
      within_ms: ledger.within_ms,
    });
  }
  return gauges.sort((one, other) => fullness(other) - fullness(one));
};

/** What happened in the last 24 hours, hour by hour. */
export const overview = async (
  agent: AgentWith<'bundles' | 'clock' | 'evidence' | 'inventory' | 'store'>,
): Promise<OverviewView> => {
  const { clock, evidence } = agent.parts;
  const now = clock.utc();
  const firstHour = Math.floor(now / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
  const from = iso(firstHour);
  const real = { effectless: false };
  const spans = Array.from({ length: HOURS }, (_, index) => firstHour + index * HOUR_MS);
  const [all, shadow, policies, targets, recent, timed, gauges, became, ...hours] = await Promise.all([
    tally(agent, 'verdict', { from, where: real }),
    tally(agent, 'shadow', { from }),
    firedSince(evidence, from),
    thingsNamed(agent, from),
    evidence.find({ family: 'decisions', limit: 10, order: 'newest' }),
    latency(agent, from),
    limits(agent),
    becameSince(agent, from),
    ...spans.map((start) =>
      tally(agent, 'verdict', {
        from: iso(start),
        to: iso(start + HOUR_MS),
        where: real,
      }),
    ),
  ]);
  return {
    as_of: iso(clock.utc()),
    hours: spans.map((start, index) => ({
      at: iso(start),
      ...talliesOf(hours[index] ?? new Map()),
    })),
    verdicts_24h: talliesOf(all),
    shadow_24h: shadow.get('true') ?? 0,
    became_24h: became,
    policies: topOf(policies).map(([policy, fired]) => ({ policy, fired })),
    targets: topOf(targets).map(([target, count]) => ({ target, count })),
    limits: gauges.slice(0, MOST_LIMITS),
    limits_total: gauges.length,
    latency: timed,
    recent: [
      ...(await briefsOf(
        agent,
        recent.entries.map(({ body }) => recordOf('decisions', body)),
      )),
    ],
  };
};
