import { parseCommand } from './arguments';

const FILE = '/data/key';

describe('the command line', () => {
  it('reads a command with its address', () => {
    expect(parseCommand(['replay', 'd-1', '--url', 'http://a:1/'], FILE)).toEqual({
      ok: true,
      value: { name: 'replay', decisionId: 'd-1', address: { url: 'http://a:1', tokenFile: FILE } },
    });
    expect(parseCommand(['status', '--token-file', 'x'], FILE)).toMatchObject({
      value: { name: 'status', address: { url: 'http://127.0.0.1:5680', tokenFile: 'x' } },
    });
  });

  it('reads the question what asks from now on', () => {
    expect(parseCommand(['upgrade', 'asks', '--url', 'http://a:1'], FILE)).toMatchObject({
      ok: true,
      value: { name: 'upgrade asks', address: { url: 'http://a:1' } },
    });
  });

  it('reads which token ends, and why', () => {
    const address = { url: 'http://127.0.0.1:5680', tokenFile: FILE };
    expect(parseCommand(['tokens'], FILE)).toEqual({ ok: true, value: { name: 'tokens', address } });
    expect(parseCommand(['tokens', 'mint', '--for', '5m', '--may', 'ask'], FILE)).toEqual({
      ok: true,
      value: { name: 'tokens mint', ttlS: 300, may: 'ask', address },
    });
    expect(parseCommand(['tokens', 'mint'], FILE)).toEqual({ ok: true, value: { name: 'tokens mint', address } });
    for (const lasts of ['9s', '61m', '2h', '0m', '5', 'm', '1d'])
      expect(parseCommand(['tokens', 'mint', '--for', lasts], FILE).ok).toBe(false);
    expect(
      parseCommand(['tokens', 'make', 'siem', '--may', 'intake', '--for', '30d', '--reason', 'new'], FILE),
    ).toEqual({
      ok: true,
      value: { name: 'tokens make', token: 'siem', may: 'intake', days: 30, reason: 'new', address },
    });
    for (const some of [
      ['--may', 'ask'],
      ['--reason', 'new'],
      ['--may', 'ask', '--reason', 'new', '--for', '401d'],
    ])
      expect(parseCommand(['tokens', 'make', 'siem', ...some], FILE).ok).toBe(false);
    expect(parseCommand(['tokens', 'revoke', 'siem', '--reason', 'it leaked'], FILE)).toEqual({
      ok: true,
      value: { name: 'tokens revoke', token: 'siem', reason: 'it leaked', address },
    });
  });

  it('reads which connector is tested, and by which action', () => {
    const address = { url: 'http://127.0.0.1:5680', tokenFile: FILE };
    expect(parseCommand(['connectors'], FILE)).toEqual({ ok: true, value: { name: 'connectors', address } });
    expect(parseCommand(['connectors', 'test', 'edge'], FILE)).toEqual({
      ok: true,
      value: { name: 'connectors test', address, connector: 'edge' },
    });
    expect(parseCommand(['connectors', 'test', 'edge', '--action', 'block_ip'], FILE)).toMatchObject({
      value: { connector: 'edge', action: 'block_ip' },
    });
    for (const words of [['test'], ['test', 'a', 'b'], ['list']])
      expect(parseCommand(['connectors', ...words], FILE)).toMatchObject({ ok: false });
  });

  it('reads which source is switched, and why', () => {
    const address = { url: 'http://127.0.0.1:5680', tokenFile: FILE };
    expect(parseCommand(['sources'], FILE)).toEqual({ ok: true, value: { name: 'sources', address } });
    expect(parseCommand(['sources', 'off', 'alerting:AMT1', '--reason', 'a test'], FILE)).toEqual({
      ok: true,
      value: { name: 'sources off', source: 'alerting:AMT1', reason: 'a test', address },
    });
    expect(parseCommand(['sources', 'on', 'kafka:x', '--reason', 'mended'], FILE)).toMatchObject({
      value: { name: 'sources on', source: 'kafka:x' },
    });
  });

  it.each([[[]], [['help']], [['replay', '--help']]])('prints help for %j', (args) => {
    expect(parseCommand(args, FILE)).toEqual({ ok: true, value: { name: 'help' } });
  });

  it.each([
    [['keys', 'show', '--data', '/d'], { name: 'keys show', data: '/d' }],
    [
      ['folder', 'adopt', '--reason', 'it moved', '--data', '/d'],
      { name: 'folder adopt', reason: 'it moved', data: '/d' },
    ],
    [['state', 'adopt', '--reason', 'restored'], { name: 'state adopt', reason: 'restored' }],
    [['keys', 'trust', 'a.pem'], { name: 'keys trust', file: 'a.pem' }],
  ])('reads %j', (args, value) => {
    expect(parseCommand(args, FILE)).toEqual({ ok: true, value });
  });

  it.each([
    [['upgrade'], '`reflex upgrade` takes one word: `asks`'],
    [['upgrade', 'asks', 'now'], '`reflex upgrade` takes one word: `asks`'],
    [['folder', 'adopt'], 'say why with --reason TEXT; it goes into the audit log'],
    [['folder'], '`reflex folder` takes one word: `adopt`'],
    [['state', 'show'], '`reflex state` takes one word: `adopt`'],
    [['keys'], '`reflex keys` takes `show`, or `trust FILE`'],
    [['keys', 'trust'], '`reflex keys` takes `show`, or `trust FILE`'],
    [['keys', 'trust', 'a', 'b'], '`reflex keys` takes `show`, or `trust FILE`'],
    [['keys', 'show', 'a'], '`reflex keys` takes `show`, or `trust FILE`'],
    [['tokens', 'revoke', 'siem'], 'say why with --reason TEXT; it goes into the audit log'],
    [['sources', 'off', 'webhook:siem'], 'say why with --reason TEXT; it goes into the audit log'],
    [
      ['sources', 'of', 'webhook:siem'],
      '`reflex sources` takes no further word, or `off TYPE:ID`, or `on TYPE:ID`, or `try FILE`',
    ],
    [
      ['sources', 'off', 'monitor:x', '--reason', 'a test'],
      '`monitor:x` names no source; write it as `reflex sources` does: `webhook:siem`, `alerting:` and the id of a monitor',
    ],
    [['tokens', 'revoke'], '`reflex tokens` takes no further word, or `make NAME`, `revoke NAME`, or `mint`'],
    [['tokens', 'list'], '`reflex tokens` takes no further word, or `make NAME`, `revoke NAME`, or `mint`'],
    [['reply', 'd-1'], 'there is no command `reply`; `reflex help` lists them'],
    [['replay'], '`reflex replay` takes one decision id'],
    [['status', 'now'], '`reflex status` takes no further words'],
    [['status', '--url', 'here'], '`--url here` is no address; write it as http://127.0.0.1:5680'],
  ])('refuses %j in a sentence', (args, error) => {
    expect(parseCommand(args, FILE)).toEqual({ ok: false, error });
  });
});
