/*
 * An episode: one time that a trigger is on, for query-level and bucket-level monitors and workflows. Alert ids are no
 * identity: the first message comes before the alert has one, an alert that could not be stored never gets one, and
 * beyond 500 open alerts a bucket-level monitor makes new ones for the same bucket in every run (`protocol.md` 6).
 */

export interface Episode {
  readonly monitor_id: string;
  readonly trigger_id: string;
  /** Keys of the bucket as text; empty for other levels. */
  readonly bucket: string;
  /** Names this episode among those of its trigger and bucket. */
  readonly id: string;
  /** First moment that is known of it, ms since 1970 by the alerting node. */
  readonly began: number;
  /** Alerts that belong to it, oldest first; none while it is known from messages alone. */
  readonly alert_ids: readonly string[];
  /** End of the last period that a message without an alert told of, ms since 1970 by the alerting node; 0 if none. */
  readonly last_period_end: number;
  /** Entities that were seen in it. */
  readonly entities: readonly string[];
  /** The episode that it followed: alerts of that one may be read again late. */
  readonly before?: Omit<Episode, 'before'>;
}

/** One look at an alert, or a message about one that was never stored. */
export interface Sighting {
  readonly monitorId: string;
  readonly triggerId: string;
  readonly bucket: string;
  readonly alertId: string;
  /** When the alert began, ms since 1970 by the alerting node. */
  readonly startTime: number;
  /** End of the period of a message without an alert, ms. */
  readonly periodEnd: number;
  /** Time between two runs of the monitor, ms. */
  readonly everyMs: number;
  readonly entities: readonly string[];
}

type EpisodeAnswer =
  | { readonly kind: 'known'; readonly episode: Episode }
  /** It must be written before anything is named after it. */
  | { readonly kind: 'changed'; readonly episode: Episode }
  /** Until when these alerts were open decides; look, and ask again. */
  | { readonly kind: 'ask'; readonly alertIds: readonly string[] };

const MOST_ALERTS = 50;
/** Entities that one alert is about, at most: each becomes an event, and each is remembered. */
export const MOST_ENTITIES = 1_000;
const DEFAULT_EVERY_MS = 15 * 60_000;

/**
 * Whether a trigger that was on until one moment is still on at another: it tells so in every run, and after a missed
 * one it may have been off in between.
 *
 * @param moment ms since 1970
 * @param lastEnd ms since 1970
 * @param everyMs time between two runs; 0 if unknown
 */
export const nearby = (moment: number, lastEnd: number, everyMs: number): boolean =>
  moment <= lastEnd + 1.5 * (everyMs > 0 ? everyMs : DEFAULT_EVERY_MS);

const momentOf = ({ alertId, startTime, periodEnd }: Sighting): number => (alertId === '' ? periodEnd : startTime);

const begun = (sighting: Sighting): Episode => {
  const { monitorId, triggerId, bucket, alertId, periodEnd, entities } = sighting;
  return {
    monitor_id: monitorId,
    trigger_id: triggerId,
    bucket,
    id: alertId === '' ? `period:${periodEnd}` : alertId,
    began: momentOf(sighting),
    alert_ids: alertId === '' ? [] : [alertId],
    last_period_end: alertId === '' ? periodEnd : 0,
    entities: entities.slice(0, MOST_ENTITIES),
  };
};

const following = (known: Episode, sighting: Sighting): Episode => {
  const { before: _before, ...before } = known;
  return { ...begun(sighting), before };
};

const withEntities = (episode: Episode, entities: readonly string[]): EpisodeAnswer => {
  const known = new Set(episode.entities);
  const added = entities.filter((entity) => !known.has(entity));
  return added.length === 0 || episode.entities.length >= MOST_ENTITIES
    ? { kind: 'known', episode }
    : { kind: 'changed', episode: { ...episode, entities: [...episode.entities, ...added].slice(0, MOST_ENTITIES) } };
};

const changed = (episode: Episode, entities: readonly string[]): EpisodeAnswer => {
  const answer = withEntities(episode, entities);
  return answer.kind === 'known' ? { kind: 'changed', episode } : answer;
};

/** One of its alerts was open at that moment, or is now where the moment is not known. */
const wasOn = ({ alert_ids }: Episode, ends: ReadonlyMap<string, number>, moment: number): boolean =>
  alert_ids.some((id) => (ends.get(id) ?? -Infinity) > (moment > 0 ? moment : Number.MAX_SAFE_INTEGER));

/**
 * The episode that a sighting belongs to. In doubt it is a new one: an event too many meets the same effect at the
 * target, an event too few is an attack that nobody answers.
 *
 * @param known the episode that is on record for this trigger and bucket
 * @param ends when its alerts ended, once that was asked: ms, `Infinity` while one is open; without one nothing is
 *   known of it any more
 */
export const episodeOf = (
  known: Episode | undefined,
  sighting: Sighting,
  ends?: ReadonlyMap<string, number>,
): EpisodeAnswer => {
  const { alertId, periodEnd, everyMs, entities } = sighting;
  if (!known) return { kind: 'changed', episode: begun(sighting) };
  if (alertId !== '' && known.alert_ids.includes(alertId)) return withEntities(known, entities);
  if (alertId !== '' && known.before?.alert_ids.includes(alertId) === true)
    return { kind: 'known', episode: known.before };
  const moment = momentOf(sighting);
  // It comes late, after the episode that followed its own: that one stays on record.
  if (moment > 0 && !nearby(known.began, moment, everyMs)) return { kind: 'known', episode: begun(sighting) };
  if (known.alert_ids.length === 0) {
    if (!nearby(moment, known.last_period_end, everyMs))
      return { kind: 'changed', episode: following(known, sighting) };
    return alertId === ''
      ? changed({ ...known, last_period_end: Math.max(known.last_period_end, periodEnd) }, entities)
      : changed({ ...known, alert_ids: [alertId] }, entities);
  }
  if (ends === undefined) return { kind: 'ask', alertIds: known.alert_ids };
  if (!wasOn(known, ends, moment)) return { kind: 'changed', episode: following(known, sighting) };
  return alertId === ''
    ? withEntities(known, entities)
    : changed({ ...known, alert_ids: [...known.alert_ids, alertId].slice(-MOST_ALERTS) }, entities);
};
