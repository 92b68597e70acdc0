/** Planted bugs: ways in which a part of the world breaks its promise, to see that the checkers notice. */
export interface Planted {
  /** The store says "written" to a case and forgets it. */
  readonly forgetsCases?: boolean;
  /** The connector does not ask whether it may start. */
  readonly asksNobody?: boolean;
  /** The connector sends every order twice under the wire. */
  readonly sendsTwice?: boolean;
  /** Compare-and-set of ledgers always succeeds. */
  readonly ledgersUnguarded?: boolean;
  /** Search finds nothing, so nobody takes over. */
  readonly searchBlind?: boolean;
  /** Requests take effect long after the settle time that the connector states. */
  readonly settleLie?: boolean;
  /** UTC of every agent runs ahead unnoticed, so deadlines come early. */
  readonly utcLie?: boolean;
  /** Reads of the gate by agents give its first version for ever. */
  readonly gateStale?: boolean;
  /** Heartbeats and reads of the gate of a process that is cut off are answered by somebody, and targets are slow. */
  readonly heartbeatLie?: boolean;
  /** Undoing is confirmed by the target and not done. */
  readonly undoLie?: boolean;
  /** Orders to undo take effect a minute later. */
  readonly undoSleeps?: boolean;
  /** The store loses no ledger entry, whatever is written. */
  readonly entriesStick?: boolean;
  /** The store drops orders to stop from the gate. */
  readonly stopsDropped?: boolean;
  /** The store puts the last order to stop that is over back into the gate. */
  readonly stopsComeBack?: boolean;
  /** Nobody asks for live effects again. */
  readonly looksAway?: boolean;
  /** From 20 s on targets say of everything that it is absent. */
  readonly targetsBlind?: boolean;
  /** Journals of machines are read as empty. */
  readonly journalsBlind?: boolean;
  /** No agent finds out what belongs to its own machine. */
  readonly guardBlind?: boolean;
  /** Policies that only tell of what is removed are released as if they had it applied again. */
  readonly driftLeaks?: boolean;
  /** The store remembers one removal of an effect, however often it was removed. */
  readonly driftUncounted?: boolean;
  /** The store moves the end of what is applied again by two minutes. */
  readonly driftLonger?: boolean;
  /** Policies in shadow are handed on as if they were enforced. */
  readonly shadowLeaks?: boolean;
}
