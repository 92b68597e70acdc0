import { aKeyPair, type KeyPair } from '../../../test/builders/policies';
import { chanceOf, clockOf, drive, quietLog, storePort } from '../../../test/builders/store_port';
import { aMemory } from '../../../test/builders/trust_desk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { KeyringStatement, SignedKeyring, TrustedKey } from '../../../common/policy/trust';
import { signKeyring } from '../../engine/policy/keyring';
import type { TrustRules } from '../../engine/policy/signature';
import { KeyringKeeper } from './keyring_keeper';

const [old, next, later, stranger] = [aKeyPair(), aKeyPair(), aKeyPair(), aKeyPair()];
const keyOf = (pair: KeyPair, more: Partial<TrustedKey> = {}): TrustedKey => ({ public_key: pair.publicPem, ...more });
const ring = (
  version: number,
  keys: readonly TrustedKey[],
  by: readonly KeyPair[],
  more: Partial<KeyringStatement> = {},
): SignedKeyring => {
  const statement = { version, issued_at: '2026-11-22T09:00:00.000Z', threshold: 1, keys, ...more };
  return by.reduce<SignedKeyring>((signed, pair) => signKeyring(signed, pair.signing), { statement, signatures: [] });
};

const world = (settings: TrustRules = { keys: [old.verification], threshold: 1 }) => {
  const scheduler = new Scheduler();
  const { store } = storePort(new FakeStore(), scheduler);
  const memory = new Map<string, string>();
  const log: string[] = [];
  const parts = { store, clock: clockOf(scheduler), chance: chanceOf(), log: quietLog(log), settings };
  const start = (remembers = memory, chosen = parts) => new KeyringKeeper({ ...chosen, memory: aMemory(remembers) });
  const go = <Value>(work: Promise<Value>) => drive(scheduler, work);
  return { memory, log, parts, start, go, scheduler };
};
const trusted = (keeper: KeyringKeeper): readonly string[] =>
  keeper
    .rules()
    .keys.filter((key) => !key.revoked)
    .map((key) => key.keyId);
const ids = (...pairs: readonly KeyPair[]): readonly string[] => pairs.map((pair) => pair.signing.keyId);

describe('keyrings', () => {
  it('begin with the keys of the settings', () => {
    const keeper = world().start();
    expect([keeper.version, trusted(keeper)]).toEqual([0, ids(old)]);
  });

  it('follow one another under the signatures of the one before and of their own', async () => {
    const { start, go } = world();
    const [here, there] = [start(new Map()), start(new Map())];
    expect((await go(here.offer(ring(1, [keyOf(next), keyOf(old, { revoked: true })], [old, next])))).ok).toBe(true);
    expect((await go(here.offer(ring(2, [keyOf(later)], [next, later])))).ok).toBe(true);
    await go(there.follow());
    for (const keeper of [here, there]) expect([keeper.version, trusted(keeper)]).toEqual([2, ids(later)]);
  });

  it.each<readonly [string, string, SignedKeyring]>([
    ['a stranger signed', 'unknown_key', ring(1, [keyOf(stranger)], [stranger])],
    ['only the new keys signed', 'unknown_key', ring(1, [keyOf(next)], [next])],
    ['only the old keys signed', 'unknown_key', ring(1, [keyOf(next)], [old])],
    ['one key signed for two', 'threshold_not_met', ring(1, [keyOf(old), keyOf(next)], [old], { threshold: 2 })],
    ['a version is left out', 'version_gap', ring(2, [keyOf(old)], [old])],
    ['the version was there before', 'version_rollback', ring(0, [keyOf(old)], [old])],
    [
      'it was changed after it was signed',
      'digest_mismatch',
      { ...ring(1, [keyOf(old), keyOf(next)], [old]), statement: ring(1, [keyOf(old), keyOf(stranger)], []).statement },
    ],
    ['a key is named twice', 'statement_invalid', ring(1, [keyOf(old), keyOf(old)], [old])],
    [
      'a key is none',
      'statement_invalid',
      { ...ring(1, [], [old]), statement: { ...ring(1, [], []).statement, keys: [{ public_key: 'none' }] } },
    ],
    ['it names no key', 'unknown_key', ring(1, [], [old])],
    [
      'one signed twice',
      'duplicate_signature',
      (({ statement, signatures }) => ({ statement, signatures: [...signatures, ...signatures] }))(
        ring(1, [keyOf(old)], [old]),
      ),
    ],
  ])('are refused when %s, as `%s`', async (_name, code, keyring) => {
    const { start, go } = world();
    const keeper = start();
    const offered = await go(keeper.offer(keyring));
    // Version 0 is below what a keyring may be called at all.
    const expected = keyring.statement.version === 0 ? 'statement_invalid' : code;
    expect(offered.ok ? 'taken' : offered.error.code).toBe(expected);
    expect([keeper.version, trusted(keeper)]).toEqual([0, ids(old)]);
  });

  it('never bring back what was revoked, by a keyring or by the settings', async () => {
    const { start, go, parts } = world({ keys: [old.verification, next.verification], threshold: 1 });
    const keeper = start();
    await go(keeper.offer(ring(1, [keyOf(next), keyOf(old, { revoked: true })], [next])));
    expect(trusted(keeper)).toEqual(ids(next));
    expect((await go(keeper.offer(ring(2, [keyOf(next), keyOf(old)], [next])))).ok).toBe(true);
    expect([keeper.version, trusted(keeper)]).toEqual([2, ids(next)]);
    const told = start(new Map(), {
      ...parts,
      settings: { keys: [old.verification, { ...next.verification, revoked: true }], threshold: 1 },
    });
    expect(trusted(told)).toEqual(ids(old));
    await go(told.follow());
    expect([told.version, told.refused?.fault.code]).toEqual([0, 'revoked_key']);
  });

  it('are remembered over a start anew, and go back into a state that was lost', async () => {
    const { start, go, memory, parts, scheduler } = world();
    await go(start().offer(ring(1, [keyOf(next)], [old, next])));
    const empty = { ...parts, store: storePort(new FakeStore(), scheduler).store };
    const again = start(memory, empty);
    expect([again.version, trusted(again)]).toEqual([1, ids(next)]);
    await go(again.follow());
    const fresh = start(new Map(), empty);
    await go(fresh.follow());
    expect([fresh.version, trusted(fresh)]).toEqual([1, ids(next)]);
  });

  it('are not forgotten when the memory is damaged: the agent does not start', () => {
    const { start } = world();
    expect(() => start(new Map([['keyrings', '[{"statement":{}}]']]))).toThrow('damaged');
  });

  it('tell once of a keyring in the state that is wrong', async () => {
    const { start, go, parts, log } = world();
    await go(
      start(new Map(), { ...parts, settings: { keys: [stranger.verification], threshold: 1 } }).offer(
        ring(1, [keyOf(stranger)], [stranger]),
      ),
    );
    log.length = 0;
    const keeper = start();
    await go(keeper.follow());
    await go(keeper.follow());
    expect([keeper.version, keeper.refused?.fault.code, log.length]).toEqual([0, 'unknown_key', 1]);
  });
});
