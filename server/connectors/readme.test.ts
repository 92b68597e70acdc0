import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { blockListRoom } from '../../test/targets/block_lists';
import { AWS_CREDENTIALS } from '../../test/targets/aws_model';
import { newSigningKey } from '../../test/targets/ssf_receiver';
import { newSshKey } from '../../test/targets/ssh_keys';
import { AWS_RETRIES } from './aws/aws_connector';
import { awsKind } from './aws/aws_kind';
import { THIS_MACHINE } from './connector_kind';
import { LDAP_RETRIES } from './ldap/result_codes';
import { grpcKind } from './grpc/grpc_kind';
import { GRPC_RETRIES } from './grpc/read_answer';
import { haproxyKind } from './haproxy/haproxy_kind';
import { REFUSALS } from './haproxy/map';
import { connectorKinds, makeConnectors } from './registry';
import { DEFAULT_RULES } from './rest/read_order';
import { TEMPLATE_NAMES } from './rest/template_values';

const readme = (kind: string): string => readFileSync(join(__dirname, kind, 'README.md'), 'utf8');

describe("the connectors' pages", () => {
  it('say what each kind is and what it verifies', () => {
    for (const { kind } of connectorKinds) expect(readme(kind)).toMatch(/## What is verified and what is not/);
  });

  it('show a REST configuration that works', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('rest')) ?? [];
    const config = { name: 'edge', kind: 'rest', parameters: JSON.parse(example) as unknown };
    const { connectors, faults } = makeConnectors([config], () => 'a-secret');
    expect(faults).toEqual([]);
    expect(connectors.get('edge')?.capabilities.actions).toEqual(['block_ip']);
  });

  it('name every placeholder', () => {
    for (const name of TEMPLATE_NAMES) expect(readme('rest')).toContain(`\`${name}\``);
  });

  it('tell the defaults as they are', () => {
    for (const list of ['expect', 'already', 'retry', 'unknown'] as const) {
      const [, execute = '', undo = ''] =
        new RegExp(`\\| +\`${list}\` +\\|([^|]*)\\|([^|]*)\\|`).exec(readme('rest')) ?? [];
      const numbers = (text: string): readonly number[] => (text.match(/\d+/g) ?? []).map(Number);
      expect([list, numbers(execute), numbers(undo)]).toEqual([
        list,
        DEFAULT_RULES.execute[list],
        DEFAULT_RULES.undo[list],
      ]);
    }
  });

  it('show a configuration over SSH that works, and name every parameter and every error of it', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('ssh')) ?? [];
    const config = { name: 'hosts', kind: 'ssh', parameters: JSON.parse(example) as unknown };
    const own = newSshKey().private;
    const { connectors, faults } = makeConnectors([config], () => own);
    expect(faults).toEqual([]);
    expect(connectors.get('hosts')?.capabilities.actions).toHaveLength(4);
    const ssh = connectorKinds.find(({ kind }) => kind === 'ssh');
    const { properties } = ssh?.parameters as { properties: object };
    for (const name of Object.keys(properties)) expect(readme('ssh')).toContain(`| \`${name}\``);
    const script = readFileSync(join(__dirname, 'ssh/reflex-hand.sh'), 'utf8');
    const codes = [...script.matchAll(/\brefuse ([a-z_]+) ['\"$]/g)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(40);
    for (const code of new Set(codes)) expect([code, readme('ssh').includes(`\`${code}\``)]).toEqual([code, true]);
  });

  it('show a list that works, and name every parameter and every error of it', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('feed')) ?? [];
    const config = { name: 'deny', kind: 'feed', parameters: JSON.parse(example) as unknown };
    const { connectors, faults } = makeConnectors([config], (name) => `a-token-for-${name}`, {
      ...THIS_MACHINE,
      lists: blockListRoom().room,
    });
    expect(faults).toEqual([]);
    expect(connectors.get('deny')?.capabilities.actions).toEqual(['block_ip']);
    const feed = connectorKinds.find(({ kind }) => kind === 'feed');
    const { properties } = feed?.parameters as {
      properties: { devices: { additionalProperties: { properties: object } } };
    };
    for (const name of Object.keys(properties)) expect(readme('feed')).toContain(`| \`${name}\``);
    for (const name of Object.keys(properties.devices.additionalProperties.properties))
      expect(readme('feed')).toContain(`- \`${name}\``);
    const sources = ['calls', 'change_list', 'entry'].map((file) =>
      readFileSync(join(__dirname, 'feed', `${file}.ts`), 'utf8'),
    );
    const codes = sources.flatMap((text) => [...text.matchAll(/(?:code: |refused\()'([a-z_]+)'/g)]);
    expect(codes.length).toBeGreaterThan(8);
    for (const [, code = ''] of codes) expect([code, readme('feed').includes(`| \`${code}\``)]).toEqual([code, true]);
  });

  it('show a directory that works, and name every parameter and every error of it', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('ldap')) ?? [];
    const config = { name: 'directory', kind: 'ldap', parameters: JSON.parse(example) as unknown };
    const { connectors, faults } = makeConnectors([config], () => 'a-secret');
    expect(faults).toEqual([]);
    expect(connectors.get('directory')?.capabilities).toMatchObject({
      actions: ['disable_user'],
      second_observer: true,
    });
    const ldap = connectorKinds.find(({ kind }) => kind === 'ldap');
    const { properties } = ldap?.parameters as { properties: object };
    for (const name of Object.keys(properties)) expect(readme('ldap')).toContain(`| \`${name}\``);
    const folder = join(__dirname, 'ldap');
    const sources = readdirSync(folder).filter((each) => each.endsWith('.ts') && !each.includes('.test.'));
    const codes = sources.flatMap((each) =>
      [...readFileSync(join(folder, each), 'utf8').matchAll(/(?:refused|notMade|notOne|notSent)\(\s*'([a-z_]+)'/g)].map(
        ([, code = '']) => code,
      ),
    );
    expect(new Set(codes).size).toBeGreaterThan(10);
    for (const code of new Set([...codes, ...LDAP_RETRIES]))
      expect([code, readme('ldap').includes(`\`${code}\``)]).toEqual([code, true]);
  });

  it('show a configuration of Keycloak that works, and name every parameter and every error of its own', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('keycloak')) ?? [];
    const config = { name: 'sso', kind: 'keycloak', parameters: JSON.parse(example) as unknown };
    const { connectors, faults } = makeConnectors([config], () => 'a-secret');
    expect(faults).toEqual([]);
    expect(connectors.get('sso')?.capabilities.actions).toEqual(['disable_user', 'revoke_sessions']);
    const { properties } = connectorKinds.find(({ kind }) => kind === 'keycloak')?.parameters as { properties: object };
    for (const name of Object.keys(properties)) expect(readme('keycloak')).toContain(`| \`${name}\``);
    const sources = ['disable_user.ts', 'find_account.ts', 'account_name.ts'].map((file) =>
      readFileSync(join(__dirname, 'keycloak', file), 'utf8'),
    );
    const codes = [...sources.join('\n').matchAll(/(?:notMade|refused)\('([a-z_]+)'/g)].map(([, code = '']) => code);
    const told = codes.filter((code) => !['bad_request', 'not_applied', 'wrong_target'].includes(code));
    expect(new Set(told).size).toBeGreaterThan(5);
    for (const code of told) expect([code, readme('keycloak').includes(`\`${code}\``)]).toEqual([code, true]);
  });

  it('show a configuration over gRPC that works, and name every parameter and every status of it', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('grpc')) ?? [];
    const config = { name: 'agent', kind: 'grpc', parameters: JSON.parse(example) as unknown };
    const { connectors, faults } = makeConnectors([config], () => 'a-secret');
    expect(faults).toEqual([]);
    expect(connectors.get('agent')?.capabilities).toMatchObject({ actions: ['block_ip'], native_ttl: true });
    const { properties } = grpcKind.parameters as { properties: object };
    for (const name of Object.keys(properties)) expect(readme('grpc')).toContain(`\`${name}\``);
    for (const code of GRPC_RETRIES) expect([code, readme('grpc').includes(`\`${code}\``)]).toEqual([code, true]);
  });

  it('show a configuration of AWS that works, say what it was tried on, and name every parameter and error of its own', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('aws')) ?? [];
    const config = { name: 'waf', kind: 'aws', parameters: JSON.parse(example) as unknown };
    const { connectors, faults } = makeConnectors([config], () => AWS_CREDENTIALS);
    expect(faults).toEqual([]);
    expect(connectors.get('waf')?.capabilities).toMatchObject({ actions: ['block_ip'], tagged: true });
    expect(readme('aws')).toMatch(/Call shapes only: proven against moto [\d.]+ .*, not run against AWS/);
    const { properties } = awsKind.parameters as { properties: object };
    for (const name of Object.keys(properties)) expect(readme('aws')).toContain(`| \`${name}\``);
    const folder = join(__dirname, 'aws');
    const sources = readdirSync(folder).filter((each) => each.endsWith('.ts') && !each.includes('.test.'));
    const codes = sources.flatMap((each) =>
      [...readFileSync(join(folder, each), 'utf8').matchAll(/(?:refused|notMade|code:)\(?\s*'([a-z_]+)'/g)].map(
        ([, code = '']) => code,
      ),
    );
    expect(new Set(codes).size).toBeGreaterThan(10);
    for (const code of new Set([...codes, ...AWS_RETRIES]))
      if (code !== 'not_started') expect([code, readme('aws').includes(`\`${code}\``)]).toEqual([code, true]);
  });

  it('show a configuration of haproxy that works, and name every parameter and every refusal of it', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('haproxy')) ?? [];
    const config = { name: 'edge', kind: 'haproxy', parameters: JSON.parse(example) as unknown };
    const { connectors, faults } = makeConnectors([config], () => undefined);
    expect(faults).toEqual([]);
    expect(connectors.get('edge')?.capabilities).toMatchObject({ actions: ['block_ip'], native_ttl: false });
    const { properties } = haproxyKind.parameters as { properties: object };
    for (const name of Object.keys(properties)) expect(readme('haproxy')).toContain(`\`${name}\``);
    for (const [, code] of REFUSALS) expect([code, readme('haproxy').includes(`\`${code}\``)]).toEqual([code, true]);
  });

  it('show a receiver of shared signals that works, and name every parameter and every error of its own', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(readme('ssf')) ?? [];
    const config = { name: 'caep', kind: 'ssf', parameters: JSON.parse(example) as unknown };
    const key = newSigningKey();
    const { connectors, faults } = makeConnectors([config], (name) => (name === 'ssf-signing' ? key : 'a-secret'));
    expect(faults).toEqual([]);
    expect(connectors.get('caep')?.capabilities.actions).toEqual(['revoke_sessions']);
    const { properties } = connectorKinds.find(({ kind }) => kind === 'ssf')?.parameters as {
      properties: Record<string, { properties?: object }>;
    };
    const names = Object.keys({ ...properties, ...properties.subject?.properties });
    for (const name of names) expect([name, readme('ssf').includes(`\`${name}\``)]).toEqual([name, true]);
    const sources = ['ssf_connector.ts', 'subject.ts'].map((file) =>
      readFileSync(join(__dirname, 'ssf', file), 'utf8'),
    );
    const codes = [...sources.join('\n').matchAll(/(?:notMade|refused)\('([a-z_]+)'/g)].map(([, code = '']) => code);
    expect(new Set(codes).size).toBeGreaterThan(2);
    for (const code of codes.filter((each) => each !== 'bad_request'))
      expect([code, readme('ssf').includes(`\`${code}\``)]).toEqual([code, true]);
  });

  it('name every parameter of CrowdSec of its own', () => {
    const crowdsec = connectorKinds.find(({ kind }) => kind === 'crowdsec');
    const { properties } = crowdsec?.parameters as { properties: object };
    const shared = ['allow_plain_http', 'tls', 'timeouts'];
    for (const name of Object.keys(properties).filter((each) => !shared.includes(each)))
      expect(readme('crowdsec')).toContain(`\`${name}\``);
  });
});
