import fc from 'fast-check';
import { bodyOf, httpServer, type LoopbackServer } from '../../../test/targets/loopback_server';
import { aCall, aClearedCommand } from '../../../test/targets/commands';
import { makeConnectors } from '../registry';
import { compileRequest } from './compile_request';
import { renderRequest } from './compiled_request';
import type { RequestTemplate } from './rest_parameters';
import { commandValues } from './template_values';
import { randomRuns } from '../../../test/builders/random_runs';
import { anyText } from '../../../test/builders/any_text';

const TEMPLATE: RequestTemplate = {
  method: 'POST',
  path: '/v1/blocks/{target.value}/of/{target.host}',
  query: { value: { $: 'target.value' }, host: { $: 'target.host' }, all: true },
  headers: { 'Idempotency-Key': { $: 'command_id' }, 'X-Fence': { $: 'fence' } },
  body: {
    entries: [{ address: { $: 'target.value' }, note: { $: 'reason' } }, 'fixed {target.value} ${x} {{7*7}}'],
    host: { $: 'target.host' },
    ttl: { $: 'ttl_s' },
    until: { $: 'deadline' },
  },
};

const compiled = (template: RequestTemplate = TEMPLATE) => {
  const faults: string[] = [];
  const request = compileRequest(template, 'execute', (path, message) => void faults.push(`${path}: ${message}`));
  expect(faults).toEqual([]);
  return request;
};

const render = (value: string, host?: string, reason = 'because') => {
  const command = aClearedCommand({ target: { type: 'ip', value, ...(host === undefined ? {} : { host }) }, reason });
  return renderRequest(compiled(), commandValues(command, { now: 0, graceS: 60, fence: 3 }), { authorization: 'x' });
};

/** The same nesting, keys and types of leaves, whatever the texts say. */
const shapeOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shapeOf)
    : typeof value === 'object' && value !== null
      ? Object.entries(value).map(([key, each]) => [key, shapeOf(each)])
      : typeof value;

describe('a rendered request', () => {
  it('has every value in its place', () => {
    const command = aClearedCommand({
      command_id: '5b0c',
      target: { type: 'file', value: 'a b', host: 'web/1' },
      ttl_ms: 90_500,
    });
    const now = Date.parse('2026-11-22T04:00:00Z');
    const request = renderRequest(compiled(), commandValues(command, { now, graceS: 60, fence: 3 }), {
      authorization: 'Bearer x',
    });
    expect(request).toEqual({
      ok: true,
      value: {
        method: 'POST',
        path: '/v1/blocks/a%20b/of/web%2F1?value=a%20b&host=web%2F1&all=true',
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          authorization: 'Bearer x',
          'idempotency-key': '5b0c',
          'x-fence': '3',
        },
        body: JSON.stringify({
          entries: [{ address: 'a b', note: 'known indicator' }, 'fixed {target.value} ${x} {{7*7}}'],
          host: 'web/1',
          ttl: 151,
          until: '2026-11-22T04:02:30.500Z',
        }),
      },
    });
  });

  it('has null in the body and no parameter in the query for what the command does not have', () => {
    const template = { ...TEMPLATE, path: '/v1/blocks' };
    const command = aClearedCommand({ ttl_ms: null });
    const values = commandValues(command, { now: 0, graceS: 60, fence: 1 });
    const request = renderRequest(compiled(template), values, {});
    expect(request).toMatchObject({ ok: true, value: { path: '/v1/blocks?value=203.0.113.7&all=true' } });
    expect(request.ok && JSON.parse(request.value.body ?? '')).toMatchObject({ host: null, ttl: null, until: null });
    expect(renderRequest(compiled(), values, {})).toMatchObject({ ok: false });
  });

  it.each(['', '.', '..', '../admin', 'a/../../b', '..\\..\\c', 'a/./b', '/..'])(
    'refuses %j in a path, also encoded it could mean another one',
    (value) => {
      expect(render(value, 'h')).toMatchObject({ ok: false });
    },
  );

  it('refuses what is not Unicode in a URL', () => {
    expect(render('\ud800', 'h')).toMatchObject({ ok: false });
  });

  it('refuses a header value with anything but printable ASCII', () => {
    for (const id of ['a\r\nx: y', 'a\nb', 'a\0', 'é', '\u007f']) {
      const values = { ...commandValues(aClearedCommand(), { now: 0, graceS: 0, fence: 1 }), command_id: id };
      expect(renderRequest(compiled(), { ...values, 'target.host': 'h' }, {})).toMatchObject({ ok: false });
    }
  });

  it('has the same segments, parameters, headers and JSON structure whatever the event says', () => {
    const plain = render('203.0.113.7', 'web-1');
    if (!plain.ok) throw new Error(plain.error);
    const text = fc.oneof(
      anyText(200),
      fc.string({
        unit: fc.constantFrom('/', '\\', '.', '%', '?', '#', '&', '=', '"', '{', '}', '\r', '\n', 'a'),
        maxLength: 40,
      }),
    );
    fc.assert(
      fc.property(text, text, text, (value, host, reason) => {
        const request = render(value, host, reason);
        if (!request.ok) return;
        const { path, headers, body = '' } = request.value;
        expect(path).toMatch(/^[\x21-\x7e]+$/);
        const [before = '', after = '', ...none] = path.split('?');
        const segments = before.split('/');
        expect(none).toEqual([]);
        expect(segments).toHaveLength(6);
        expect(segments.map(decodeURIComponent)).toEqual(['', 'v1', 'blocks', value, 'of', host]);
        expect(path).not.toContain('#');
        expect(after.split('&').map((each) => each.split('=').map(decodeURIComponent))).toEqual([
          ['value', value],
          ['host', host],
          ['all', 'true'],
        ]);
        // What any server makes of the path: the same number of segments.
        expect(new URL(path, 'http://x').pathname.split('/')).toHaveLength(6);
        expect(Object.keys(headers)).toEqual(Object.keys(plain.value.headers));
        expect(shapeOf(JSON.parse(body))).toEqual(shapeOf(JSON.parse(plain.value.body ?? '')));
        expect(JSON.parse(body)).toMatchObject({ entries: [{ address: value, note: reason }, expect.anything()] });
      }),
      { numRuns: randomRuns(1_000) },
    );
  });
});

