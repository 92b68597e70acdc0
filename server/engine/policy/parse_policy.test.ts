import { BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { changed, MALFORMED_POLICIES } from '../../../test/samples/malformed_policies';
import { parsePolicies, parsePolicy } from './parse_policy';

const faultsOf = (source: string) => {
  const parsed = parsePolicy('f.yaml', source);
  return parsed.ok ? [] : parsed.error;
};
describe('parsePolicy', () => {
  it('reads a good policy and names it by its text', () => {
    const parsed = parsePolicy('f.yaml', BLOCK_KNOWN_IOC);
    expect(parsed).toMatchObject({
      ok: true,
      value: { path: 'f.yaml', source: BLOCK_KNOWN_IOC, policy: { metadata: { id: 'block-known-ioc' } } },
    });
    const other = parsePolicy('f.yaml', `${BLOCK_KNOWN_IOC}# a comment\n`);
    expect(parsed.ok && other.ok && parsed.value.hash !== other.value.hash).toBe(true);
  });

  it.each(MALFORMED_POLICIES)('refuses %s, and says where', (_, source, wanted) => {
    const faults = faultsOf(source);
    expect(faults).toContainEqual(expect.objectContaining(wanted) as unknown);
    for (const { message, file } of faults) {
      expect(file).toBe('f.yaml');
      expect(message).not.toMatch(/\.$|^[A-Z]/);
    }
  });

  it('names all faults at once', () => {
    const faults = faultsOf(
      BLOCK_KNOWN_IOC.replace('4h', '1s').replace('score.value', 'score.valu').replace('unblock_ip', 'enable_user'),
    );
    expect(faults.map(({ code }) => code).sort()).toEqual(['bad_condition', 'bad_duration', 'bad_rollback']);
  });

  it.each<[string, string, string, number]>([
    [
      'names a step twice',
      '- then: { action: block_ip, target: { ip: event.source.ip }, ttl: 1h }\n      rollback: { action: unblock_ip }',
      'bad_ladder',
      1,
    ],
    [
      'has a step that takes nothing back',
      '- then: { action: isolate_host, target: { host: event.src_host }, ttl: 1h }',
      'missing_rollback',
      1,
    ],
    [
      'has a step with another way back',
      '- then: { action: isolate_host, target: { host: event.src_host }, ttl: 1h }\n      rollback: { action: unblock_ip }',
      'bad_rollback',
      2,
    ],
    [
      'has a step that acts on something else',
      '- then: { action: isolate_host, target: { ip: event.source.ip }, ttl: 1h }\n      rollback: { action: release_host }',
      'bad_target',
      1,
    ],
    [
      'has a step that lasts no time',
      '- then: { action: isolate_host, target: { host: event.src_host }, ttl: 1s }\n      rollback: { action: release_host }',
      'bad_duration',
      1,
    ],
    [
      'has a condition that does not compile',
      '- when: event.confidenc > 0.5\n      then: { action: isolate_host, target: { host: event.src_host }, ttl: 1h }\n      rollback: { action: release_host }',
      'bad_condition',
      1,
    ],
    [
      'has a target that does not compile',
      '- then: { action: isolate_host, target: { host: event.scr_host }, ttl: 1h }\n      rollback: { action: release_host }',
      'bad_condition',
      1,
    ],
  ])('says where a ladder %s', (_what, step, code, line) => {
    const source = `${BLOCK_KNOWN_IOC}  ladder:\n    ${step}\n`;
    const at = BLOCK_KNOWN_IOC.split('\n').length + line;
    expect(faultsOf(source).map((each) => [each.code, each.line])).toContainEqual([code, at]);
  });

  it('takes a ladder whose steps take more and more away, and none that goes down', () => {
    const [kill, isolate] = [
      '  then: { action: kill_process, target: { process: event.process.executable, host: event.src_host } }',
      '    - then: { action: isolate_host, target: { host: event.src_host }, ttl: 1h }\n      rollback: { action: release_host }',
    ];
    const up = changed(
      / {2}then: [\s\S]*?rollback: .*/.exec(BLOCK_KNOWN_IOC)?.[0] ?? '',
      `${kill}\n  ladder:\n${isolate}`,
    );
    expect(faultsOf(up)).toEqual([]);
    const down = up
      .replace(kill, isolate.replace('    - ', '  ').replace('      rollback', '  rollback'))
      .replace(`ladder:\n${isolate}`, `ladder:\n    -${kill.slice(1)}`);
    expect(faultsOf(down).map(({ code, message }) => [code, message])).toEqual([
      ['bad_ladder', '`kill_process` takes away less than `isolate_host`'],
    ]);
  });

  it('takes a leap day', () => {
    expect(faultsOf(changed('  mode: enforce', '  mode: enforce\n  expires: 2028-02-29'))).toEqual([]);
    expect(faultsOf(changed('  mode: enforce', '  mode: enforce\n  expires: 2027-02-29'))).toHaveLength(1);
  });

  it('reports thousands of faults in good time', () => {
    const started = performance.now();
    faultsOf(`${BLOCK_KNOWN_IOC}  tests:\n${'    - { nam: x }\n'.repeat(1_500)}`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('parsePolicies', () => {
  it('sorts by id and refuses an id that is used twice', () => {
    const second = BLOCK_KNOWN_IOC.replace('block-known-ioc', 'a-first');
    const good = parsePolicies(
      new Map([
        ['b.yaml', BLOCK_KNOWN_IOC],
        ['a.yaml', second],
      ]),
    );
    expect(good.ok && good.value.map(({ policy }) => policy.metadata.id)).toEqual(['a-first', 'block-known-ioc']);
    const twice = parsePolicies(
      new Map([
        ['b.yaml', BLOCK_KNOWN_IOC],
        ['c.yaml', BLOCK_KNOWN_IOC],
      ]),
    );
    expect(twice).toMatchObject({ ok: false, error: [{ file: 'c.yaml', code: 'id_used_twice' }] });
  });

  it('reports the faults of all files', () => {
    const faults = parsePolicies(
      new Map([
        ['a.yaml', 'x'],
        ['b.yaml', BLOCK_KNOWN_IOC],
        ['c.yaml', 'y'],
      ]),
    );
    expect(faults.ok ? [] : faults.error.map(({ file }) => file)).toEqual(['a.yaml', 'c.yaml']);
  });
});

describe('a limit', () => {
  const limited = (limit: string): boolean =>
    parsePolicy(
      'limit.yaml',
      `apiVersion: reflex/v1
kind: Policy
metadata: { id: few-acts, title: never more than a few, owner: soc }
spec:
  layer: global
  mode: enforce
  limit: { action: block_ip, within: 1h, on_breach: escalate, ${limit} }
`,
    ).ok;

  it.each([
    ['max_count: 3', true],
    ['max_count: 3, per: target', true],
    ['max_count: 3, of: hosts', true],
    ['max_percent: 5, of: hosts, at_least: 1', true],
    ['max_count: 3, of: hosts, per: target', false],
    ['max_count: 3, at_least: 1', false],
    ['max_percent: 5, of: hosts, per: target', false],
    ['max_percent: 5', false],
    ['max_count: 3, per: user', false],
  ])('is understood with %s: %s', (limit, isValid) => expect(limited(limit)).toBe(isValid));
});

describe('what a policy says of approval', () => {
  const faultsWith = (spec: string): readonly string[] =>
    faultsOf(`apiVersion: reflex/v1
kind: Policy
metadata: { id: who-approves, title: who approves it, owner: soc }
spec:
  layer: contextual
  mode: enforce
  on: { actions: [block_ip] }
${spec}`).map(({ code }) => code);
  const asking = (approve: string): readonly string[] =>
    faultsWith(`  when: target.asset.known\n  effect: escalate\n  approve: ${approve}\n`);

  it.each([
    ['{ by: 2 }', []],
    ['{ by: 5, on_expiry: second }', []],
    ['{ approvers: [ann] }', []],
    ['{ by: 2, approvers: [ann, bob] }', []],
    ['{ by: 3, approvers: ["role:lead"] }', []],
    ['{ by: 2, approvers: [ann, "role:lead"] }', []],
    ['{ by: 2, approvers: [ann] }', ['too_few_approvers']],
    ['{ approvers: [ann], on_expiry: second }', ['too_few_approvers']],
    ['{ approvers: [ann, bob], on_expiry: second }', []],
    ['{ approvers: ["role:"] }', ['bad_value']],
  ])('with %s: %j', (approve, codes) => expect(asking(approve)).toEqual(codes));

  it.each(['{}', '{ by: 0 }', '{ by: 6 }', '{ approvers: [] }', '{ on_expiry: permit }', '{ whom: ann }'])(
    'is not understood with %s',
    (approve) => expect(asking(approve)).not.toEqual([]),
  );

  it.each([
    ['that denies', '  when: target.asset.known\n  effect: deny\n  approve: { by: 2 }\n'],
    [
      'that says nothing else',
      '  effect: escalate\n  limit: { action: block_ip, max_count: 1, within: 1h, on_breach: deny }\n  approve: { by: 2 }\n',
    ],
  ])('is refused of a policy %s', (_what, spec) => expect(faultsWith(spec)).toContain('approves_nothing'));

  it('may stand in an action policy, whatever its mode', () => {
    expect(faultsOf(changed('  mode: enforce', '  mode: enforce\n  approve: { by: 2 }'))).toEqual([]);
    const spec = '  escalations: { max_count: 60, within: 60m, beyond: group }\n';
    expect(faultsWith(spec)).toEqual(['wrong_layer']);
  });
});
