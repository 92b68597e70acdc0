import { err, type Result } from '../../../../common/result';
import { aKeyPair } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { refusal, type Refusal } from '../../record/refusal';
import type { Doctrine } from '../doctrine';
import { acceptHistory, takeRepository } from './policy_repository';

const key = aKeyPair();
const word = { by: 'root', reason: 'we agreed on it' };
let hosts: ReleaseHosts;
/** What is on record while the repository is asked. */
let during: readonly unknown[];

const outcomes = () => hosts.audited().map(({ outcome }) => outcome);
const refusing = (): Doctrine => {
  const [host] = hosts.hosts;
  const answer = async (): Promise<Result<never, Refusal>> => {
    during = outcomes();
    return err(refusal('changed', 'it is not as you saw it; look again'));
  };
  return { options: { agent: host?.agent }, acceptHistory: answer, takeOver: answer } as unknown as Doctrine;
};

beforeEach(async () => {
  hosts = await releaseHosts([[key]], { keys: [key.verification], threshold: 1 });
});

describe('an order about the repository that is refused', () => {
  it.each([
    [
      'to accept another history',
      (doctrine: Doctrine) => acceptHistory(doctrine, 'c0ffee', word),
      'accept_history',
      { digest: 'c0ffee' },
    ],
    ['to take it over', (doctrine: Doctrine) => takeRepository(doctrine, word), 'take_repository', {}],
  ] as const)('%s is on record as asked, then as refused', async (_what, order, verb, more) => {
    expect(await hosts.drive(order(refusing()))).toMatchObject({ error: { code: 'changed' } });
    expect(during).toEqual(['asked']);
    const about = { verb, by: 'root', object: { type: 'repository', id: 'policies' }, ...more };
    expect(hosts.audited()).toMatchObject([
      { ...about, outcome: 'asked', text: word.reason },
      { ...about, outcome: 'refused: changed' },
    ]);
  });
});
