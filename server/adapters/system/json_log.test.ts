import { jsonLog, lineLog, type LogOptions } from './json_log';
import { isSecretName } from '../../../common/codec/mask';

const AT = Date.UTC(2026, 10, 22, 10);

const written = (make: typeof jsonLog, level?: LogOptions['level']) => {
  const lines: string[] = [];
  const log = make({ stream: { write: (text: string) => lines.push(text) }, utc: () => AT, level });
  return { log, lines };
};

const jsonOf = (details: Record<string, unknown>): Record<string, unknown> => {
  const { log, lines } = written(jsonLog);
  log.info('message', details);
  return (JSON.parse(lines[0] ?? '') as { reflex: Record<string, unknown> }).reflex;
};

describe('the log', () => {
  it('is ECS, one line each', () => {
    const { log, lines } = written(jsonLog);
    log.warn('a session is silent', { session: 's1', nested: { n: 1 } });
    log.error('a line\nand another');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        '@timestamp': '2026-11-22T10:00:00.000Z',
        'log.level': 'warn',
        message: 'a session is silent',
        'ecs.version': '8.11.0',
        'service.name': 'reflex',
        reflex: { session: 's1', nested: { n: 1 } },
      },
      expect.objectContaining({ 'log.level': 'error', message: 'a line\nand another' }),
    ]);
    expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  it('is one line for people as well, whatever is in it', () => {
    const { log, lines } = written(lineLog);
    log.info('loaded\u001b[31m red\u2028\u009b', { policies: 3, who: 'a b\nforged INFO line', host: 'web-01' });
    expect(lines).toEqual([
      '2026-11-22T10:00:00.000Z INFO  loaded\\u001b[31m red\\u2028\\u009b policies=3 who="a b\\nforged INFO line" host=web-01\n',
    ]);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = written(jsonLog, 'warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines).toHaveLength(2);
    const usual = written(jsonLog);
    usual.log.debug('a');
    expect(usual.lines).toHaveLength(0);
  });

  it.each([
    'token',
    'access_token',
    'accessToken',
    'password',
    'Authorization',
    'proxy-authorization',
    'client_secret',
    'secret',
    'key',
    'api_key',
    'apiKey',
    'private.key',
    'signing_keys',
    'cookie',
    'credentials',
    'APIKEY',
    'db_passwd',
  ])('masks what is named `%s`', (name) => {
    expect(jsonOf({ deep: [{ [name]: 'hunter2' }], [name]: { value: 'hunter2' } })).toEqual({
      deep: [{ [name]: '***' }],
      [name]: '***',
    });
  });

  it.each(['key_id', 'monkey', 'keyboard', 'host', 'command_id', 'author', 'tokenizer'])(
    'shows what is named `%s`',
    (name) => {
      expect(isSecretName(name)).toBe(false);
    },
  );

  it.each([
    ['https://user:hunter2@example.org/x', 'https://***@example.org/x'],
    ['sent Authorization: Bearer hunter2.abc-def', 'sent Authorization: Bearer ***'],
    ['Basic dXNlcjpodW50ZXIy', 'Basic ***'],
  ])('masks what stands in text: %s', (text, shown) => {
    expect(jsonOf({ text })).toEqual({ text: shown });
    const { log, lines } = written(lineLog);
    log.info(text);
    expect(lines[0]).not.toContain('hunter2');
  });

  it('shows errors with their causes, and masks those too', () => {
    const cause = Object.assign(new Error('to https://u:hunter2@host'), { code: 'ECONNREFUSED' });
    const shown = jsonOf({ why: new Error('no answer', { cause }) });
    expect(shown).toMatchObject({
      why: { name: 'Error', message: 'no answer', cause: { message: 'to https://***@host' } },
    });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  it('writes something for whatever it gets', () => {
    const circle: Record<string, unknown> = { n: 1n, f: () => 1, s: Symbol('x'), d: new Date(NaN), u: undefined };
    circle.self = circle;
    expect(() =>
      jsonOf({ circle, list: Array.from({ length: 500 }, (_, n) => n), text: 'x'.repeat(99_999) }),
    ).not.toThrow();
    const { log, lines } = written(jsonLog);
    log.info('m', { list: Array.from({ length: 500 }, (_, n) => n), text: 'x'.repeat(99_999) });
    expect(lines[0]?.length).toBeLessThan(4_000);
  });
});
