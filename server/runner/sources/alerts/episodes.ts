import { iso } from '../../../../common/iso';
import { episodeOf, type Episode, type Sighting } from '../../../engine/intake/episode';
import { digestOf } from '../../../engine/digest/digest';
import { contentOf, type PlannedDoc } from '../../keeping/state_docs';
import type { AlertDocument, AlertReader } from '../../ports';
import type { ShiftParts } from '../../agent/parts';

const episodeId = ({ monitorId, triggerId, bucket }: Sighting): string =>
  `episode:${digestOf([monitorId, triggerId, bucket])}`;

const plannedEpisode = (id: string, episode: Episode, at: string): PlannedDoc => ({
  id,
  kind: 'episode',
  facets: { at },
  content: episode,
});

type Settled = { readonly episodes: readonly Episode[] } | { readonly ask: readonly string[] };

/** Episodes in one plan; each is a document. */
const AT_ONCE = 200;
const MOST_LOOKS = 10;

interface Named {
  readonly id: string;
  readonly sighting: Sighting;
}

/** Alerts of one episode document within a batch. */
const alertsById = (named: readonly Named[]): ReadonlyMap<string, readonly string[]> => {
  const alerts = new Map<string, string[]>();
  for (const { id, sighting } of named) {
    const together = alerts.get(id) ?? [];
    if (sighting.alertId !== '') together.push(sighting.alertId);
    alerts.set(id, together);
  }
  return alerts;
};

const OVER: ReadonlySet<unknown> = new Set(['COMPLETED', 'DELETED']);

/** When an alert ended, ms; `Infinity` while it is open, `-Infinity` if it is over and does not say since when. */
const endOf = ({ state, end_time }: AlertDocument['source']): number => {
  if (typeof end_time === 'number') return end_time;
  return OVER.has(state) ? -Infinity : Infinity;
};

const settleOnce = (
  parts: Pick<ShiftParts, 'clock' | 'commits'>,
  named: readonly Named[],
  ends: ReadonlyMap<string, number>,
): Promise<Settled> => {
  const together = alertsById(named);
  return parts.commits.settle<Settled>({
    reads: [...together.keys()],
    build: (view) => {
      const at = iso(parts.clock.utc());
      const changed = new Map<string, Episode>();
      const episodes: Episode[] = [];
      const ask = new Set<string>();
      for (const { id, sighting } of named) {
        const known = changed.get(id) ?? contentOf('episode', view.get(id));
        const asked = known?.alert_ids.every((alert) => ends.has(alert)) ?? false;
        const answer = episodeOf(known, sighting, asked ? ends : undefined);
        if (answer.kind === 'ask') {
          // Those that this batch brings for the same trigger are asked about too, so that one look is enough.
          for (const alert of [...answer.alertIds, ...(together.get(id) ?? [])]) ask.add(alert);
          continue;
        }
        if (answer.kind === 'changed') changed.set(id, answer.episode);
        episodes.push(answer.episode);
      }
      if (ask.size > 0) return { docs: [], answer: { ask: [...ask] } };
      return { docs: [...changed].map(([id, each]) => plannedEpisode(id, each, at)), answer: { episodes } };
    },
  });
};

const settle = async (
  parts: Pick<ShiftParts, 'clock' | 'commits'>,
  reader: Pick<AlertReader, 'alerts'>,
  sightings: readonly Sighting[],
): Promise<readonly Episode[]> => {
  const named = sightings.map((sighting) => ({ id: episodeId(sighting), sighting }));
  const ends = new Map<string, number>();
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const settled = await settleOnce(parts, named, ends);
    if ('episodes' in settled) return settled.episodes;
    const found = await reader.alerts({ ids: settled.ask });
    for (const id of settled.ask) ends.set(id, -Infinity);
    for (const { id, source } of found) ends.set(id, Math.max(ends.get(id) ?? -Infinity, endOf(source)));
  }
  throw new Error('the alerts of an episode change faster than they can be looked up');
};

/**
 * The episodes of sightings, in their order; durable before anything is named after them, so that whoever comes next,
 * by whichever way, finds the same.
 *
 * @throws StoreUnavailable, SessionLost
 */
export const resolveEpisodes = async (
  parts: Pick<ShiftParts, 'clock' | 'commits'>,
  reader: Pick<AlertReader, 'alerts'>,
  sightings: readonly Sighting[],
): Promise<readonly Episode[]> => {
  const episodes: Episode[] = [];
  for (let at = 0; at < sightings.length; at += AT_ONCE)
    episodes.push(...(await settle(parts, reader, sightings.slice(at, at + AT_ONCE))));
  return episodes;
};
