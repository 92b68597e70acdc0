import { eventually } from '../../../test/contracts/eventually';
import { received } from '../../../test/builders/events';
import { A_GUARDED_POLICY, CHANGE_FREEZE } from '../../../test/builders/guards';
import { lookupsOf } from '../../../test/builders/lookups';
import { aBundleWith } from '../../../test/builders/bundles';
import { aPolicy, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { opaProgram, whyNotOpa } from '../../../test/targets/opa';
import type { Guards } from '../../../common/policy/bundle';
import { decide } from '../../engine/decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../engine/decision/model';
import { sealDecision } from '../../engine/decision/seal';
import { compileBundle } from '../../engine/policy/compile_bundle';
import { replay } from '../../engine/replay/replay';
import { guardLookup } from '../../runner/trust/guard_lookup';
import { compileGuards } from './compile_guards';
import { WasmGuardHost, type GuardHostOptions } from './guard_host';
import { GuardThread } from './guard_thread';
import { suiteUnless } from '../../../test/targets/suite_unless';

/* What guards may not do to the agent that asks them: hold it up, fill its memory, or end it. */

const suite = suiteUnless(whyNotOpa());

/** Compares each four of a list without needing memory: hours for 400 items, nothing for none. */
const ENDLESS = `package reflex.guards.endless

default allow := false

allow if {
	some a in input.items
	some b in input.items
	some c in input.items
	some d in input.items
	a == d
	b == c
	c == -1
}
`;
const FOR_HOURS = { items: Array.from({ length: 400 }, (_, index) => index) };
const AT_ONCE = { items: [] };

/** Keeps as many texts of 50 bytes as it is told to. */
const HUNGRY = `package reflex.guards.hungry

allow if count([text | some i in numbers.range(1, input.texts); text := long(i)]) > 0

long(i) := concat("", ["a long enough piece of text for each of them ", format_int(i, 10)])
`;

const FREEZE = { act: { action: 'block_ip' } };

let guards: Guards;
const hosts: WasmGuardHost[] = [];
const threads: GuardThread[] = [];
let now = 0;

/** A host whose threads are known to the test. */
const aHost = (options: Partial<GuardHostOptions> = {}): WasmGuardHost => {
  const startThread = (): GuardThread => {
    const thread = new GuardThread();
    threads.push(thread);
    return thread;
  };
  const host = new WasmGuardHost({ monotonic: () => now, mostMs: 10_000, startThread, ...options });
  hosts.push(host);
  return host;
};
/** What a ready host says. */
const told = async (host: WasmGuardHost, guard: string, input: object) => {
  await host.prepare(guards);
  return host.ask(guards, guard, input);
};

beforeEach(() => {
  now = 0;
  threads.length = 0;
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

suite('the thread of the guards', () => {
  beforeAll(async () => {
    const texts = { change_freeze: CHANGE_FREEZE, endless: ENDLESS, hungry: HUNGRY };
    const compiled = await compileGuards(new Map(Object.entries(texts)), opaProgram());
    if (!compiled.ok) throw new Error(compiled.error.message);
    guards = compiled.value;
  });

  it('is waited for on, where word of the answer before comes late', async () => {
    const host = aHost();
    await host.prepare(guards);
    // As on a busy machine: the thread wrote an answer, it was read, the next question was asked, and only then does
    // the thread tell of the one before.
    // A thread that is quick has its own answer there before the second look: asked again, one of them is not.
    let looks = 0;
    for (let asked = 0; asked < 100 && looks <= 2; asked += 1) {
      const woken = jest.spyOn(Atomics, 'wait').mockReturnValueOnce('ok').mockReturnValueOnce('ok');
      expect(host.ask(guards, 'change_freeze', FREEZE)).toEqual({ allowed: true });
      looks = woken.mock.calls.length;
      woken.mockRestore();
    }
    expect(looks).toBeGreaterThan(2);
    expect(threads).toHaveLength(1);
  });

  it('is ended in the middle of a guard that does not end, and another one answers the next question', async () => {
    const host = aHost({ mostMs: 50 });
    expect(await told(host, 'endless', AT_ONCE)).toEqual({ allowed: false });
    // It would take hours: coming back at all shows that nobody waited for it.
    expect(host.ask(guards, 'endless', FOR_HOURS)).toEqual({ error: 'guard `endless` took longer than 50 ms' });
    await threads[0]?.ended;
    expect(threads).toHaveLength(2);
    await eventually(async () => expect(await told(host, 'change_freeze', FREEZE)).toEqual({ allowed: true }));
    expect(threads).toHaveLength(2);
  });

  it('sets aside for a minute what took too long, without another look at it', async () => {
    const host = aHost({ mostMs: 50 });
    await told(host, 'endless', FOR_HOURS);
    await host.prepare(guards);
    now = 59_999;
    expect(host.ask(guards, 'endless', AT_ONCE).error).toContain('set aside');
    expect(threads).toHaveLength(2);
    now = 60_000;
    await eventually(async () => expect(host.ask(guards, 'endless', AT_ONCE)).toEqual({ allowed: false }));
  });

  it('answers nothing while it is on its way, and nobody waits for it', async () => {
    const host = aHost();
    expect(host.ask(guards, 'change_freeze', FREEZE)).toEqual({ error: 'the guards are being loaded' });
    await host.prepare(guards);
    expect(host.ask(guards, 'change_freeze', FREEZE)).toEqual({ allowed: true });
    expect(threads).toHaveLength(1);
  });

  it('gives a guard 16 MiB and no more, and has a whole module for the next question', async () => {
    const host = aHost();
    expect(await told(host, 'hungry', { texts: 10_000 })).toEqual({ allowed: true });
    expect(host.ask(guards, 'hungry', { texts: 400_000 }).error).toContain('opa_malloc');
    expect(host.ask(guards, 'hungry', { texts: 10_000 })).toEqual({ allowed: true });
    expect(threads).toHaveLength(1);
  });

  it.each([
    ['no module', new Uint8Array([1, 2, 3])],
    ['a module of something else', new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])],
  ])('says that %s cannot be loaded, and goes on with those that can', async (_what, wasm) => {
    const host = aHost();
    const wrong = { wasm, digest: 'wrong' };
    await host.prepare(wrong);
    expect(host.ask(wrong, 'change_freeze', FREEZE).error).toContain('cannot be loaded');
    expect(await told(host, 'change_freeze', FREEZE)).toEqual({ allowed: true });
  });

  it('is not asked about what is too large, nor for what is not in the module', async () => {
    const host = aHost();
    expect((await told(host, 'change_freeze', { text: 'ä'.repeat(300_000) })).error).toContain('more than');
    expect(host.ask(guards, 'change_freeze', { ...FREEZE, text: '€'.repeat(260_000) })).toEqual({ allowed: true });
    expect(host.ask(guards, 'other', FREEZE).error).toContain('not in the module');
  });

  it('is started again when it ended by itself, but not again and again', async () => {
    const host = aHost();
    await host.prepare(guards);
    await threads[0]?.end();
    expect(host.ask(guards, 'change_freeze', FREEZE).error).toContain('cannot be started');
    expect(threads).toHaveLength(1);
    now = 1_000;
    await eventually(async () => expect(host.ask(guards, 'change_freeze', FREEZE)).toEqual({ allowed: true }));
    expect(threads).toHaveLength(2);
  });

  it('ends with its host, which says so from then on', async () => {
    const host = aHost();
    await host.prepare(guards);
    await host.close();
    await threads[0]?.ended;
    expect(host.ask(guards, 'change_freeze', FREEZE)).toEqual({ error: 'the guards have been stopped' });
    expect(threads).toHaveLength(1);
  });

  it('is not needed for replaying what it said', async () => {
    const host = aHost();
    await host.prepare(guards);
    const bundle = compileBundle(aBundleWith([BLOCK_KNOWN_IOC, A_GUARDED_POLICY].map(aPolicy), guards));
    const request = {
      received: received({ confidence: 0.95, severity: 'high', rule: { id: '7', origin: 'known_ioc' } }),
      bundle,
      model: modelOf(INITIAL_WEIGHTS),
      now: Date.parse('2026-11-22T10:00:01.000Z'),
      lookups: { ...lookupsOf({ '203.0.113.7': { tags: ['change:7'] } }), ...guardLookup(host, guards) },
    };
    const decision = sealDecision(decide(request), request, { decisionId: 'd', engineDigest: 'e' });
    expect(decision.inputs.guards).toMatchObject([{ guard: 'change_freeze', allowed: false }]);
    await host.close();
    const record = { event: request.received, decision };
    expect(replay({ record, bundle, model: request.model, engineDigest: 'e' })).toMatchObject({ status: 'same' });
    expect(threads).toHaveLength(1);
  });
});
