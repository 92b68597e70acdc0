import type { TargetType } from '../flow/decision';

/** What a response action is, independent of any enforcement system. */
interface ActionDefinition {
  readonly action: string;
  readonly title: string;
  readonly target: TargetType;
  /** The action that takes it back, or null where nothing can. */
  readonly undo: string | null;
  /** MITRE D3FEND technique of the action. */
  readonly d3fend: string;
  /**
   * Action and target of OpenC2 (Language Specification 1.0), and the action that takes it back. What the language does
   * not know has a target of our own, `x-reflex:…`.
   */
  readonly openc2: { readonly action: string; readonly target: string; readonly undo: string | null };
}

/**
 * The actions that policies may name. Undoing one is the other name of its pair, never a policy's own act.
 * D3FEND ids: ontology snapshot 2025-08-25.
 */
export const ACTIONS: readonly ActionDefinition[] = [
  {
    action: 'block_ip',
    title: 'Block address',
    target: 'ip',
    undo: 'unblock_ip',
    d3fend: 'D3-NTF',
    openc2: { action: 'deny', target: 'ipv4_net, ipv6_net', undo: 'allow' },
  },
  {
    action: 'block_domain',
    title: 'Block domain',
    target: 'domain',
    undo: 'unblock_domain',
    d3fend: 'D3-DNSDL',
    openc2: { action: 'deny', target: 'domain_name', undo: 'allow' },
  },
  {
    action: 'isolate_host',
    title: 'Isolate host',
    target: 'host',
    undo: 'release_host',
    d3fend: 'D3-NI',
    openc2: { action: 'contain', target: 'device', undo: 'allow' },
  },
  {
    action: 'disable_user',
    title: 'Disable user',
    target: 'user',
    undo: 'enable_user',
    d3fend: 'D3-AL',
    openc2: { action: 'deny', target: 'x-reflex:account', undo: 'allow' },
  },
  {
    action: 'quarantine_file',
    title: 'Quarantine file',
    target: 'file',
    undo: 'restore_file',
    d3fend: 'D3-FEV',
    openc2: { action: 'contain', target: 'file', undo: 'restore' },
  },
  {
    action: 'revoke_sessions',
    title: 'Revoke sessions',
    target: 'user',
    undo: null,
    d3fend: 'D3-ST',
    openc2: { action: 'stop', target: 'x-reflex:session', undo: null },
  },
  {
    action: 'kill_process',
    title: 'Kill process',
    target: 'process',
    undo: null,
    d3fend: 'D3-PT',
    openc2: { action: 'stop', target: 'process', undo: null },
  },
];

/** Actions that take a host, an account, an address or a domain out of use until they are undone. */
export const CONTAINING_ACTIONS: ReadonlySet<string> = new Set(
  ACTIONS.filter(({ undo, target }) => undo !== null && target !== 'file').map(({ action }) => action),
);

const byName = new Map(ACTIONS.map((definition) => [definition.action, definition]));

export const actionNamed = (action: string): ActionDefinition | undefined => byName.get(action);

/** Actions against one danger, the mildest first. */
const LADDERS: ReadonlyArray<readonly string[]> = [
  ['revoke_sessions', 'disable_user'],
  ['block_ip', 'isolate_host'],
  ['kill_process', 'quarantine_file', 'isolate_host'],
];

/** Actions that take away less against the same danger, the one that comes nearest first. */
export const milderThan = (action: string): readonly string[] => [
  ...new Set(
    LADDERS.flatMap((ladder) => {
      const at = ladder.indexOf(action);
      return at < 0 ? [] : ladder.slice(0, at).reverse();
    }),
  ),
];
