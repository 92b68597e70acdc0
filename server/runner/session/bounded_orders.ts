import type { AuditEntry } from '../record/audit';
import { audit } from '../record/audit';
import { Failures } from '../keeping/in_background';
import {
  datedEnds,
  overBy,
  withoutStops,
  withoutSuspensions,
  type Gate,
  type StopOrder,
  type UndoSuspension,
} from '../keeping/kinds/gate';
import { nap } from '../keeping/nap';
import type { Basics, EvidenceLog } from '../ports';
import { leads } from './leads';
import type { Session } from './session';
import { BETWEEN_CLOCKS_MS } from './session_times';

/*
 * Orders that end by themselves: pauses of policies, and suspensions of undoing. The gate alone says whether one is in
 * force, so that no two agents differ: whoever has a trusted clock gives it its end, and takes it out of the gate once
 * that has passed (`docs/decisions/056-a-stop-by-policy.md`).
 */

const TICK_MS = 250;
/** The agent that leads ends an order; where it does not, for its clock may be in doubt, the others do so later, ms. */
const OTHERS_LATER_MS = 3_000;

interface BoundedPorts extends Basics {
  readonly session: Pick<Session, 'id' | 'isLost' | 'gate' | 'changeGate' | 'livePeers' | 'saysOfItself'>;
  readonly evidence: EvidenceLog;
  readonly clockTrusted: () => boolean;
}

/** What one change of the gate ended. */
interface Ended {
  readonly pauses: readonly StopOrder[];
  readonly suspensions: readonly UndoSuspension[];
}

const NOTHING: Ended = { pauses: [], suspensions: [] };

const entryOf = (verb: string, { scope, who, at }: Pick<StopOrder, 'scope' | 'who' | 'at'>): AuditEntry => ({
  verb,
  by: 'reflex',
  object: { type: 'gate', id: scope },
  scope,
  text: `its time is over; ordered by ${who} at ${at}`,
  outcome: 'done',
});

/** Dates orders that end by themselves, and ends them: never before their time, by any two clocks that are trusted. */
export class BoundedOrders {
  /** Entries of the audit that are not filed yet. */
  private toFile: readonly AuditEntry[] = [];
  private readonly failures: Failures;

  constructor(private readonly ports: BoundedPorts) {
    this.failures = new Failures(ports.log, 'ending an order that has an end failed');
  }

  async run(until: () => boolean): Promise<void> {
    const { session, clock } = this.ports;
    while (!until() && !session.isLost) {
      try {
        await this.round();
        this.failures.over();
      } catch (cause) {
        this.failures.note(cause);
      }
      await nap(clock, TICK_MS);
    }
  }

  /** @throws StoreUnavailable */
  private async round(): Promise<void> {
    const { session, clock, clockTrusted } = this.ports;
    // INVARIANT (INV-13): an agent that does not know the time ends nothing.
    if (session.gate !== undefined && clockTrusted()) {
      const by = clock.utc() - BETWEEN_CLOCKS_MS - (leads(session) ? 0 : OTHERS_LATER_MS);
      let ended = NOTHING;
      const change = (gate: Gate): Gate => {
        ended = overBy(gate, by);
        const { pauses, suspensions } = ended;
        const open = pauses.length === 0 ? gate : withoutStops(gate, pauses);
        return datedEnds(withoutSuspensions(open, suspensions), clock.utc());
      };
      if (change(session.gate) !== session.gate) {
        await session.changeGate(change);
        this.note(ended);
      }
    }
    await this.file();
  }

  private note({ pauses, suspensions }: Ended): void {
    for (const { scope } of [...pauses, ...suspensions]) this.ports.log.info('an order ended by itself', { scope });
    this.toFile = [
      ...this.toFile,
      ...pauses.map((each) => entryOf('resume', each)),
      ...suspensions.map((each) => entryOf('resume_undo', each)),
    ];
  }

  /** What cannot be filed now is filed with a later round of this session. */
  private async file(): Promise<void> {
    for (const entry of this.toFile) {
      await audit({ parts: this.ports }, entry);
      this.toFile = this.toFile.filter((each) => each !== entry);
    }
  }
}
