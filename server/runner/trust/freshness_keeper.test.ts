import { iso } from '../../../common/iso';
import { aRelease } from '../../../test/builders/bundles';
import { aKeyPair, type KeyPair } from '../../../test/builders/policies';
import { chanceOf, clockOf, drive, quietLog, storePort } from '../../../test/builders/store_port';
import { aMemory, fixedKeys } from '../../../test/builders/trust_desk';
import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { BundleStatement } from '../../../common/policy/bundle';
import type { FreshnessStatement } from '../../../common/policy/trust';
import { signFreshness } from '../../engine/policy/freshness';
import type { TrustRules } from '../../engine/policy/signature';
import { statementDigest } from '../../engine/policy/verify_bundle';
import { FreshnessKeeper, type FreshnessPorts } from './freshness_keeper';
import { heldSigner } from '../../engine/policy/signer';

const HOUR = 3_600_000;
const signer = aKeyPair();
const other = aKeyPair();
const v1 = aRelease(1, [signer]).statement;
const v2 = aRelease(2, [signer], { prev: aRelease(1, [signer]) }).statement;

/** Agents around one state; time goes on by hand. */
const world = () => {
  const scheduler = new Scheduler();
  const port = storePort(new FakeStore(), scheduler);
  const clock = clockOf(scheduler);
  let active: BundleStatement | undefined = v1;
  const agent = (
    keys: readonly KeyPair[],
    more: Partial<FreshnessPorts> = {},
    trust: Partial<TrustRules> = {},
    memory = new Map<string, string>(),
  ) =>
    new FreshnessKeeper({
      store: port.store,
      memory: aMemory(memory),
      basics: { clock, chance: chanceOf(keys.length + 1), log: quietLog() },
      rules: { maxAgeMs: 24 * HOUR, stale: 'alarm' },
      inForce: { statement: () => active, floor: () => active?.version ?? 0 },
      keys: {
        ...fixedKeys(() => ({
          keys: [signer.verification, other.verification],
          threshold: 1,
          now: clock.utc(),
          ...trust,
        })),
        signers: () => keys.map((pair) => heldSigner(pair.signing)),
      },
      fromFile: () => undefined,
      ...more,
    });
  const look = (...agents: readonly FreshnessKeeper[]) =>
    drive(
      scheduler,
      (async () => {
        for (const each of agents) await each.look();
      })(),
    );
  const pass = (hours: number) => scheduler.runUntil(scheduler.now + hours * HOUR);
  const statement = (about: BundleStatement = v1, more: Partial<FreshnessStatement> = {}): FreshnessStatement => ({
    version: about.version,
    statement_digest: statementDigest(about),
    issued_at: iso(clock.utc()),
    not_after: iso(clock.utc() + 24 * HOUR),
    ...more,
  });
  const hand = (keeper: FreshnessKeeper, token: string) => drive(scheduler, keeper.accept(token), 10_000);
  return {
    agent,
    look,
    pass,
    statement,
    hand,
    port,
    clock,
    activate: (next: BundleStatement | undefined) => {
      active = next;
    },
  };
};

