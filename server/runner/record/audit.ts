import { iso } from '../../../common/iso';
import { StoreUnavailable, type Chance, type Clock, type EvidenceLog, type OutboxEntry } from '../ports';
import type { Result } from '../../../common/result';
import type { Refusal } from './refusal';

/*
 * An entry must not say what was not done. So it goes with the write that it speaks of (`auditRecord`). What no write
 * can carry is filed as asked before, and as done after (`askedAndDone`). A refusal is filed by whoever answers it.
 */

/** Who changed or approved what. Never holds secrets. */
export interface AuditEntry {
  readonly verb: string;
  readonly by: string;
  readonly object: { readonly type: string; readonly id: string };
  readonly text?: string;
  readonly four_eyes?: boolean;
  readonly case_id?: string;
  readonly act_id?: string;
  readonly effect_id?: string;
  readonly digest?: string;
  readonly scope?: string;
  readonly outcome?: string;
  /** How long what was answered had waited, ms. */
  readonly waited_ms?: number;
  readonly bundle?: { readonly version: number };
  readonly policy?: { readonly id: string };
}

interface AuditPorts {
  readonly evidence: EvidenceLog;
  readonly chance: Chance;
  readonly clock: Clock;
}

/**
 * Makes an entry that goes with the write of a document: both are there, or neither.
 *
 * @returns what makes it, so that writing again files it once
 */
export const auditRecord = ({
  parts,
}: {
  readonly parts: Pick<AuditPorts, 'chance' | 'clock'>;
}): ((entry: AuditEntry) => OutboxEntry) => {
  const at = iso(parts.clock.utc());
  const id = parts.chance.uuid();
  return (entry) => ({ family: 'audit', id, at, body: { ...entry, at } });
};

/**
 * Files an entry in the audit index; durable when it returns.
 *
 * @param id of what can happen once, but may be filed by more than one
 */
export const audit = async (
  { parts }: { readonly parts: AuditPorts },
  entry: AuditEntry,
  id = parts.chance.uuid(),
): Promise<void> => {
  const at = iso(parts.clock.utc());
  await parts.evidence.append([{ family: 'audit', id, at, body: { ...entry, at } }]);
};

/** Files what came of something; where OpenSearch is away just then, it goes without. */
export const auditIfReachable = async (agent: { readonly parts: AuditPorts }, entry: AuditEntry): Promise<void> => {
  try {
    await audit(agent, entry);
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
  }
};

/**
 * Does what no write of one document can carry an entry of: files first that it was asked for, and then that it was
 * done. A refusal is filed by whoever answers it (`auditRefusal`).
 */
export const askedAndDone = async <Value, Why>(
  agent: { readonly parts: AuditPorts },
  entry: Omit<AuditEntry, 'outcome'>,
  work: () => Promise<Result<Value, Why>>,
): Promise<Result<Value, Why>> => {
  await audit(agent, { ...entry, outcome: 'asked' });
  const answer = await work();
  // Done is done, also where that cannot be filed just now: what was asked is on record.
  if (answer.ok) await auditIfReachable(agent, { ...entry, outcome: 'done' });
  return answer;
};

/**
 * Files that something was asked for and refused, and passes the answer on. What cannot be filed was not done either.
 */
export const auditRefusal = async <Value>(
  agent: { readonly parts: AuditPorts },
  entry: Omit<AuditEntry, 'outcome'>,
  answer: Result<Value, Refusal>,
): Promise<Result<Value, Refusal>> => {
  if (answer.ok || answer.error.code === 'unavailable') return answer;
  const { code, message } = answer.error;
  await auditIfReachable(agent, { ...entry, outcome: `refused: ${code}`, text: message });
  return answer;
};
