import { inspect } from 'util';
import { blockServerParameters } from '../../test/targets/block_server';
import { connectorKinds, makeConnectors } from './registry';

const REST = blockServerParameters('http://127.0.0.1:1');
const CROWDSEC = {
  base_url: 'http://127.0.0.1:1',
  allow_addresses: ['127.0.0.1'],
  machine_id: 'reflex',
  password: { secret: 'machine' },
  bouncer_key: { secret: 'bouncer' },
};
const CANARY = 'canary-7f3a9c';
const allSecrets = (): string => CANARY;

const faultsOf = (kind: string, parameters: unknown, secrets: (name: string) => string | undefined = allSecrets) =>
  makeConnectors([{ name: 'edge', kind, parameters }], secrets).faults;
const pathsOf = (kind: string, parameters: unknown): readonly string[] =>
  faultsOf(kind, parameters).map(({ path }) => path);
const withBlock = (change: object) => ({
  ...REST,
  actions: { block_ip: { ...REST.actions.block_ip, ...change } },
});

describe('making connectors', () => {
  it('makes each that is right and tells what is wrong with the others', () => {
    const { connectors, faults } = makeConnectors(
      [
        { name: 'edge', kind: 'rest', parameters: REST },
        { name: 'bans', kind: 'crowdsec', parameters: CROWDSEC },
        { name: 'edge', kind: 'rest', parameters: REST },
        { name: 'x y', kind: 'rest', parameters: REST },
        { name: 'odd', kind: 'telnet', parameters: {} },
        { name: 'bad', kind: 'rest', parameters: { ...REST, base_url: 'gopher://x', settle_time_ms: -1 } },
      ],
      allSecrets,
    );
    expect([...connectors.keys()]).toEqual(['edge', 'bans']);
    expect(connectors.get('bans')).toMatchObject({ name: 'bans', kind: 'crowdsec' });
    expect(faults.map(({ connector, path }) => `${connector} ${path}`)).toEqual([
      'edge name',
      'x y name',
      'odd kind',
      'bad parameters.settle_time_ms',
    ]);
  });

  it('reaches no network', () => {
    const asked: string[] = [];
    const lookup = async (host: string): Promise<readonly string[]> => {
      asked.push(host);
      return [];
    };
    makeConnectors(
      [{ name: 'edge', kind: 'rest', parameters: { ...REST, base_url: 'https://fw.example' } }],
      allSecrets,
      { utc: () => 0, lookup },
    );
    expect(asked).toEqual([]);
  });

  it('describes the parameters of each kind as plain data', () => {
    for (const { kind, title, parameters } of connectorKinds) {
      expect([kind, title].every((each) => each.length > 0)).toBe(true);
      expect(JSON.parse(JSON.stringify(parameters))).toEqual(parameters);
    }
  });

  it.each([undefined, null, 'text', 7, [], {}])('refuses %j as parameters', (parameters) => {
    for (const { kind } of connectorKinds) expect(faultsOf(kind, parameters).length).toBeGreaterThan(0);
  });
});