describe('whether the bundle in force is the newest', () => {
  it('is kept known by an agent with a key, for all', async () => {
    const { agent, look, pass } = world();
    const [holder, replica] = [agent([signer]), agent([])];
    for (let hours = 0; hours < 72; hours += 6) {
      await look(holder, replica);
      expect(replica.doubt()).toBeUndefined();
      await pass(6);
    }
    expect(replica.until).toBeGreaterThan(0);
  });

  it('is doubted once nobody has said so for the longest age, and no longer when somebody does', async () => {
    const { agent, look, pass } = world();
    const [holder, replica] = [agent([signer]), agent([])];
    await look(holder, replica);
    await pass(23);
    await look(replica);
    expect(replica.doubt()).toBeUndefined();
    await pass(2);
    await look(replica);
    expect(replica.doubt()).toMatchObject({ code: 'bundle_stale', escalate: false });
    await look(holder, replica);
    expect(replica.doubt()).toBeUndefined();
  });

  it('lets permits wait for a person where the settings say so', async () => {
    const { agent, look, pass } = world();
    const replica = agent([], { rules: { maxAgeMs: HOUR, stale: 'escalate' } });
    await look(replica);
    await pass(2);
    expect(replica.doubt()).toMatchObject({ code: 'bundle_stale', escalate: true });
  });

  it('is not believed again because of a start anew', async () => {
    const { agent, look, pass } = world();
    const memory = new Map<string, string>();
    await look(agent([], {}, {}, memory));
    await pass(25);
    const again = agent([], {}, {}, memory);
    await look(again);
    expect(again.doubt()?.code).toBe('bundle_stale');
  });

  it('begins anew with a newer version', async () => {
    const { agent, look, pass, activate } = world();
    const replica = agent([]);
    await look(replica);
    await pass(25);
    activate(v2);
    await look(replica);
    expect(replica.doubt()).toBeUndefined();
  });

  it('is not told by an agent that knows of a newer version and does not have it', async () => {
    const { agent, look, port } = world();
    await look(agent([signer], { inForce: { statement: () => v1, floor: () => 2 } }));
    expect(port.bulks).toHaveLength(0);
  });

  it('is not overwritten by an agent that is behind', async () => {
    const { agent, look, activate, port } = world();
    activate(v2);
    await look(agent([signer]));
    const written = port.bulks.length;
    activate(v1);
    await look(agent([other], { inForce: { statement: () => v1, floor: () => 1 } }));
    expect(port.bulks).toHaveLength(written);
  });

  it('comes by hand, or from a file, where keys are elsewhere', async () => {
    const { agent, look, pass, statement, hand } = world();
    const [one, two] = [agent([]), agent([])];
    await look(one, two);
    await pass(25);
    expect((await hand(one, signFreshness(statement(), signer.signing))).ok).toBe(true);
    await look(two);
    expect([one.doubt(), two.doubt()]).toEqual([undefined, undefined]);
    await pass(25);
    const fromFile = agent([], { fromFile: () => `${signFreshness(statement(), signer.signing)}\n` });
    await look(fromFile);
    expect(fromFile.doubt()).toBeUndefined();
  });

  it('is never believed for longer than the longest age, whatever a statement says', async () => {
    const { agent, look, pass, statement, hand, clock } = world();
    const keeper = agent([]);
    await look(keeper);
    const far = iso(clock.utc() + 1_000 * HOUR);
    await hand(keeper, signFreshness(statement(v1, { not_after: far, issued_at: far }), signer.signing));
    await pass(26);
    expect(keeper.doubt()?.code).toBe('bundle_stale');
  });

  const lies: ReadonlyArray<readonly [string, string, (w: ReturnType<typeof world>) => string, Partial<TrustRules>?]> =
    [
      ['is about another version', 'chain_broken', (w) => signFreshness(w.statement(v2), signer.signing)],
      ['is by a stranger', 'unknown_key', (w) => signFreshness(w.statement(), aKeyPair().signing)],
      [
        'is by a key that does not sign freshness',
        'key_not_designated',
        (w) => signFreshness(w.statement(), other.signing),
        { freshnessKeys: [signer.signing.keyId] },
      ],
      [
        'has passed',
        'expired',
        (w) => signFreshness(w.statement(v1, { not_after: '2026-11-22T09:00:00.000Z' }), signer.signing),
      ],
      ['is no signature', 'signature_malformed', () => 'hello'],
      ['is too long', 'too_large', () => 'x'.repeat(5_000)],
      ['says nothing', 'statement_invalid', () => signFreshness({} as FreshnessStatement, signer.signing)],
      [
        'has no algorithm',
        'wrong_algorithm',
        (w) =>
          signFreshness(w.statement(), signer.signing).replace(
            /^[^.]*/,
            Buffer.from(JSON.stringify({ alg: 'none', typ: 'reflex-freshness', kid: signer.signing.keyId })).toString(
              'base64url',
            ),
          ),
      ],
    ];
  it.each(lies.map(([what, code, token, trust]) => ({ what, code, token, trust })))(
    'is not told by a statement that $what: `$code`',
    async ({ code, token, trust }) => {
      const w = world();
      const keeper = w.agent([], {}, trust);
      await w.look(keeper);
      const before = keeper.until;
      const taken = await w.hand(keeper, token(w));
      expect([taken.ok ? 'taken' : taken.error.code, keeper.until]).toEqual([code, before]);
      expect(w.port.bulks).toHaveLength(0);
    },
  );
});
