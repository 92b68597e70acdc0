import { attacker, employee, EXECUTIVES, partner } from '../cast';
import { detection, documentMonitor, type Scene, type Sighting } from '../monitor';

const MONITOR = documentMonitor('impossible-travel', 'identity', {
  name: 'Sign-in from two places too far apart',
  tags: ['attack.t1078.004'],
});

interface SignIn {
  readonly user: string;
  readonly address: string;
  readonly confidence: number;
  readonly message: string;
  readonly promise: Sighting['promise'];
}

const signIn = ({ user, address, confidence, message, promise }: SignIn): Sighting => ({
  monitor: MONITOR,
  severity: confidence > 0.9 ? '1' : '2',
  afterMs: 0,
  promise,
  document: detection(MONITOR, confidence, {
    message,
    user: { name: user },
    source: { ip: address },
    threat: { technique: { id: 'T1078.004', name: 'Cloud Accounts' } },
  }),
});

/** An account is used from another continent, with a new device and a forwarding rule. It is disabled. */
export const takeover = (round: number): Scene => ({
  scenario: 'account_takeover',
  title: 'an account is used by somebody else',
  sightings: [
    signIn({
      user: employee(round * 7 + 150),
      address: attacker(round * 5 + 3),
      confidence: 0.97,
      message: 'two sign-ins 8,900 km and 14 min apart, new device, a rule that forwards all mail',
      promise: 'permit',
    }),
  ],
});

/** The same for an executive: a person calls first. */
export const takeoverOfExecutive = (round: number): Scene => {
  const user = EXECUTIVES[round % EXECUTIVES.length] ?? EXECUTIVES[0];
  return {
    scenario: 'account_takeover',
    title: 'the account of an executive is used by somebody else',
    sightings: [
      signIn({
        user,
        address: attacker(round * 5 + 4),
        confidence: 0.97,
        message: 'two sign-ins 7,200 km and 20 min apart, new device',
        promise: 'escalate',
      }),
    ],
  };
};

/** Somebody travels, and the company's way out is far from the telephone's. */
export const traveller = (round: number): Scene => ({
  scenario: 'account_takeover',
  title: 'somebody travels',
  sightings: [
    signIn({
      user: employee(round * 7 + 200),
      address: partner(round * 5),
      confidence: 0.4,
      message: 'two sign-ins 1,900 km and 25 min apart, known device, through a provider of VPNs',
      promise: 'learn',
    }),
  ],
});
