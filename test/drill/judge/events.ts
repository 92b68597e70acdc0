import { HOSTS, type RunLog } from '../observer';
import { seconds, type Finding } from './finding';

/** One decision, as the API lists it: the one thing that the target cannot tell. */
export interface ListedDecision {
  readonly event_id: string;
  readonly case_id: string;
  readonly decision_id: string;
  readonly predecessor?: string;
}

const currentOf = (decisions: readonly ListedDecision[]): readonly ListedDecision[] => {
  const replaced = new Set(decisions.map(({ predecessor }) => predecessor));
  return decisions.filter(({ decision_id }) => !replaced.has(decision_id));
};

/** Every event: acknowledged, called no poison, decided once. */
export const judgeEvents = (
  { sightings, readyAtEnd }: RunLog,
  decisions: readonly ListedDecision[],
): readonly Finding[] => {
  const byEvent = new Map<string, ListedDecision[]>();
  for (const decision of decisions)
    byEvent.set(decision.event_id, [...(byEvent.get(decision.event_id) ?? []), decision]);
  const kept = sightings.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  const spooled = sightings.filter(({ spooled: times }) => times > 0).length;
  return [
    {
      id: 'hosts.back',
      promise: 'every host decides again at the end, without a hand',
      looked: HOSTS.length,
      broken: HOSTS.filter((host) => !readyAtEnd.includes(host)),
    },
    {
      id: 'events.acknowledged',
      promise: 'every event that its sender repeats is acknowledged',
      looked: sightings.length,
      broken: sightings.flatMap(({ id, acknowledgedAt, quarantinedAt, sentAt, to }) =>
        acknowledgedAt === undefined && quarantinedAt === undefined
          ? [`${id}: sent to ${to.join(' and ')} since ${seconds(sentAt)}`]
          : [],
      ),
      figures: { spooled, sent_twice: sightings.filter(({ to }) => to.length > 1).length },
    },
    {
      id: 'events.blamed',
      promise: 'no event is put into quarantine for a fault of the host',
      looked: sightings.length,
      broken: sightings.flatMap(({ id, quarantinedAt, to }) =>
        quarantinedAt === undefined ? [] : [`${id}: at ${to.join(' or ')} at ${seconds(quarantinedAt)}`],
      ),
    },
    {
      id: 'events.decided_once',
      promise: 'every acknowledged event has exactly one case and one current decision',
      looked: kept.length,
      broken: kept.flatMap(({ id }) => {
        const of = byEvent.get(id) ?? [];
        const cases = new Set(of.map(({ case_id }) => case_id)).size;
        const current = currentOf(of).length;
        return cases === 1 && current === 1
          ? []
          : [`${id}: ${cases} cases, ${current} current of ${of.length} decisions`];
      }),
      figures: { decisions_per_event: kept.length === 0 ? 0 : Math.round((decisions.length / kept.length) * 10) / 10 },
    },
  ];
};
