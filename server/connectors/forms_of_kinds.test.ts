import { readFileSync } from 'fs';
import { join } from 'path';
import { draftOf, emptyDraft, parametersOf, type Draft } from '../../public/pages/connectors/form/drafts';
import { fieldsOf, type Field } from '../../public/pages/connectors/form/fields';
import { connectorPresets, exampleOf } from './presets';
import { connectorKinds } from './registry';

const EXAMPLES = connectorKinds.flatMap(({ kind }) => {
  const [, example] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(__dirname, kind, 'README.md'), 'utf8')) ?? [];
  return example === undefined ? [] : [[`the page of ${kind}`, kind, JSON.parse(example) as unknown] as const];
});

/* The form of the page, by the schemas that there are: here, for the page's own tests load no connector. */

const kindOf = (kind: string): readonly Field[] =>
  fieldsOf(connectorKinds.find((each) => each.kind === kind)?.parameters);
const named = (fields: readonly Field[], name: string): Field | undefined => fields.find((each) => each.name === name);
const typed = (text: string): Draft => ({ kind: 'typed', text });

describe('what a form asks', () => {
  it.each(connectorKinds.map(({ kind }) => kind))('of %s is every parameter once, what must be said first', (kind) => {
    const schema = connectorKinds.find((each) => each.kind === kind)?.parameters as {
      properties: object;
      required: readonly string[];
    };
    const fields = kindOf(kind);
    expect(fields.map(({ name }) => name).sort()).toEqual(Object.keys(schema.properties).sort());
    expect(fields.slice(0, schema.required.length).every(({ required }) => required)).toBe(true);
    expect(fields.slice(schema.required.length).some(({ required }) => required)).toBe(false);
  });

  it('goes by what a parameter is', () => {
    const crowdsec = kindOf('crowdsec');
    const kinds = ['base_url', 'password', 'allow_addresses', 'ipv6', 'grace_s', 'tls'].map(
      (name) => named(crowdsec, name)?.kind,
    );
    expect(kinds).toEqual(['text', 'secret', 'list', 'yes_no', 'number', 'group']);
    const tls = named(crowdsec, 'tls');
    expect(tls?.kind === 'group' && named(tls.fields, 'ca')).toMatchObject({ kind: 'secret', orText: true });
    const ssh = kindOf('ssh');
    expect(named(ssh, 'actions')).toMatchObject({ kind: 'several', values: expect.arrayContaining(['isolate_host']) });
    expect(named(ssh, 'hosts')).toMatchObject({ kind: 'map', of: { kind: 'group' } });
  });

  it('leaves to JSON what no form carries', () => {
    const rest = kindOf('rest');
    expect(named(rest, 'actions')?.kind).toBe('json');
    expect(named(rest, 'headers')?.kind).toBe('json');
    expect(named(rest, 'idempotency')).toMatchObject({ kind: 'choice', values: ['key', 'set', 'none'] });
    expect(fieldsOf({ properties: { odd: { type: ['string', 'null'] }, none: true } }).map(({ kind }) => kind)).toEqual(
      ['json', 'json'],
    );
  });
});

describe('a form that is filled in', () => {
  it.each<readonly [string, string, unknown]>([
    ...EXAMPLES,
    ...connectorPresets.map((each) => [`the preset ${each.name}`, each.kind, exampleOf(each)] as const),
  ])('by %s comes to the same again', (_of, kind, example) => {
    const fields = kindOf(kind);
    const given = new Map(Object.entries(example as object));
    const drafts = Object.fromEntries(fields.map((each) => [each.name, draftOf(each, given.get(each.name))]));
    expect(parametersOf(fields, drafts)).toEqual({ parameters: example, faults: [] });
  });

  it('has an example of nearly every kind to be tried by', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(connectorKinds.length - 1);
  });
});

describe('what somebody typed', () => {
  const drafts = (fields: readonly Field[], over: Readonly<Record<string, Draft>>) => ({
    ...Object.fromEntries(fields.map((each) => [each.name, emptyDraft(each)])),
    ...over,
  });

  it('comes to nothing where nothing was said', () => {
    const fields = kindOf('crowdsec');
    expect(parametersOf(fields, drafts(fields, {}))).toEqual({ parameters: {}, faults: [] });
  });

  it('comes to what the settings mean', () => {
    const fields = kindOf('crowdsec');
    const tls: Draft = { kind: 'group', of: { ca: { kind: 'secret', secret: '', text: 'PEM\nPEM\n' } } };
    const { parameters, faults } = parametersOf(
      fields,
      drafts(fields, {
        base_url: typed(' https://fw:8080 '),
        password: { kind: 'secret', secret: 'stored:fw', text: '' },
        allow_addresses: typed('127.0.0.1\n\n 10.0.0.0/8 \n'),
        ipv6: typed('no'),
        grace_s: typed('60'),
        tls,
      }),
    );
    expect(faults).toEqual([]);
    expect(parameters).toEqual({
      base_url: 'https://fw:8080',
      password: { secret: 'stored:fw' },
      allow_addresses: ['127.0.0.1', '10.0.0.0/8'],
      ipv6: false,
      grace_s: 60,
      tls: { ca: 'PEM\nPEM\n' },
    });
  });

  it('names what a map has, and tells a name that is there twice', () => {
    const fields = kindOf('ssh');
    const host = (address: string): Draft => ({
      kind: 'group',
      of: { address: typed(address), host_keys: typed('ssh-ed25519 AAAA') },
    });
    const hosts = (...keys: readonly string[]): Draft => ({
      kind: 'map',
      entries: keys.map((key) => ({ key, of: host('10.0.0.1') })),
    });
    const of = (value: Draft) => parametersOf(fields, drafts(fields, { hosts: value }));
    expect(of(hosts('web-1', ' web-2 ')).parameters).toEqual({
      hosts: {
        'web-1': { address: '10.0.0.1', host_keys: ['ssh-ed25519 AAAA'] },
        'web-2': { address: '10.0.0.1', host_keys: ['ssh-ed25519 AAAA'] },
      },
    });
    expect(of(hosts('a', 'a')).faults).toEqual([{ path: 'hosts.a', what: 'twice' }]);
    expect(of(hosts('a', ' ')).faults).toEqual([{ path: 'hosts.', what: 'unnamed' }]);
  });

  it('is not sent as what it is not', () => {
    const fields = kindOf('rest');
    const { faults } = parametersOf(
      fields,
      drafts(fields, { settle_time_ms: typed('soon'), actions: typed('{ "block_ip": ') }),
    );
    expect(faults).toEqual([
      { path: 'settle_time_ms', what: 'number' },
      { path: 'actions', what: 'json' },
    ]);
  });
});
