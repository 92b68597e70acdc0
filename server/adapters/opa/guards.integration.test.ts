import { writeFileSync } from 'fs';
import { join } from 'path';
import { isDeepStrictEqual } from 'util';
import { CHANGE_FREEZE, QUIET_NETWORKS } from '../../../test/builders/guards';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { Dice } from '../../../test/fakes/scheduler';
import { opaProgram, opaServer, whyNotOpa } from '../../../test/targets/opa';
import type { Guards } from '../../../common/policy/bundle';
import { compileGuards } from './compile_guards';
import { WasmGuardHost } from './guard_host';
import { suiteUnless } from '../../../test/targets/suite_unless';

/* Rego guards in a thread of this process and in the real Open Policy Agent: the same word on the same input. */

const suite = suiteUnless(whyNotOpa());

const compiled = async (...texts: readonly string[]): Promise<Guards> => {
  const sources = new Map(texts.map((text) => [/guards\.(\w+)/.exec(text)?.[1] ?? '', text]));
  const guards = await compileGuards(sources, opaProgram());
  if (!guards.ok) throw new Error(guards.error.message);
  return guards.value;
};
const rego = (name: string, body: string): string => `package reflex.guards.${name}\n\n${body}\n`;
const hosts: WasmGuardHost[] = [];
/** A host whose patience does not depend on how busy this machine is. */
const aHost = (): WasmGuardHost => {
  const host = new WasmGuardHost({ monotonic: () => performance.now(), mostMs: 10_000 });
  hosts.push(host);
  return host;
};
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});
/** Waits until the guards can be asked, however long a busy machine takes to load them. */
const ready = async (host: WasmGuardHost, guards: Guards): Promise<void> => {
  const [guard = ''] = guards.sources.keys();
  do await host.prepare(guards);
  while (host.ask(guards, guard, {}).error === 'the guards are being loaded');
};
const { folder, remove } = temporaryFolder();
afterAll(remove);

const dice = new Dice(20261122);
const TAGS = ['c2', 'C2-beacon', 'change:CHG-7', 'web', 'ä„“', 'attack.t1071', ''];
const ADDRESSES = ['198.51.100.7', '203.0.113.200', '203.0.113.5', '2001:db8:77::1', '10.0.0.1', 'nonsense', ''];
const maybe = <Value>(value: Value): Value | undefined => (dice.chance(0.1) ? undefined : value);
/** What a guard may be told, and now and then something that is missing or of another kind. */
const anInput = (): object => ({
  event: maybe({
    confidence: dice.chance(0.05) ? 'high' : dice.next(),
    tags: maybe([dice.pick(TAGS), dice.pick(TAGS)]),
  }),
  score: { value: Math.round(dice.next() * 1e6) / 1e6 },
  history: maybe({ src: { events_1h: dice.whole(0, 30) }, host: { events_1h: dice.whole(0, 5) } }),
  target: {
    type: dice.pick(['ip', 'ip', 'user', 'host']),
    value: dice.chance(0.3) ? dice.pick(['svc-backup', 'bob', 'svc-', 'SVC-x']) : dice.pick(ADDRESSES),
    asset: maybe({ tags: maybe([dice.pick(TAGS), dice.pick(TAGS), dice.pick(TAGS)]) }),
  },
  act: {
    action: dice.pick(['disable_user', 'block_ip', 'isolate_host']),
    ttl_ms: dice.pick([null, 60_000, 3_600_000, 3_600_001]),
  },
});

