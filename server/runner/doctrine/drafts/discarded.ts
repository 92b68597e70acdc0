import type { AgentWith, JoinedWith } from '../../agent/views';
import { materialise } from '../../keeping/evidence_copier';
import { StoreUnavailable } from '../../ports';

/** State of a discarded draft. */
export const DISCARDED = 'draft_discarded';
const MOST = 100;

/**
 * Removes documents of discarded drafts once what they carry for the audit is filed. Where OpenSearch is away they
 * stay: no list shows them, saving writes over them, and the next discard removes them.
 */
export const removeDiscarded = async (
  agent: AgentWith<'evidence' | 'store'> & JoinedWith<'commits'>,
): Promise<void> => {
  const { store, evidence } = agent.parts;
  try {
    const docs = await store.search({
      kinds: ['policy_draft', 'guard_draft'],
      states: [DISCARDED],
      limit: MOST,
      fresh: true,
    });
    for (const doc of docs) {
      // Filing again what was copied already changes nothing.
      await evidence.append(doc.outbox.map((entry) => materialise(entry, doc)));
      await store.remove(doc.id, doc.version);
      agent.shift?.parts.commits.forget(doc.id);
    }
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
  }
};