describe('secrets of connectors', () => {
  const needed: ReadonlyArray<readonly [string, unknown, readonly string[]]> = [
    ['rest', REST, ['headers.X-Api-Key']],
    ['rest', { ...REST, headers: { Authorization: { secret: 'a', prefix: 'Bearer ' } } }, ['headers.Authorization']],
    [
      'rest',
      { ...REST, headers: { Authorization: { basic: { user: 'u', password: { secret: 'a' } } } } },
      ['headers.Authorization'],
    ],
    ['rest', { ...REST, headers: {}, tls: { cert: { secret: 'a' }, key: { secret: 'b' } } }, ['tls.cert', 'tls.key']],
    ['crowdsec', CROWDSEC, ['password', 'bouncer_key']],
  ];

  it.each(needed)(
    'of kind %s that are missing or empty stop it, and there is no default (X20)',
    (kind, parameters, paths) => {
      for (const value of [undefined, '', '        ', 'abc']) {
        const { connectors, faults } = makeConnectors([{ name: 'edge', kind, parameters }], () => value);
        expect(connectors.size).toBe(0);
        expect(faults.map(({ path }) => path)).toEqual(paths.map((path) => `parameters.${path}`));
        expect(faults.every(({ message }) => /secret `\w/.test(message))).toBe(true);
      }
    },
  );

  it('are refused in plain text', () => {
    expect(pathsOf('rest', { ...REST, headers: { Authorization: `Bearer ${CANARY}` } })).toEqual([
      'parameters.headers.Authorization',
    ]);
    expect(pathsOf('rest', { ...REST, headers: { 'X-Auth-Token': CANARY } })).toEqual([
      'parameters.headers.X-Auth-Token',
    ]);
    expect(pathsOf('crowdsec', { ...CROWDSEC, password: CANARY })).toEqual(['parameters.password']);
  });

  it('that no header can carry stop the connector', () => {
    for (const value of [`${CANARY}\n`, `${CANARY}\r\nx: y`, `${CANARY}é`])
      expect(faultsOf('rest', REST, () => value)).toMatchObject([{ path: 'parameters.headers.X-Api-Key' }]);
  });

  it('appear neither in faults nor in a connector (X12)', () => {
    const parameters = [
      REST,
      { ...REST, base_url: CANARY },
      { ...REST, headers: { Authorization: CANARY, 'X-A': { secret: 'a', prefix: 'é' } } },
      { ...REST, tls: { ca: CANARY, cert: CANARY } },
      { ...CROWDSEC, password: CANARY, machine_id: '' },
      CROWDSEC,
    ];
    const configs = parameters.flatMap((each, index) =>
      ['rest', 'crowdsec'].map((kind) => ({ name: `${kind}-${index}`, kind, parameters: each })),
    );
    const made = makeConnectors(configs, allSecrets);
    expect(made.connectors.size).toBe(2);
    const told =
      inspect(made, { depth: 12, showHidden: true }) + JSON.stringify([made.faults, ...made.connectors.values()]);
    expect(told).not.toContain(CANARY);
  });
});

describe('the configuration of a REST connector', () => {
  it('is refused with every fault and its place', () => {
    const parameters = {
      ...withBlock({
        execute: { method: 'POST', path: '/v1/{event.id}', headers: { Host: 'x' }, body: { a: { $: 'nope' } } },
        cancel: { method: 'DELETE', path: '/v1/{target.value}' },
      }),
      base_url: 'https://user@fw.example',
      status: { method: 'GET', path: '/{command_id}' },
    };
    expect(pathsOf('rest', parameters)).toEqual([
      'parameters.actions.block_ip.execute.body.a',
      'parameters.actions.block_ip.execute.path',
      'parameters.actions.block_ip.execute.headers.Host',
      'parameters.actions.block_ip.cancel.path',
      'parameters.actions.block_ip.execute',
      'parameters.status.path',
      'parameters.base_url',
    ]);
  });

  it('must be able to take back what can be taken back, and to see that', () => {
    const { undo: _undo, verify: _verify, ...rest } = REST.actions.block_ip;
    expect(pathsOf('rest', { ...REST, actions: { block_ip: rest } })).toEqual(['parameters.actions.block_ip.undo']);
    const blind = { ...rest, undo: REST.actions.block_ip.undo };
    expect(pathsOf('rest', { ...REST, actions: { block_ip: blind } })).toEqual(['parameters.actions.block_ip.verify']);
    const kill = { execute: { method: 'POST', path: '/kill', body: { id: { $: 'command_id' } } } };
    expect(pathsOf('rest', { ...REST, actions: { kill_process: kill } })).toEqual([]);
  });

  it('must carry the command where it says that it does', () => {
    const path = '/v1/{target.value}';
    const bare = { method: 'POST', path, expect: [200] };
    expect(pathsOf('rest', withBlock({ execute: bare }))).toEqual(['parameters.actions.block_ip.execute']);
    expect(pathsOf('rest', withBlock({ undo: bare }))).toEqual(['parameters.actions.block_ip.undo']);
    const verify = { method: 'GET', path, present: { status: [200] }, absent: { status: [404] } };
    expect(pathsOf('rest', withBlock({ verify }))).toEqual(['parameters.actions.block_ip.verify']);
    const where = { pointer: '/tag', equals: { $: 'command_id' } };
    expect(pathsOf('rest', withBlock({ verify: { ...verify, present: { status: [200], where } } }))).toEqual([]);
    expect(pathsOf('rest', { ...REST, tagged: false })).toEqual(['parameters.actions.block_ip.execute.already']);
  });

  it('names only actions that policies may name', () => {
    const { block_ip } = REST.actions;
    expect(pathsOf('rest', { ...REST, actions: { launch_missiles: block_ip } })).toEqual([
      'parameters.actions.launch_missiles',
    ]);
  });

  it('compares with known values', () => {
    const where = { pointer: '/tag', equals: { $: 'reason' } };
    const verify = { ...REST.actions.block_ip.verify, present: { status: [200], where } };
    expect(pathsOf('rest', withBlock({ verify }))).toEqual(['parameters.actions.block_ip.verify.present.where']);
    const list = { ...REST.actions.block_ip.list, where: { pointer: '/tag', equals: { $: 'command_id' } } };
    expect(pathsOf('rest', withBlock({ list }))).toEqual(['parameters.actions.block_ip.list.where']);
  });

  it('tells what the connector can do', () => {
    const { connectors } = makeConnectors(
      [{ name: 'edge', kind: 'rest', parameters: { ...REST, native_ttl: { grace_s: 60 }, settle_time_ms: 5_000 } }],
      allSecrets,
    );
    expect(connectors.get('edge')?.capabilities).toEqual({
      actions: ['block_ip'],
      idempotency: 'key',
      native_ttl: true,
      settle_time_ms: 5_000,
      request_timeout_ms: 1_200,
      tagged: true,
      second_observer: false,
      retries: ['connection', 'timeout', 'no_answer', 'http_status'],
      promises: { block_ip: REST.actions.block_ip.promises },
    });
  });

  it('works as before where it promises nothing', () => {
    const parameters = withBlock({ promises: undefined });
    const { connectors, faults } = makeConnectors(
      [{ name: 'edge', kind: 'rest', parameters: JSON.parse(JSON.stringify(parameters)) as unknown }],
      allSecrets,
    );
    expect(faults).toEqual([]);
    expect(connectors.get('edge')?.capabilities.promises).toEqual({});
  });

  it('promises nothing that the rest of it does not keep', () => {
    const stating = (promises: object, change: object = {}) =>
      withBlock({ promises: { ...REST.actions.block_ip.promises, ...promises }, ...change });
    const queued = (for_s: number, ends: string) => ({ offline: { order: 'queued', for_s, ends } });
    const offline = ['parameters.actions.block_ip.promises.offline'];
    expect(pathsOf('rest', stating(queued(60, 'cancelled')))).toEqual(offline);
    const cancel = { method: 'DELETE', path: '/v1/queue/{command_id}' };
    expect(pathsOf('rest', stating(queued(60, 'cancelled'), { cancel }))).toEqual([]);
    expect(pathsOf('rest', { ...stating(queued(60, 'by_itself')), settle_time_ms: 59_999 })).toEqual(offline);
    expect(pathsOf('rest', { ...stating(queued(60, 'by_itself')), settle_time_ms: 60_000 })).toEqual([]);
    expect(pathsOf('rest', stating({ offline: { order: 'queued' } }))).not.toEqual([]);
    expect(pathsOf('rest', stating({ offline: { order: 'refused', for_s: 5 } }))).not.toEqual([]);
    for (const usual of [-0.1, 1.1])
      expect(pathsOf('rest', stating({ disruption: { usual } }))).toEqual([
        'parameters.actions.block_ip.promises.disruption.usual',
      ]);
  });

  it('has no milder action that takes away more', () => {
    const promises = (usual: number) => ({ disruption: { usual }, offline: { order: 'refused' }, needs: [] });
    const { execute, undo, verify } = REST.actions.block_ip;
    const actions = (mild: number, strong: number) => ({
      revoke_sessions: { execute, promises: promises(mild) },
      disable_user: { execute, undo, verify, promises: promises(strong) },
    });
    expect(pathsOf('rest', { ...REST, actions: actions(0.5, 0.4) })).toEqual([
      'parameters.actions.disable_user.promises.disruption.usual',
    ]);
    expect(pathsOf('rest', { ...REST, actions: actions(0.5, 0.5) })).toEqual([]);
  });

  it('has a second observer where each action that is looked at has one', () => {
    const seen = (second_observer?: string) => {
      const promises = { ...REST.actions.block_ip.promises, ...(second_observer && { second_observer }) };
      const made = makeConnectors([{ name: 'edge', kind: 'rest', parameters: withBlock({ promises }) }], allSecrets);
      return made.connectors.get('edge')?.capabilities.second_observer;
    };
    expect([seen('the router'), seen()]).toEqual([true, false]);
  });
});
