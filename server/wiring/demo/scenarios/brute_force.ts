import { attacker, employee } from '../cast';
import { detection, documentMonitor, type Monitor, type Scene, type Sighting } from '../monitor';

const GUESSING = documentMonitor('brute-force', 'identity', {
  name: 'Password guessing from one address',
  tags: ['attack.t1110.001'],
});

const FORGOTTEN = documentMonitor('failed-sign-ins', 'identity', {
  name: 'Many failed sign-ins of one user',
  tags: ['attack.t1110.001'],
});

/** Counts by address, and nobody gave it a channel: the cursor over the alert index finds what it alerts. */
const SPRAYING: Monitor = {
  id: 'demo-password-spraying',
  name: 'Demo: Password spraying',
  level: 'bucket',
  index: GUESSING.index,
  query: { id: 'demo-password-spraying-query', name: 'Password spraying from one address', tags: [] },
  domain: 'identity',
  hasChannel: false,
};

const FAILURES = 40;

/** One address guesses the password of one account. It takes three reports within ten minutes. */
export const passwordGuessing = (round: number): Scene => {
  const guess = (index: number): Sighting => ({
    monitor: GUESSING,
    severity: '2',
    afterMs: index * 6_000,
    promise: index < 2 ? 'hold' : 'permit',
    document: detection(GUESSING, 0.75, {
      message: `${FAILURES + index * 20} failed sign-ins of one account from one address in a minute`,
      user: { name: employee(round * 7 + 40) },
      source: { ip: attacker(round * 5) },
      threat: { technique: { id: 'T1110.001', name: 'Password Guessing' } },
    }),
  });
  return {
    scenario: 'brute_force',
    title: 'an address guesses a password',
    sightings: [0, 1, 2].map(guess),
  };
};

/** Somebody came back from holidays and mistypes. */
export const forgottenPassword = (round: number): Scene => ({
  scenario: 'brute_force',
  title: 'somebody forgot a password',
  sightings: [
    {
      monitor: FORGOTTEN,
      severity: '4',
      afterMs: 0,
      promise: 'learn',
      document: detection(FORGOTTEN, 0.6, {
        message: '5 failed sign-ins of one user at the own workstation, then a password reset',
        user: { name: employee(round * 7 + 90) },
        source: { ip: '10.20.30.41' },
      }),
    },
  ],
});

/** One address tries one password on many accounts; a counting monitor saw it. */
export const passwordSpraying = (round: number): Scene => ({
  scenario: 'brute_force',
  title: 'an address sprays passwords; the monitor has no channel',
  sightings: [
    {
      monitor: SPRAYING,
      severity: '2',
      afterMs: 0,
      promise: 'permit',
      document: { 'source.ip': attacker(round * 5 + 1), 'rule.status': 'stable' },
    },
  ],
});
