import { runSeed } from './run';
import type { WeatherName } from './climate';
import type { Planted } from './planted_bugs';

/*
 * A checker that never fails proves nothing: each one here is shown a world in which one part breaks its promise, and
 * must notice.
 */
const PLANTED: ReadonlyArray<
  readonly [promise: string, planted: Planted, what: string, weathers?: readonly WeatherName[]]
> = [
  ['INV-1', { forgetsCases: true }, 'the store says "written" to a case and forgets it'],
  ['INV-2', { sendsTwice: true }, 'an order changes the target twice'],
  ['INV-3', { searchBlind: true }, 'nobody finds the work of dead sessions'],
  ['INV-4', { settleLie: true }, 'requests take effect long after the stated settle time'],
  ['INV-4', { utcLie: true }, 'UTC runs ahead unnoticed'],
  ['INV-4', { undoLie: true }, 'the target confirms an undoing and does nothing'],
  ['INV-5', { ledgersUnguarded: true }, 'ledgers are written without comparing'],
  ['INV-15', { ledgersUnguarded: true }, 'ledgers are written without comparing'],
  ['INV-6', { gateStale: true }, 'agents never see the order in the gate'],
  [
    'INV-13',
    { asksNobody: true, heartbeatLie: true },
    'the connector does not ask whether it may start',
    ['long_cuts'],
  ],
  ['INV-11', { shadowLeaks: true }, 'a policy in shadow is handed on as enforced'],
  ['late_alive', { undoSleeps: true }, 'orders to undo take effect a minute later'],
  ['late_taken_over', { undoSleeps: true }, 'orders to undo take effect a minute later'],
  ['limit_frees', { entriesStick: true }, 'entries never leave a ledger', ['refused_storm']],
  ['stop_not_acknowledged', { stopsDropped: true }, 'a stop that waited is dropped from the gate', ['stop_away']],
  ['stop_given_twice', { stopsComeBack: true }, 'a stop that was released comes back'],
  ['gone_unsaid', { looksAway: true }, 'nobody asks for live effects again', ['vanish', 'long_ttl']],
  ['gone_false', { targetsBlind: true }, 'targets say of what is there that it is absent', ['vanish', 'long_ttl']],
  ['here_unsaid', { journalsBlind: true }, 'journals are read as empty', ['long_cuts']],
  ['reapplied_unasked', { driftLeaks: true }, 'every policy has it applied again what is removed', ['reapply']],
  ['reapplied_too_often', { driftUncounted: true }, 'removals are not counted', ['reapply']],
  ['reapplied_too_long', { driftLonger: true }, 'what is applied again ends two minutes later', ['reapply']],
  ['INV-4', { undoLie: true }, 'what was applied again is not undone, though the target says so', ['reapply']],
  ['INV-13', { heartbeatLie: true }, 'heartbeats of a cut-off process are answered', ['long_cuts']],
];

const MOST_SEEDS = 60;

describe('a planted bug is noticed', () => {
  it.each(PLANTED.map(([promise, planted, what, weathers]) => [promise, planted, what, weathers] as const))(
    '%s: %j, %s',
    async (promise, planted, _what, weathers) => {
      let noticed = false;
      for (let seed = 1; seed <= MOST_SEEDS && !noticed; seed += 1) {
        const { violations } = await runSeed({ seed, planted, idempotency: 'set', everything: true, weathers });
        noticed = violations.some((violation) => violation.promise === promise || violation.check === promise);
      }
      expect(noticed).toBe(true);
    },
    120_000,
  );
});
