import type { AgentParts } from '../shift_parts';
import { isoOf } from '../shift_parts';

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
  readonly bundle?: { readonly version: number };
  readonly policy?: { readonly id: string };
}

/** Files an entry in the audit index; durable when it returns. */
export const audit = async (
  { parts }: { readonly parts: Pick<AgentParts, 'evidence' | 'chance' | 'clock'> },
  entry: AuditEntry,
): Promise<void> => {
  const at = isoOf(parts.clock);
  await parts.evidence.append([{ family: 'audit', id: parts.chance.uuid(), at, body: { ...entry, at } }]);
};
