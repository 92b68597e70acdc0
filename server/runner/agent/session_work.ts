import type { Decision } from '../../../common/flow/decision';
import { present } from '../../../common/present';
import type { Guard, Persons } from '../../engine/brakes/clear';
import { tellsOfConnector } from '../../engine/execution/connector_word';
import { claimWorld } from '../executing/claim_world';
import { decideEvent, type Deciding } from '../executing/decide_event';
import { ClaimsUnderWay } from '../executing/claims_under_way';
import { executeCommand, type Executing } from '../executing/execute_command';
import { InFlight } from '../executing/in_flight';
import { HandedApprovals } from '../executing/take_handed_over';
import { cannotDecide, isForAnActor, NO_ACTOR } from '../executing/who_may_decide';
import type { ProcessHooks, Processing } from '../executing/process_event';
import { wordAbout } from '../facts/words';
import type { Basics } from '../ports';
import { driftRuleOf, endsWithSource } from '../trust/in_force';
import { CaseKeeper } from '../undoing/case_keeper';
import { EffectKeeper } from '../undoing/effect_keeper';
import { CountKept } from '../undoing/count_kept';
import { LedgerSweep, type LedgerSweepPorts } from '../undoing/ledger_sweep';
import type { ShiftParts } from './parts';

/** Everything that works on events, effects, cases and ledgers in one session. */
export interface SessionWork {
  readonly deciding: Deciding;
  readonly processing: Processing;
  /** What is on the wire. */
  readonly inFlight: InFlight;
  readonly hooks: ProcessHooks;
  readonly effects: EffectKeeper;
  readonly cases: CaseKeeper;
  readonly ledgers: LedgerSweep;
  readonly kept: CountKept;
  /** Approvals that were given on hosts which do not act. */
  readonly handed: HandedApprovals;
}

const basicsOf = ({ clock, chance, log }: Basics): Basics => ({ clock, chance, log });

const decidingOf = (parts: ShiftParts): Deciding => {
  const { bundles, guards, model, engineDigest, inventory, history, rollouts, words, lookUps, switches } = parts;
  return {
    bundles,
    guards,
    model,
    engineDigest,
    facts: { inventory, history, rollouts, switches, words },
    lookUps,
    basics: basicsOf(parts),
  };
};

/** Asked anew each time: the inventory and this machine change while an order waits. */
const guardOf = ({ own, inventory }: ShiftParts): Guard => ({
  own,
  who: inventory,
  criticalOf: (target) => inventory.criticalOf(target),
});

const personsOf = ({ people, words, clock }: ShiftParts): Persons => ({
  people,
  wordOn: (names) => wordAbout(names, { read: [], book: words, now: clock.utc() }),
});

/** What a command came to, for the breaker of its connector; a trial that nothing was sent of is free again. */
const cameOf =
  ({ connectorSights, session }: ShiftParts): NonNullable<Executing['came']> =>
  ({ command_id, connector }, { outcome, sent }, clearedAt) => {
    const word = tellsOfConnector(outcome, sent);
    if (word === undefined) return session.probes.giveBack(command_id);
    const why = outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error.message : undefined;
    connectorSights.note(connector, {
      ...{ command: command_id, fails: word === 'fails', began: clearedAt },
      ...present({ why }),
    });
  };

const executingOf = (parts: ShiftParts): Executing => {
  const { connectors, session, bundles, retry, commits, clock, journal } = parts;
  const inFlight = new InFlight();
  return {
    connectors,
    sending: {
      session,
      rules: () => bundles.brakeRules(clock.utc()),
      guard: guardOf(parts),
      persons: personsOf(parts),
      retry,
      inFlight,
      basics: basicsOf(parts),
      journal,
    },
    writing: { commits, clock },
    journal,
    came: cameOf(parts),
  };
};

