import { whyNotRead } from './why_not_read';
import { whyOf } from '../../../common/why';
import { present } from '../../../common/present';
import type { ShiftWith, AgentWith, JoinedWith } from '../agent/views';
import { read } from '../keeping/state_docs';
import { iso } from '../../../common/iso';
import type { Intake } from '../../../common/flow/event';
import { leads } from '../session/leads';
import type { AlertPosition, IndexReader } from '../ports';
import { receiveDocuments, type DocumentRules } from './receive_documents';
import type { SourceHealth } from './source_health';
import { firmly, type FirmTaker } from './receive';
import { isDurable } from '../door/admission';
import { isAway } from '../keeping/session_lost';
import { nap } from '../keeping/nap';

/*
 * Any index with detections as a source: one agent reads for all, and its cursor goes on only after everything before
 * it is durable. What is read twice is a duplicate.
 */

interface FollowIndexOptions {
  readonly agent: FirmTaker & AgentWith<'log' | 'switches'> & JoinedWith<'clock' | 'commits' | 'session' | 'store'>;
  readonly name: string;
  readonly reader: IndexReader;
  readonly start: 'now' | 'all';
  readonly rules: Omit<DocumentRules, 'health' | 'readHere'>;
  readonly health: SourceHealth;
}

const POLL_MS = 2_000;
const PAGE = 500;

const cursorId = (name: string): string => `cursor:index:${name}`;

const savePosition = (shift: ShiftWith<'clock' | 'commits'>, id: string, position: AlertPosition): Promise<void> =>
  shift.parts.commits.settle<void>({
    reads: [id],
    build: () => ({
      docs: [{ id, kind: 'cursor', facets: { at: iso(shift.parts.clock.utc()) }, content: { position } }],
      answer: undefined,
    }),
  });

/** @returns true if there may be more to read at once */
const readOnce = async (
  options: FollowIndexOptions,
  shift: ShiftWith<'clock' | 'commits' | 'store'>,
): Promise<boolean> => {
  const { agent, name, reader, start, rules, health } = options;
  const id = cursorId(name);
  const source: Intake = { type: 'index', id: name };
  const known = (await read(shift.parts.store, 'cursor', id))?.position;
  if (known === undefined) {
    await savePosition(shift, id, start === 'all' ? {} : await reader.end());
    return true;
  }
  const asOf = iso(shift.parts.clock.utc());
  const isOff = agent.parts.switches.off(source) !== undefined;
  const { documents, position, lag } = await reader.since(known, isOff ? 1 : PAGE);
  health.gauge(source, { connected: true, error: undefined, lag: lag + documents.length });
  // What comes while it is off stays where it is, and is read once it is on.
  if (isOff) return false;
  if (documents.length > 0) {
    // A name that is used again in another index is another document.
    const taken = documents.map(({ index, id: own, source: value }) => ({ value, id: `${index}/${own}`, index }));
    const admissions = await receiveDocuments(firmly(agent), source, taken, { ...rules, health, readHere: true });
    if (!admissions.every(isDurable)) return false;
  }
  if (JSON.stringify(position) !== JSON.stringify(known)) await savePosition(shift, id, position);
  health.gauge(source, { lag, ...present({ position: lag === 0 ? `everything until ${asOf}` : undefined }) });
  return documents.length > 0;
};

/** Follows the indices of one pattern until told otherwise. */
export const followIndex = async (options: FollowIndexOptions, until: () => boolean): Promise<void> => {
  const { agent, name, health } = options;
  const { clock, log } = agent.parts;
  while (!until()) {
    const { shift } = agent;
    let more = false;
    try {
      if (shift && leads(shift.parts.session, `index:${name}`)) more = await readOnce(options, shift);
    } catch (cause) {
      const error = whyOf(cause);
      health.gauge({ type: 'index', id: name }, { connected: false, error: whyNotRead(cause) });
      if (!isAway(cause)) log.error('an index with detections could not be read', { source: name, why: error });
    }
    if (!more) await nap(clock, POLL_MS);
  }
};