suite('guards in WebAssembly', () => {
  it('say what the Open Policy Agent server says, of 12,000 inputs', async () => {
    const guards = await compiled(CHANGE_FREEZE, QUIET_NETWORKS);
    const host = aHost();
    await ready(host, guards);
    const files = ['change_freeze', 'quiet_networks'].map((name) => {
      writeFileSync(join(folder, `${name}.rego`), guards.sources.get(name) ?? '');
      return join(folder, `${name}.rego`);
    });
    const batch = join(folder, 'batch.rego');
    // An undefined answer would leave its place out, so each is wrapped.
    writeFileSync(
      batch,
      `package batch\n\nanswers := [{"allowed": [x | x := data.reflex.guards[item.guard].allow with input as item.input]} | some item in input]\n`,
    );
    const server = await opaServer([...files, batch]);
    try {
      const seen = { true: 0, false: 0 };
      for (let round = 0; round < 12; round += 1) {
        const asked = Array.from({ length: 1_000 }, () => ({
          guard: dice.pick([...guards.sources.keys()]),
          input: anInput(),
        }));
        const body = JSON.stringify({ input: asked });
        const answer = await fetch(`${server.url}/v1/data/batch/answers`, {
          method: 'POST',
          // A connection that was left alone while this thread was busy may be closed by the time it is used again.
          headers: { 'content-type': 'application/json', connection: 'close' },
          body,
        });
        const { result } = (await answer.json()) as { result: ReadonlyArray<{ readonly allowed: readonly boolean[] }> };
        const here = asked.map(({ guard, input }) =>
          host.ask(guards, guard, JSON.parse(JSON.stringify(input)) as object),
        );
        const there = result.map(({ allowed }) => ({ allowed: allowed[0] }));
        const differing = asked
          .map((question, place) => ({ ...question, here: here[place], there: there[place] }))
          .filter((each) => !isDeepStrictEqual(each.here, each.there));
        expect({ answers: there.length, differing }).toEqual({ answers: 1_000, differing: [] });
        for (const { allowed } of here) seen[allowed === true ? 'true' : 'false'] += 1;
      }
      // Both words came often enough for the comparison to mean something.
      expect(Math.min(seen.true, seen.false)).toBeGreaterThan(2_000);
    } finally {
      await server.stop();
    }
  }, 120_000);

  it.each([
    ['the network', 'allow if http.send({"method": "get", "url": "http://127.0.0.1:1"}).status_code == 200'],
    ['names on the network', 'allow if count(net.lookup_ip_addr("example.com")) > 0'],
    ['the clock', 'allow if time.now_ns() > 0'],
    ['chance', 'allow if rand.intn("x", 2) == 1'],
    ['fresh ids', 'allow if uuid.rfc4122("x") != ""'],
    ['the process and its environment', 'allow if opa.runtime().env.HOME != ""'],
    ['keys', 'allow if io.jwt.verify_hs256("a.b.c", "s")'],
  ])('are not compiled if they want %s', async (_what, rule) => {
    const built = await compileGuards(new Map([['nosy', rego('nosy', rule)]]), opaProgram());
    expect(built).toMatchObject({ ok: false, error: { code: 'guard_invalid' } });
    expect(!built.ok && built.error.faults).toMatchObject([{ file: 'nosy.rego', line: 3, column: expect.any(Number) }]);
  });

  it('are the same module each time, and one place names a fault', async () => {
    expect((await compiled(CHANGE_FREEZE, QUIET_NETWORKS)).digest).toBe(
      (await compiled(QUIET_NETWORKS, CHANGE_FREEZE)).digest,
    );
    const broken = await compileGuards(new Map([['broken', rego('broken', 'allow if {')]]), opaProgram());
    expect(!broken.ok && broken.error.faults).toMatchObject([{ file: 'broken.rego', line: 4, column: 1 }]);
    const elsewhere = await compileGuards(new Map([['mine', 'package other\n\nallow := true\n']]), opaProgram());
    expect(!elsewhere.ok && elsewhere.error.faults).toMatchObject([
      { file: 'mine.rego', line: 1, column: 1, hint: expect.stringContaining('package reflex.guards.mine') },
    ]);
  });

  it.each([
    ['is not defined', 'allow if input.never', {}, 'not defined'],
    ['is no boolean', 'allow := "yes"', {}, 'no boolean'],
    ['contradicts itself', 'allow := true if input.x\nallow := false if input.x', { x: true }, 'conflict'],
  ])('leave it to a person where `allow` %s', async (_what, rule, input, words) => {
    const guards = await compiled(rego('odd', rule), CHANGE_FREEZE);
    const host = aHost();
    await ready(host, guards);
    const { error } = host.ask(guards, 'odd', input);
    expect(error).toContain(words);
    // The next question finds a module that is whole.
    expect(host.ask(guards, 'change_freeze', { act: { action: 'block_ip' } })).toEqual({ allowed: true });
  });
});

describe('without `opa`', () => {
  it('says that it is missing and what to do', async () => {
    const built = await compileGuards(new Map([['change_freeze', CHANGE_FREEZE]]), join(folder, 'no-such-program'));
    expect(built).toMatchObject({
      ok: false,
      error: { code: 'no_opa', message: expect.stringContaining('REFLEX_OPA') },
    });
  });
});