const processingOf = (parts: ShiftParts, deciding: Deciding, executing: Executing): Processing => {
  const { session, bundles, inventory, own, people, words, connectors, journal, ledgerSights, diskTrouble } = parts;
  const { commits, clock, history, readiness, asked } = parts;
  const basics = basicsOf(parts);
  return {
    decide: (received, options) => {
      if (cannotDecide({ session, bundles }) !== undefined) return undefined;
      const mine = (decision: Decision | undefined): Decision | undefined =>
        decision && isForAnActor({ session }, decision) ? undefined : decision;
      const decided = decideEvent(deciding, received, options);
      return decided instanceof Promise ? decided.then(mine) : mine(decided);
    },
    undecided: () => cannotDecide({ session, bundles }) ?? NO_ACTOR,
    worldNow: () =>
      claimWorld({
        session,
        bundles,
        inventory,
        own,
        people,
        words,
        connectors,
        readiness,
        journal,
        basics,
        ledgerSights,
        asked,
        diskTrouble,
      }),
    execute: (start, claimed) => executeCommand(executing, start, claimed),
    commits,
    recovering: { writing: { commits, clock }, journal },
    underWay: new ClaimsUnderWay(),
    history,
    asked,
    endsWithSource: (policies) => endsWithSource({ parts }, policies),
    basics,
  };
};

/** How many there are of what a limit in force counts in. */
const populationsOf =
  ({ bundles, inventory, clock }: ShiftParts): LedgerSweepPorts['populationOf'] =>
  (name, scope) => {
    const { limits, keeps } = bundles.brakeRules(clock.utc());
    if (keeps.some((each) => each.name === name)) return inventory.populationOf('in_role', scope);
    const of = limits.find((each) => each.name === name)?.limit.of;
    return of && inventory.populationOf(of, scope);
  };

/** Puts the work of one session together: what executes hands over to what looks after it. */
export const sessionWork = (parts: ShiftParts): SessionWork => {
  const { store, commits, session, connectors, journal, bundles, clockTrusted, ledgerSights } = parts;
  const basics = basicsOf(parts);
  const deciding = decidingOf(parts);
  const command = executingOf(parts);
  const processing = processingOf(parts, deciding, command);
  const ledgers = new LedgerSweep({
    ...{ store, commits, session, connectors, basics, ledgerSights },
    underWay: processing.underWay,
    populationOf: populationsOf(parts),
  });
  const rules = () => bundles.brakeRules(parts.clock.utc());
  const kept = new CountKept({ store, commits, session, rules, scopes: parts.inventory, ledgerSights, basics });
  const { verifyEveryMs, suspensions, connectorSights } = parts;
  const removed = (connector: string): void => connectorSights.noteRemoved(connector);
  const guard = guardOf(parts);
  const looking = { store, commits, session, connectors, journal, basics, rules, guard };
  const drifting = {
    driftRule: (policy: string) => driftRuleOf({ parts }, policy),
    goesOn: (caseId: string) => cases.nudge(caseId),
  };
  const keeping = { ...looking, ...drifting, clockTrusted, suspensions, verifyEveryMs, removed };
  const effects = new EffectKeeper(keeping, (effectId) => {
    ledgers.hurry();
    cases.effectEnded(effectId);
  });
  const executing: Omit<ProcessHooks, 'open' | 'met'> = {
    executes: (effectId, execution) => effects.executes(effectId, execution),
    executed: (executed) => effects.keep(executed),
    joined: (effectId) => effects.nudge(effectId),
  };
  const cases: CaseKeeper = new CaseKeeper(
    { store, session, connectors, bundles, processing, effects, basics },
    executing,
  );
  parts.history.onSighting((sighting) => cases.sighted(sighting));
  const hooks = { ...executing, open: cases.watch.bind(cases), met: cases.meet.bind(cases) };
  const handed = new HandedApprovals({ store, session, bundles, connectors, processing, basics }, hooks);
  return { deciding, processing, inFlight: command.sending.inFlight, hooks, effects, cases, ledgers, kept, handed };
};
