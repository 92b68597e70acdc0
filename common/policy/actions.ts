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
}

/**
 * The actions that policies may name. Undoing one is the other name of its pair, never a policy's own act.
 * D3FEND ids: ontology snapshot 2025-08-25.
 */
export const ACTIONS: readonly ActionDefinition[] = [
  { action: 'block_ip', title: 'Block address', target: 'ip', undo: 'unblock_ip', d3fend: 'D3-NTF' },
  { action: 'block_domain', title: 'Block domain', target: 'domain', undo: 'unblock_domain', d3fend: 'D3-DNSDL' },
  { action: 'isolate_host', title: 'Isolate host', target: 'host', undo: 'release_host', d3fend: 'D3-NI' },
  { action: 'disable_user', title: 'Disable user', target: 'user', undo: 'enable_user', d3fend: 'D3-AL' },
  { action: 'quarantine_file', title: 'Quarantine file', target: 'file', undo: 'restore_file', d3fend: 'D3-FEV' },
  { action: 'revoke_sessions', title: 'Revoke sessions', target: 'user', undo: null, d3fend: 'D3-ST' },
  { action: 'kill_process', title: 'Kill process', target: 'process', undo: null, d3fend: 'D3-PT' },
];

/** Actions that take a host, an account, an address or a domain out of use until they are undone. */
export const CONTAINING_ACTIONS: ReadonlySet<string> = new Set(
  ACTIONS.filter(({ undo, target }) => undo !== null && target !== 'file').map(({ action }) => action),
);

const byName = new Map(ACTIONS.map((definition) => [definition.action, definition]));

export const actionNamed = (action: string): ActionDefinition | undefined => byName.get(action);
