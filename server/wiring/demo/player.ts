import { iso } from '../../../common/iso';
import { createHash } from 'crypto';
import type { OpenSearchTransport } from '../../adapters/opensearch/transport';
import type { Agent } from '../../runner/agent/agent';
import type { AlertIntake } from '../../runner/sources/alerts/alert_intake';
import { alertDocument, channelMessage, findingDocument, type Found } from './alerting_shapes';
import { ALERTS_INDEX, FINDINGS_INDEX, writeOnce } from './demo_indices';
import type { Scene, Sighting } from './monitor';

/** What playing needs of the world. */
export interface Stage {
  readonly agent: Agent;
  readonly alerts: AlertIntake;
  readonly transport: OpenSearchTransport;
}

/** Ids of a sighting. The same for the same place in the story, so that playing it twice counts once. */
const idsOf = (place: string): Pick<Found, 'findingId' | 'alertId'> & { readonly documentId: string } => {
  const hex = (what: string): string => createHash('sha256').update(`${what} ${place}`).digest('hex');
  const uuid = (text: string): string =>
    [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20, 32)].join('-');
  return { documentId: hex('document').slice(0, 20), findingId: uuid(hex('finding')), alertId: uuid(hex('alert')) };
};

/**
 * What a monitor makes of a sighting.
 *
 * @param place scene and position within it
 * @param at ms since 1970, UTC
 */
export const foundAt = (sighting: Sighting, place: string, at: number): Found => {
  const { documentId, findingId, alertId } = idsOf(place);
  const { document, monitor } = sighting;
  const source = monitor.level === 'bucket' ? document : { '@timestamp': iso(at), ...document };
  return { sighting, document: { id: documentId, source }, findingId, alertId, at };
};

/**
 * One sighting, in the order in which Alerting writes and sends: log document and finding, then the channel's message,
 * then the alert. The cursor over the alert index finds it once more, which is a duplicate of the same case.
 *
 * @throws StoreUnavailable; then it may be played again
 */
const playSighting = async ({ alerts, transport }: Stage, found: Found): Promise<void> => {
  const { monitor } = found.sighting;
  if (monitor.level === 'document') {
    await writeOnce(transport, { index: monitor.index, id: found.document.id }, found.document.source);
    await writeOnce(transport, { index: FINDINGS_INDEX, id: found.findingId }, findingDocument(found));
  }
  if (monitor.hasChannel) await alerts.receive(channelMessage(found));
  await writeOnce(transport, { index: ALERTS_INDEX, id: found.alertId, routing: monitor.id }, alertDocument(found));
};

/**
 * Plays a scene.
 *
 * @param number of the scene in the story
 * @param wait until so many ms of the scene are over; false: stop here
 * @throws StoreUnavailable
 */
export const playScene = async (
  stage: Stage,
  { number, scene }: { readonly number: number; readonly scene: Scene },
  wait: (afterMs: number) => Promise<boolean>,
): Promise<void> => {
  for (const [index, sighting] of scene.sightings.entries()) {
    if (!(await wait(sighting.afterMs))) return;
    await playSighting(stage, foundAt(sighting, `${number}/${index}`, stage.agent.parts.clock.utc()));
  }
};
