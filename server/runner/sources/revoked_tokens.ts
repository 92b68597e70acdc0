import { err, ok, type Result } from '../../../common/result';
import type { WritingAgent } from '../agent/views';
import { again } from '../keeping/in_background';
import { REVOKED_ID, type RevokedToken } from '../keeping/kinds/token';
import { contentOf, read } from '../keeping/state_docs';
import { StoreUnavailable, type Clock, type LocalMemory, type Log, type StateStore } from '../ports';
import { auditRecord } from '../record/audit';
import { NOT_JOINED, type Refusal } from '../record/refusal';

/*
 * Tokens that were revoked, by whichever host. This agent's disk remembers them, so that none comes to life again while
 * OpenSearch is away, or with a state that was restored.
 */

const FOLLOW_MS = 2_000;
const FIRST_MS = 250;
const MEMORY_KEY = 'revoked_tokens';

interface RevokedPorts {
  readonly store: Pick<StateStore, 'get'>;
  readonly memory: LocalMemory;
  readonly clock: Clock;
  readonly log: Log;
}

const remembered = (memory: LocalMemory): Map<string, RevokedToken> | undefined => {
  const text = memory.read(MEMORY_KEY);
  if (text === undefined) return undefined;
  return new Map((JSON.parse(text) as readonly RevokedToken[]).map((each) => [each.sha256, each]));
};

/** Follows which tokens are revoked; answers at once, as of a few seconds ago. */
export class RevokedList {
  private readonly ports: RevokedPorts;
  /** Undefined: nothing was ever heard of it here. */
  private known: ReadonlyMap<string, RevokedToken> | undefined;

  constructor(ports: RevokedPorts) {
    this.ports = ports;
    this.known = remembered(ports.memory);
  }

  /**
   * Who revoked a token; undefined if nobody did.
   *
   * @param own this host made the token for itself
   * @throws StoreUnavailable on an agent that never heard which tokens are revoked (INV-13)
   */
  find({ sha256, own = false }: { readonly sha256: string; readonly own?: boolean }): RevokedToken | undefined {
    if (this.known === undefined && !own)
      throw new StoreUnavailable('which tokens are revoked is not known yet on this new agent');
    return this.known?.get(sha256);
  }

  /** Reads them once. */
  async load(): Promise<void> {
    const { store } = this.ports;
    const found = await read(store, 'token', REVOKED_ID);
    await this.note(found?.revoked ?? []);
  }

  /** Adds some to what is known; durable when it returns. */
  async note(revoked: readonly RevokedToken[]): Promise<void> {
    const fresh = revoked.filter(({ sha256 }) => this.known?.has(sha256) !== true);
    if (this.known !== undefined && fresh.length === 0) return;
    const known = new Map([...(this.known ?? []), ...fresh.map((each) => [each.sha256, each] as const)]);
    // Refused from now on, even where the disk is full.
    this.known = known;
    await this.ports.memory.write(MEMORY_KEY, JSON.stringify([...known.values()]));
  }

  /**
   * Follows what is revoked, by whichever agent.
   *
   * @param isAlone nobody but this agent revokes anything
   */
  follow(until: () => boolean, isAlone: () => boolean = () => false): Promise<void> {
    const everyMs = (): number => (this.known === undefined ? FIRST_MS : FOLLOW_MS);
    const isUnhurried = (): boolean => this.known !== undefined && isAlone();
    const how = { failed: 'which tokens are revoked could not be read', everyMs, until, isUnhurried };
    return again(this.ports, how, () => this.load());
  }
}

/** Puts a revocation on record, with its entry in the audit. What was revoked before stays as it was. */
export const putRevoked = async (
  agent: WritingAgent,
  wish: RevokedToken,
): Promise<Result<readonly RevokedToken[], Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const record = auditRecord(agent);
  const { name, by, reason, at } = wish;
  const revoked = await shift.parts.commits.settle<readonly RevokedToken[]>({
    reads: [REVOKED_ID],
    build: (view) => {
      const before = contentOf('token', view.get(REVOKED_ID))?.revoked ?? [];
      if (before.some(({ sha256 }) => sha256 === wish.sha256)) return { docs: [], answer: before };
      const content = { revoked: [...before, wish] };
      const records = [record({ verb: 'revoke', by, object: { type: 'token', id: name }, text: reason })];
      return {
        docs: [{ id: REVOKED_ID, kind: 'token', facets: { state: 'token', at }, content, records }],
        answer: content.revoked,
      };
    },
  });
  return ok(revoked);
};
