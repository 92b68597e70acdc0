import { noticeFromIndex } from '../engine/intake/alert_notice';
import type { Agent } from './agent';
import { StoreUnavailable, type AlertPosition, type AlertReader } from './ports';
import { receiveAlerts, type ReceiveOptions } from './receive';
import type { Shift } from './shift';
import { isoOf } from './shift_parts';

/*
 * The lossless way from Alerting: a cursor over its alert and history indices. It closes every gap that a lost
 * webhook, a restart or an outage leaves; what came by webhook already is a duplicate of the same case.
 */

const CURSOR_ID = 'cursor:alerting';
const POLL_MS = 2_000;
const PAGE = 500;

export interface AlertCursorOptions extends ReceiveOptions {
  readonly agent: Agent;
  readonly reader: AlertReader;
}

/** One agent reads for all: the first in the order of session ids. Another one is only late, never wrong. */
const leads = ({ session }: Shift): boolean => session.livePeers.every((peer) => session.id < peer);

const positionIn = (content: unknown): AlertPosition | undefined =>
  (content as { position?: AlertPosition } | undefined)?.position;

const savePosition = (shift: Shift, position: AlertPosition): Promise<void> =>
  shift.parts.commits.settle<void>({
    reads: [CURSOR_ID],
    build: () => ({
      drafts: [{ id: CURSOR_ID, kind: 'cursor', facets: { at: isoOf(shift.parts.clock) }, content: { position } }],
      answer: undefined,
    }),
  });

/** Durable answers let the cursor go on; anything else means: read the same again later. */
const isDurable = (kind: string): boolean => kind !== 'overloaded' && kind !== 'unavailable';

const readOnce = async ({ agent, reader, ...options }: AlertCursorOptions, shift: Shift): Promise<boolean> => {
  const known = positionIn((await shift.parts.store.get(CURSOR_ID))?.content);
  if (known === undefined) {
    await savePosition(shift, await reader.now());
    return false;
  }
  const { alerts, position } = await reader.since(known, PAGE);
  if (alerts.length === 0) {
    if (JSON.stringify(position) !== JSON.stringify(known)) await savePosition(shift, position);
    return false;
  }
  const notices = alerts.map(({ id, source }) => noticeFromIndex(id, source));
  const admissions = await receiveAlerts(agent, reader, notices, options);
  if (!admissions.every(({ kind }) => isDurable(kind))) return false;
  await savePosition(shift, position);
  return true;
};

/** Follows the alert indices until told otherwise. The position is saved only after all cases are durable. */
export const followAlerts = async (options: AlertCursorOptions, until: () => boolean): Promise<void> => {
  const { agent } = options;
  const { clock, log } = agent.parts;
  while (!until()) {
    const { shift } = agent;
    let more = false;
    try {
      if (shift && leads(shift)) more = await readOnce(options, shift);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable) && !shift?.isOver)
        log.error('alerts could not be read', { why: String(cause) });
    }
    if (!more) await clock.sleep(POLL_MS);
  }
};
