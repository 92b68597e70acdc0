import { aBundle, aKeyPair, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { aRelease } from '../../../test/builders/bundles';
import { someGuards } from '../../../test/builders/guards';
import { quietLog } from '../../../test/builders/store_port';
import { aMemory, fixedKeys } from '../../../test/builders/trust_desk';
import type { BundleFiles, BundleStatement } from '../../../common/policy/bundle';
import { statementDigest } from '../../engine/policy/verify_bundle';
import { BundleKeeper, type Doubt } from './bundle_keeper';
import { StoreUnavailable, type BundleArchive, type GuardHost, type StateStore } from '../ports';

/* INV-9: only a good bundle decides, and the last good one stays. */

const keys = aKeyPair();
const sourceOf = (version: number): string => BLOCK_KNOWN_IOC.replace('0.85', `0.8${version}`);
interface Released { readonly files: BundleFiles; readonly statement: BundleStatement } // prettier-ignore
const release = (version: number, prev?: Released, by = keys): Released => {
  const { files, trusted } = aBundle([sourceOf(version)], {
    version,
    keys: by,
    ...(prev ? { prev: statementDigest(prev.statement) } : {}),
  });
  return { files, statement: trusted.statement };
};
const v1 = release(1);
const GUARDS = someGuards('change_freeze');
const v2 = release(2, v1);
const v3 = release(3, v2);
const ROBBED = release(2, v1, aKeyPair());
const FORKED = release(2, release(1, undefined, keys));

const world = (
  released: readonly Released[],
  memory = new Map<string, string>(),
  guards?: Pick<GuardHost, 'prepare'>,
) => {
  const filed = new Map(released.map((each) => [each.statement.version, each]));
  const state = { away: false, revoked: false };
  const log: string[] = [];
  const store = {
    get: async (id: string) => {
      if (state.away) throw new StoreUnavailable('away');
      const found = filed.get(Number(id.slice('bundle:'.length)));
      return found && { kind: 'bundle', content: { statement_digest: statementDigest(found.statement) } };
    },
  } as unknown as StateStore;
  const archive = {
    get: async (version: number) => filed.get(version)?.files,
    byDigest: async (digest: string) => released.find(({ statement }) => statement.digest === digest)?.files,
  } as unknown as BundleArchive;
  const keeper = new BundleKeeper({
    store,
    archive,
    basics: { log: quietLog(log) },
    memory: { read: (key) => memory.get(key), write: async (key, value) => void memory.set(key, value) },
    keys: fixedKeys(() => ({ keys: [{ ...keys.verification, revoked: state.revoked }], threshold: 1 })),
    ...(guards ? { guards } : {}),
  });
  return { keeper, filed, state, memory, log };
};
const stateOf = (keeper: BundleKeeper): unknown => [keeper.status?.version, keeper.status?.refused?.fault.code];

describe('the bundle in force', () => {
  it('is none at first: then nothing is in force for the brakes either', () => {
    const { keeper } = world([]);
    expect([keeper.active, keeper.status, keeper.brakeRules(0).hashes.size]).toEqual([undefined, undefined, 0]);
  });
  it('follows the gate, one after the other and over several at once', async () => {
    const { keeper, memory } = world([v1, v2, v3]);
    const activated: number[] = [];
    keeper.whenActivated(({ origin }) => activated.push(origin.version));
    await keeper.follow(1);
    await keeper.follow(3);
    expect([stateOf(keeper), activated, memory.get('highest_bundle')]).toEqual([[3, undefined], [1, 3], '3']);
    await keeper.follow(2);
    expect(stateOf(keeper)).toEqual([3, undefined]);
  });
  it('is loaded once, however many ask', async () => {
    const { keeper } = world([v1]);
    const activated: number[] = [];
    keeper.whenActivated(({ origin }) => activated.push(origin.version));
    await Promise.all([keeper.follow(1), keeper.follow(1), keeper.follow(1)]);
    expect(activated).toEqual([1]);
  });
  it.each([
    ['one signed by another key', ROBBED, 'unknown_key'],
    ['one that does not follow', FORKED, undefined],
    ['another version under its name', { ...v2, files: v3.files }, 'chain_broken'],
    [
      'one with a changed policy',
      {
        ...v2,
        files: new Map(
          [...v2.files].map(([path, content]) => [
            path,
            path.endsWith('.yaml') ? new TextEncoder().encode(sourceOf(9)) : content,
          ]),
        ),
      },
      'file_changed',
    ],
  ] as ReadonlyArray<readonly [string, Released, string | undefined]>)(
    'stays when the next is %s',
    async (_, bad, code) => {
      const { keeper } = world([v1, bad]);
      await keeper.follow(1);
      await keeper.follow(2);
      // What differs from version 1 only in its moment follows from it; all else is refused.
      expect(stateOf(keeper)).toEqual(code === undefined ? [2, undefined] : [1, code]);
    },
  );
  it('stays when one between is missing', async () => {
    const { keeper, filed } = world([v1, v2, v3]);
    await keeper.follow(1);
    filed.delete(2);
    await keeper.follow(3);
    expect(stateOf(keeper)).toEqual([1, 'version_gap']);
    filed.set(2, v2);
    await keeper.follow(3);
    expect(stateOf(keeper)).toEqual([3, undefined]);
  });
  it('is never older than what this machine has seen before, also after a start anew', async () => {
    const { keeper } = world([v1, v2], new Map([['highest_bundle', '2']]));
    await keeper.follow(1);
    expect([keeper.active, keeper.status]).toEqual([undefined, undefined]);
    await keeper.follow(2);
    expect(stateOf(keeper)).toEqual([2, undefined]);
  });
  it('is not loaded under a key that was revoked', async () => {
    const { keeper, state } = world([v1, v2]);
    await keeper.follow(1);
    state.revoked = true;
    await keeper.follow(2);
    expect(stateOf(keeper)).toEqual([1, 'revoked_key']);
    expect(await keeper.withDigest(v2.statement.digest)).toBeUndefined();
  });
  it('waits quietly while the store is away', async () => {
    const { keeper, state } = world([v1]);
    state.away = true;
    await keeper.follow(1);
    expect(keeper.active).toBeUndefined();
    state.away = false;
    await keeper.follow(1);
    expect(stateOf(keeper)).toEqual([1, undefined]);
  });
  it('gives older bundles for replay, verified like any other', async () => {
    const { keeper } = world([v1, v2]);
    await keeper.follow(2);
    expect((await keeper.withDigest(v1.statement.digest))?.origin.version).toBe(1);
    expect(await keeper.withDigest(v2.statement.digest)).toBe(keeper.active);
    expect(await keeper.withDigest('nothing')).toBeUndefined();
  });
  it('has its guards ready to be asked when it comes into force', async () => {
    const steps: string[] = [];
    const prepare = async ({ digest }: { readonly digest: string }): Promise<void> => {
      steps.push(`asked for ${digest}`);
      await Promise.resolve();
      steps.push(`ready, in force ${String(guarded.status?.version)}`);
    };
    const { keeper: guarded } = world([aRelease(1, [keys], { carried: GUARDS })], new Map(), { prepare });
    guarded.whenActivated(() => void steps.push('in force'));
    await guarded.follow(1);
    expect(steps).toEqual([`asked for ${GUARDS.digest}`, 'ready, in force undefined', 'in force']);
  });

  describe('whose time is over', () => {
    const DAY = Date.parse('2026-11-22T00:00:00.000Z');
    const EXPIRES = '2026-11-25T00:00:00.000Z';
    const agent = (now: number, memory: Map<string, string>, doubt?: Doubt) => {
      const { files, statement } = aRelease(1, [keys], { expires_at: EXPIRES });
      const time = { now };
      const keeper = new BundleKeeper({
        store: { get: async () => ({ kind: 'bundle', content: { statement_digest: statementDigest(statement) } }) } as unknown as StateStore, // prettier-ignore
        archive: { get: async () => files } as unknown as BundleArchive,
        basics: { log: quietLog() },
        memory: aMemory(memory),
        keys: fixedKeys(() => ({ keys: [keys.verification], threshold: 1, now: time.now })),
        doubt: () => doubt,
      });
      return { keeper, time };
    };
    it('permits nothing by itself any more, also after a start anew', async () => {
      const memory = new Map<string, string>();
      const { keeper, time } = agent(DAY, memory);
      await keeper.follow(1);
      expect([keeper.status?.doubt, keeper.brakeRules(DAY).doubt]).toEqual([undefined, undefined]);
      time.now = Date.parse(EXPIRES);
      expect(keeper.status?.doubt).toMatchObject({ code: 'bundle_expired', escalate: true });
      expect(keeper.brakeRules(time.now).doubt).toContain('expired');
      const again = agent(time.now, memory).keeper;
      await again.follow(1);
      expect([again.status?.version, again.status?.doubt?.code]).toEqual([1, 'bundle_expired']);
    });
    it('is not taken by an agent that never had it', async () => {
      const { keeper } = agent(Date.parse(EXPIRES), new Map());
      await keeper.follow(1);
      expect(keeper.active).toBeUndefined();
    });
    it('tells an alarm without letting anything wait, where the settings say so', async () => {
      const stale: Doubt = { code: 'bundle_stale', text: 'nobody says so', escalate: false };
      const { keeper } = agent(DAY, new Map(), stale);
      await keeper.follow(1);
      expect([keeper.status?.doubt, keeper.brakeRules(DAY).doubt]).toEqual([stale, undefined]);
    });
  });
});
