import type { AgentWith } from '../agent/views';
import { firedSince } from '../record/fired';
import { recordOf } from '../record/records';
import { keyKind, keyText, type EntityKey } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import { iso } from '../../../common/iso';
import type { BrakeGauge, OverviewView } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { VERDICTS, type Verdict } from '../../../common/flow/decision';
import type { EvidenceQuery } from '../ports';
import { becameSince } from './became';
import { disruptionSum } from './disruption_sum';
import { latency } from './latency';
import { limitGauges } from './limit_gauges';
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

/** A limit as this view shows it. */
const shownGauge = ({ limit, scope, used, most, within_ms, keeps }: BrakeGauge): OverviewView['limits'][number] => ({
  limit,
  scope,
  used,
  most,
  within_ms,
  ...present({ keeps }),
});

/** What happened in the last 24 hours, hour by hour. */
export const overview = async (
  agent: AgentWith<'bundles' | 'clock' | 'connectors' | 'evidence' | 'inventory' | 'ledgerSights' | 'store'>,
): Promise<OverviewView> => {
  const { clock, evidence } = agent.parts;
  const now = clock.utc();
  const firstHour = Math.floor(now / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS;
  const from = iso(firstHour);
  const real = { effectless: false };
  const spans = Array.from({ length: HOURS }, (_, index) => firstHour + index * HOUR_MS);
  const [all, shadow, policies, targets, recent, timed, { gauges }, became, disruption, ...hours] = await Promise.all([
    tally(agent, 'verdict', { from, where: real }),
    tally(agent, 'shadow', { from }),
    firedSince(evidence, from),
    thingsNamed(agent, from),
    evidence.find({ family: 'decisions', limit: 10, order: 'newest' }),
    latency(agent, from),
    limitGauges(agent),
    becameSince(agent, from),
    disruptionSum(agent),
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
    limits: gauges.slice(0, MOST_LIMITS).map(shownGauge),
    limits_total: gauges.length,
    disruption,
    latency: timed,
    recent: [
      ...(await briefsOf(
        agent,
        recent.entries.map(({ body }) => recordOf('decisions', body)),
      )),
    ],
  };
};
