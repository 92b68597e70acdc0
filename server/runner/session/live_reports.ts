import { present } from '../../../common/present';
import type { LiveReport } from '../keeping/kinds/session';
import type { Session } from './session';

/** How the live effects at one connector are, with all agents that keep some. */
export interface ConnectorReport extends LiveReport {
  readonly connector: string;
}

const earlier = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || other === undefined ? (one ?? other) : one < other ? one : other;

const together = (one: LiveReport | undefined, other: LiveReport): LiveReport => ({
  gone: (one?.gone ?? 0) + other.gone,
  unsure: (one?.unsure ?? 0) + other.unsure,
  ...present({ overdue: (one?.overdue ?? 0) + (other.overdue ?? 0) || undefined }),
  ...present({ held_back: (one?.held_back ?? 0) + (other.held_back ?? 0) || undefined }),
  ...present({ reapplied: (one?.reapplied ?? 0) + (other.reapplied ?? 0) || undefined }),
  ...present({ seen_since: earlier(one?.seen_since, other.seen_since) }),
});

/**
 * What the sessions that live say of the effects that they keep. It came with their heartbeats, so asking costs
 * nothing, and nothing is written for it.
 */
export const liveReports = (
  session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'>,
): readonly ConnectorReport[] => {
  const reports = new Map<string, LiveReport>();
  for (const id of [session.id, ...session.livePeers])
    for (const [connector, report] of Object.entries(session.saysOfItself(id)?.live ?? {}))
      reports.set(connector, together(reports.get(connector), report));
  return [...reports].map(([connector, report]) => ({ connector, ...report }));
};
