import type { OverviewView } from '../../../common/api/routes';
import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import { recordOf } from '../record/records';
import { approvalOf, casesOf } from './approvals';

/** Latencies are of the youngest so many first confirmations. */
const MOST_TIMED = 500;

type Timed = Required<Pick<OverviewView['latency'], 'median_ms' | 'p95_ms' | 'count'>>;

const quantilesOf = (times: readonly number[]): Timed | undefined => {
  const sorted = [...times].sort((a, b) => a - b);
  const quantile = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return sorted.length === 0 ? undefined : { median_ms: quantile(0.5), p95_ms: quantile(0.95), count: sorted.length };
};

interface Confirmed {
  readonly at: number;
  readonly commandId: string;
}

/**
 * Event to first confirmed effect, in ms: the time in which harm could go on. What waited for a person is apart: it
 * tells how fast people are, not how fast Reflex is.
 */
export const latency = async (
  agent: AgentWith<'evidence' | 'store'>,
  from: string,
): Promise<OverviewView['latency']> => {
  const { evidence } = agent.parts;
  const confirmed = await evidence.find({
    family: 'actions',
    where: { state: ['verified_present'] },
    from,
    limit: MOST_TIMED,
    order: 'newest',
  });
  const first = new Map<string, Confirmed>();
  for (const { at, body } of confirmed.entries) {
    const { case_id: caseId, command_id: commandId } = recordOf('actions', body).command;
    const known = caseId === undefined ? undefined : first.get(caseId);
    if (caseId !== undefined && (known === undefined || Date.parse(at) < known.at))
      first.set(caseId, { at: Date.parse(at), commandId });
  }
  if (first.size === 0) return {};
  const ids = [...first.keys()];
  const [events, cases] = await Promise.all([
    evidence.find({ family: 'decisions', where: { case_id: ids }, limit: MOST_TIMED, order: 'newest' }),
    casesOf(agent, ids),
  ]);
  const [alone, waited] = [new Map<string, number>(), new Map<string, number>()];
  for (const { body } of events.entries) {
    const { case_id: id, received_at } = recordOf('decisions', body).event;
    const found = first.get(id);
    if (found === undefined) continue;
    const times = approvalOf(cases.get(id), found.commandId) === undefined ? alone : waited;
    times.set(id, Math.max(0, found.at - Date.parse(received_at)));
  }
  return { ...quantilesOf([...alone.values()]), ...present({ person: quantilesOf([...waited.values()]) }) };
};
