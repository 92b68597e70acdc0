import { materialise } from '../keeping/evidence_copier';
import { STATE_KINDS } from '../keeping/kinds';
import { sessionId } from '../keeping/kinds/session';
import { findAll, read } from '../keeping/state_docs';
import { StoreUnavailable, type Clock, type EvidenceEntry, type EvidenceLog, type StateStore } from '../ports';
import type { Session } from '../session/session';

interface RecoverPorts {
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly session: Pick<Session, 'deadSessions' | 'deadForMs'>;
  readonly clock: Clock;
}

const EVERY_MS = 2_000;
/** A write that was on its way when its session died has landed by then. */
const PATIENCE_MS = 1_000;
const AT_ONCE = 500;

const recoverFrom = async ({ store, evidence }: RecoverPorts, writer: string): Promise<void> => {
  const dead = await read(store, 'session', sessionId(writer));
  const since = { kinds: STATE_KINDS, writers: [writer], ordinalAbove: dead?.copied_through ?? 0, fresh: true };
  let entries: EvidenceEntry[] = [];
  const append = async (): Promise<void> => {
    if (entries.length > 0) await evidence.append(entries);
    entries = [];
  };
  for await (const doc of findAll(store, since)) {
    entries.push(...doc.outbox.map((entry) => materialise(entry, doc)));
    if (entries.length >= AT_ONCE) await append();
  }
  await append();
};

/** Appends the records that dead sessions wrote into the state but did not copy any more, until told otherwise. */
export const recoverEvidence = async (ports: RecoverPorts, until: () => boolean): Promise<void> => {
  const { session, clock } = ports;
  const recovered = new Set<string>();
  while (!until()) {
    for (const writer of session.deadSessions) {
      if (recovered.has(writer) || (session.deadForMs(writer) ?? 0) < PATIENCE_MS) continue;
      try {
        await recoverFrom(ports, writer);
        recovered.add(writer);
      } catch (cause) {
        if (!(cause instanceof StoreUnavailable)) throw cause;
      }
    }
    await clock.sleep(EVERY_MS);
  }
};
