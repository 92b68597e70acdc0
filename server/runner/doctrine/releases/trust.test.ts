import { signKeyring } from '../../../engine/policy/keyring';
import { aKeyPair } from '../../../../test/builders/policies';
import { releaseHosts, type ReleaseHosts } from '../../../../test/builders/release_hosts';
import { audit } from '../../record/audit';
import { changeKeys, trustHistory, type TrustDesk } from './trust';

const [one, two] = [aKeyPair(), aKeyPair()];
const statement = {
  version: 1,
  issued_at: '2026-11-22T10:00:00.000Z',
  threshold: 1,
  keys: [{ public_key: one.publicPem }, { public_key: two.publicPem }],
};
const KEYRING = signKeyring(signKeyring({ statement, signatures: [] }, one.signing), two.signing);
const object = { type: 'keyring', id: '1' };

let hosts: ReleaseHosts;
let desk: TrustDesk;
beforeEach(async () => {
  hosts = await releaseHosts([[one]], { keys: [one.verification], threshold: 1 });
  const [host] = hosts.hosts;
  if (!host) throw new Error('no host');
  desk = host;
});
const outcomes = () => hosts.audited().map(({ by, outcome }) => [by, outcome]);
const handedInBy = async () => (await hosts.drive(trustHistory(desk))).history?.map(({ by }) => by);

describe('a keyring that is handed in', () => {
  it('is on record as asked before all agents get it, and as done after that', async () => {
    const offer = jest.spyOn(desk.keyring, 'offer').mockImplementationOnce(async () => {
      expect(outcomes()).toEqual([['mallory', 'asked']]);
      return { ok: false, error: { code: 'version_rollback', message: 'somebody else was faster' } };
    });
    expect(await hosts.drive(changeKeys(desk, KEYRING, 'mallory'))).toMatchObject({ ok: false });
    expect(offer).toHaveBeenCalled();
    await hosts.wait(10);
    expect(await hosts.drive(changeKeys(desk, KEYRING, 'root'))).toMatchObject({ ok: true, value: { keyring: 1 } });
    expect(outcomes()).toEqual([
      ['mallory', 'asked'],
      ['root', 'asked'],
      ['root', 'done'],
    ]);
  });

  it('is shown with who handed it in, not with whose try was refused', async () => {
    const tries = async (): Promise<void> => {
      for (const outcome of ['asked', 'refused: bundle_refused'])
        await hosts.drive(audit(desk.agent, { verb: 'change_keys', by: 'mallory', object, outcome }));
      await hosts.wait(10);
    };
    await tries();
    await hosts.drive(changeKeys(desk, KEYRING, 'root'));
    await hosts.wait(10);
    await tries();
    expect(await handedInBy()).toEqual(['root']);
  });

  it('is shown with who handed it in where an earlier version filed that', async () => {
    await hosts.drive(desk.keyring.offer(KEYRING));
    for (const by of ['mallory', 'root']) {
      await hosts.drive(audit(desk.agent, { verb: 'change_keys', by, object }));
      await hosts.wait(10);
    }
    expect(await handedInBy()).toEqual(['root']);
  });
});
