import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { LAYERS } from '../../common/policy/policy';

/* The policies of the cases: the starter set as it is shipped, and plain ones that act on whatever has their tag. */

const FOLDER = join(__dirname, '../../policies');

/** The starter set, by its ids. */
const STARTER: ReadonlyMap<string, string> = new Map(
  LAYERS.flatMap((layer) =>
    readdirSync(join(FOLDER, layer)).map((name) => [
      name.replace(/\.yaml$/, ''),
      readFileSync(join(FOLDER, layer, name), 'utf8'),
    ]),
  ),
);

interface Plain {
  readonly when: string;
  readonly then: string;
  readonly undo: string;
  readonly on?: string;
  readonly mode?: 'enforce' | 'escalate';
  readonly approve?: string;
}

const plain = (
  id: string,
  { when, then, undo, on = 'on: { intake: [webhook] }', mode = 'enforce', approve }: Plain,
): string => `
apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: Act on what is tagged ${id}, owner: cases }
spec:
  layer: action
  mode: ${mode}
  ${on}
  when: '${when}'
  then: { ${then} }
  rollback: { action: ${undo} }
  otherwise: none
  max_event_age: 15m
${approve === undefined ? '' : `  approve: ${approve}\n`}`;

const tagged = (id: string, then: string, undo: string): string =>
  plain(id, { when: `"${id}" in event.tags`, then, undo });

const SOURCE = 'target: { ip: event.source.ip }';
/** Acts as its name says once people approved it so. */
const approved = (id: string, approve: string): readonly [id: string, text: string] => [
  id,
  plain(id, {
    when: `"${id}" in event.tags`,
    then: `action: block_ip, ${SOURCE}, ttl: 10m`,
    undo: 'unblock_ip',
    approve,
  }),
];

/** Isolating what the payroll runs on takes these people. */
const ofPayroll = (id: string, approve: string): readonly [id: string, text: string] => [
  id,
  `
apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: People decide about the hosts of the payroll, owner: cases }
spec:
  layer: contextual
  mode: enforce
  on: { actions: [isolate_host] }
  when: '"payroll" in target.asset.tags'
  effect: escalate
  approve: ${approve}
`,
];

/** People are asked about two acts in five minutes. */
const budget = (id: string, beyond: string, per = ''): readonly [id: string, text: string] => [
  id,
  `
apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: No more questions than people read, owner: cases }
spec:
  layer: global
  mode: enforce
  escalations: { max_count: 2, within: 5m,${per} beyond: ${beyond} }
`,
];

const ANY_INTAKE = 'on: {}';

const PLAIN: Readonly<Record<string, string>> = {
  't-short': tagged('t-short', `action: block_ip, ${SOURCE}, ttl: 60s`, 'unblock_ip'),
  't-long': tagged('t-long', `action: block_ip, ${SOURCE}, ttl: 10m`, 'unblock_ip'),
  't-asks': plain('t-asks', {
    when: '"t-asks" in event.tags',
    then: `action: block_ip, ${SOURCE}, ttl: 10m`,
    undo: 'unblock_ip',
    mode: 'escalate',
  }),
  ...Object.fromEntries([
    approved('t-two', '{ by: 2 }'),
    approved('t-second', '{ on_expiry: second }'),
    approved('t-hold', '{ on_expiry: hold }'),
  ]),
  ...Object.fromEntries([
    ofPayroll('t-payroll', '{ approvers: [paula, "role:payroll"] }'),
    ofPayroll('t-pair', '{ by: 2 }'),
  ]),
  ...Object.fromEntries(['group', 'hold', 'deny'].map((beyond) => budget(`t-budget-${beyond}`, beyond))),
  ...Object.fromEntries([budget('t-budget-each', 'deny', ' per: approver,')]),
  't-sure': plain('t-sure', {
    when: '"t-sure" in event.tags && event.confidence >= 0.4',
    then: `action: block_ip, ${SOURCE}, ttl: 10m`,
    undo: 'unblock_ip',
  }),
  't-user': tagged('t-user', 'action: disable_user, target: { user: event.user.name }, ttl: 10m', 'enable_user'),
  't-host': tagged('t-host', 'action: isolate_host, target: { host: event.src_host }, ttl: 10m', 'release_host'),
  't-domain': tagged(
    't-domain',
    'action: block_domain, target: { domain: event.destination.domain }, ttl: 10m',
    'unblock_domain',
  ),
  't-file': tagged(
    't-file',
    'action: quarantine_file, target: { file: event.file.path, host: event.src_host }, ttl: 10m',
    'restore_file',
  ),
  't-network': plain('t-network', {
    when: '"t-network" in event.tags && event.source.ip.contains(":")',
    then: `action: block_ip, target: { ip: 'event.source.ip + "/64"' }, network: true, ttl: 10m`,
    undo: 'unblock_ip',
  }),
  't-first': plain('t-first', {
    when: '"t-rep" in event.tags && history.src.acts_30d < 1.0',
    then: `action: block_ip, ${SOURCE}, ttl: 60s`,
    undo: 'unblock_ip',
    on: ANY_INTAKE,
  }),
  't-again': plain('t-again', {
    when: '"t-rep" in event.tags && history.src.acts_30d >= 1.0',
    then: `action: block_ip, ${SOURCE}, ttl: 5m`,
    undo: 'unblock_ip',
    on: ANY_INTAKE,
  }),
};

/** Texts of policies by their ids; `starter` is the whole starter set. */
export const policiesNamed = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) => {
    if (name === 'starter') return [...STARTER.values()];
    const text = PLAIN[name] ?? STARTER.get(name);
    if (text === undefined) throw new Error(`no policy is called \`${name}\``);
    return [text];
  });
