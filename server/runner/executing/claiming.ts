import { iso } from '../../../common/iso';
import type { Stopped } from '../../../common/flow/clearance';
import type { ClearedCommand } from '../../../common/flow/command';
import type { Act, Decision } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { present } from '../../../common/present';
import type { Ledger } from '../../engine/brakes/ledger';
import type { Effect } from '../../engine/execution/effect';
import type { View } from '../keeping/plan';
import { triedAgain, type CaseAct, type CaseContent, type Resolution } from '../keeping/kinds/case';
import type { JournalEntry } from '../ports';
import type { ClaimWorld } from './claim_world';

/** A case that is to be claimed. */
export interface ClaimRequest {
  readonly received: ReceivedEvent;
  readonly decision: Decision;
  /** The case as it is, when it is decided again; absent for a new event. */
  readonly previous?: CaseContent;
  /** A person permitted one of the acts. */
  readonly approval?: { readonly actId: string; readonly resolution: Resolution };
  /** A person asked for it: what only the kill switch held is judged anew. */
  readonly freed?: boolean;
  /** Set when the decision is already on record and only acted upon. */
  readonly recorded?: boolean;
}

/** A command that may be executed once its claim is written. */
export interface Start {
  readonly command: ClearedCommand;
  readonly effectId: string;
  /** A person permitted it. */
  readonly approved: boolean;
  /** How many sources of different domains reported its target. */
  readonly sources: number;
  /** The bundle with whose rules and limits it was cleared. */
  readonly clearedUnder: number;
  readonly fence: number;
  /** Documents of the ledgers in which it reserved. */
  readonly ledgers: readonly string[];
}

/** A claim as it is made: what it reads, and what it comes to so far. */
export interface Claiming {
  readonly view: View;
  readonly world: ClaimWorld;
  readonly request: ClaimRequest;
  readonly effects: Map<string, Effect>;
  readonly ledgers: Map<string, Ledger>;
  readonly journal: JournalEntry[];
  readonly start: Start[];
  /** Commands that are new with it. An act may go on with the command of an earlier claim, which is in effect. */
  readonly made: string[];
  /** Documents in which the effect of an act may stand at a connector; the first is the one to claim. */
  readonly effectIds: (connector: string, act: Act) => readonly string[];
  /** Commands that are folded into a newer one: once it is written, nobody needs them to undo the effect. */
  readonly folded: string[];
}

/** The answer rests on remembered documents: the plan is made once more with fresh ones. */
export const READ_AGAIN = 'read_again';
export type ReadAgain = typeof READ_AGAIN;

export const resolutionFor = ({ approval }: ClaimRequest, act: Act): Resolution | undefined =>
  approval?.actId === act.act_id ? approval.resolution : undefined;

export const momentOf = ({ world }: Claiming, effectId: string) => ({
  at: iso(world.now),
  session: world.session,
  effectId,
});

const STATUS_OF_STOPPED = { escalate: 'waiting', deny: 'denied', hold: 'held', drop: 'stopped' } as const;

/** An act that the brakes stopped. An approved one that is only held waits for a person again (INV-10). */
export const stoppedAct = (act: Act, stopped: Stopped, resolution?: Resolution): CaseAct => {
  const { act_id } = act;
  if (resolution && stopped.then === 'hold')
    return { ...triedAgain({ act_id, status: 'held', resolution }, stopped.text), stopped };
  const status = act.shadow ? 'shadow' : STATUS_OF_STOPPED[stopped.then];
  return { act_id, status, text: stopped.text, stopped, ...present({ resolution }) };
};
