import type { Intake, ReceivedEvent } from '../../../common/flow/event';
import type { Receipt } from '../executing/process_event';
import type { Basics, EvidenceLog, Spool } from '../ports';

/** What the door works with. */
export interface IntakePorts {
  readonly basics: Basics;
  readonly evidence: EvidenceLog;
  readonly spool: Spool;
  /** Whether a source is switched off. */
  readonly isOff: (source: Intake) => boolean;
  /** Told when something new is in quarantine. */
  readonly changed?: (topic: string, id: string) => void;
  /** Processes an event, or undefined while no session is up. */
  readonly process: () => ((received: ReceivedEvent) => Promise<Receipt>) | undefined;
}