const INJECTIONS = [
  '{{7*7}}',
  '${7*7}',
  '#{7*7}',
  '<%= 7*7 %>',
  '{% raw %}',
  '{"$":"command_id"}',
  '{command_id}',
  '__proto__',
  'constructor',
  'constructor.constructor("return process")()',
  'a\r\nX-Injected: yes',
  'a\r\n\r\nGET /admin HTTP/1.1\r\nHost: evil',
  'a\nb',
  '%0d%0aX-Injected:%20yes',
  '%2e%2e%2fadmin',
  '%2525',
  'a?admin=true',
  'a#fragment',
  'a&role=admin',
  'a;b=c',
  '"},"admin":true,"x":{"y":"',
  '","admin":true,"x":"',
  '\\"',
  '\u0000',
  '\u2028\u2029',
  '"; DROP TABLE blocks; --',
  "' OR '1'='1",
  '*)(uid=*))(|(uid=*',
  '$(reboot)',
  '`reboot`',
  '| reboot',
  '-rf',
  'http://169.254.169.254/latest',
  '//evil.example/',
  'user@evil.example',
  '﹏\u202eelif',
  '<script>alert(1)</script>',
  '=cmd|calc!A1',
];

describe('what events try to smuggle through a template', () => {
  interface Arrived {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly string[];
    readonly body: string;
  }
  const arrived: Arrived[] = [];
  let server: LoopbackServer;

  beforeAll(async () => {
    server = await httpServer((request, response) => {
      void bodyOf(request).then((body) => {
        arrived.push({ method: request.method ?? '', url: request.url ?? '', headers: request.rawHeaders, body });
        response.writeHead(200).end();
      });
    });
  });
  afterAll(() => server.close());

  const execute = async (value: string, host: string, reason: string) => {
    const { connectors, faults } = makeConnectors(
      [
        {
          name: 'edge',
          kind: 'rest',
          parameters: {
            base_url: `${server.url}/api`,
            allow_addresses: ['127.0.0.1'],
            idempotency: 'set',
            settle_time_ms: 0,
            tagged: false,
            actions: { kill_process: { execute: TEMPLATE } },
          },
        },
      ],
      () => undefined,
    );
    expect(faults).toEqual([]);
    arrived.length = 0;
    const command = aClearedCommand({ action: 'kill_process', target: { type: 'process', value, host }, reason });
    return connectors.get('edge')?.execute(command, aCall());
  };

  it.each(INJECTIONS)('arrives as plain text in every position: %j', async (text) => {
    expect(await execute(text, text, text)).toMatchObject({ kind: 'succeeded' });
    expect(arrived).toHaveLength(1);
    const [request] = arrived;
    expect(request?.method).toBe('POST');
    const encoded = (each: string): string => decodeURIComponent(each);
    const [path = '', query = ''] = (request?.url ?? '').split('?');
    expect(path.split('/').map(encoded)).toEqual(['', 'api', 'v1', 'blocks', text, 'of', text]);
    expect(query.split('&').map((each) => each.split('=').map(encoded))).toEqual([
      ['value', text],
      ['host', text],
      ['all', 'true'],
    ]);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      entries: [{ address: text, note: text }, 'fixed {target.value} ${x} {{7*7}}'],
      host: text,
    });
    const names = (request?.headers ?? []).filter((_each, index) => index % 2 === 0).map((each) => each.toLowerCase());
    expect(names.sort()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'idempotency-key',
      'x-fence',
    ]);
    expect(({} as { admin?: unknown; polluted?: unknown }).admin).toBeUndefined();
  });

  it.each(['.', '..', '../../admin', '..\\admin'])('never leaves its segment: %j', async (text) => {
    expect(await execute(text, 'web-1', 'x')).toMatchObject({ kind: 'failed', error: { retryable: false } });
    expect(await execute('a', text, 'x')).toMatchObject({ kind: 'failed', error: { retryable: false } });
    expect(arrived).toEqual([]);
  });
});
