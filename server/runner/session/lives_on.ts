import { sessionId } from '../keeping/kinds/session';
import { contentOf } from '../keeping/state_docs';
import { declareDead, type PeerPorts } from './peers';
import { DEAD_AFTER_MS } from './session_times';

const LOOK_MS = 300;
/** A heartbeat of the dead may land late; two do not. */
const ALIVE_AT = 2;

/**
 * Whether a session goes on counting. One that stood still long enough to be dead is declared dead.
 *
 * @param standMs for so long it must stand still to be taken for gone
 * @throws StoreUnavailable
 */
export const livesOn = async (ports: PeerPorts, session: string, standMs: number): Promise<boolean> => {
  const { store, clock } = ports;
  let first: number | undefined;
  let last: number | undefined;
  for (let since = clock.monotonic(); ;) {
    const doc = await store.get(sessionId(session));
    const content = contentOf('session', doc);
    if (!doc || !content || content.dead) return false;
    first ??= content.n;
    if (content.n - first >= ALIVE_AT) return true;
    if (content.n !== last) since = clock.monotonic();
    last = content.n;
    if (clock.monotonic() - since >= standMs) return standMs >= DEAD_AFTER_MS && !(await declareDead(ports, doc));
    await clock.sleep(LOOK_MS);
  }
};
