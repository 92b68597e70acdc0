import { iso } from '../../../common/iso';
import { isLapsed } from '../executing/earlier_acts';
import { plannedCase, requestedByAskers, type CaseAct, type CaseContent } from '../keeping/kinds/case';
import { bodyOf, contentOf, findAll } from '../keeping/state_docs';
import type { Basics, StateDoc, StateStore, StateWrite } from '../ports';

/*
 * What an asker requested and nobody answered. Nothing waits for it any more from its end on, whoever looks; here its
 * case is told, so that it can shrink and leave the state.
 */

interface ExpirePorts {
  readonly store: Pick<StateStore, 'bulk' | 'search'>;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
}

const TEXT = 'nobody permitted it in time';

const expired = (act: CaseAct, { asked }: CaseContent): CaseAct => {
  if (act.status !== 'waiting') return act;
  const at = asked?.request?.until ?? '';
  const resolution = { verb: 'expired', by: 'reflex', at, reason: TEXT, four_eyes: false } as const;
  return { act_id: act.act_id, status: 'expired', text: TEXT, resolution };
};

const writeOf = ({ basics }: ExpirePorts, doc: StateDoc, content: CaseContent): StateWrite => {
  const now = { ...content, acts: content.acts.map((act) => expired(act, content)) };
  const { facets } = plannedCase(now, iso(basics.clock.utc()));
  const body = { ...bodyOf(doc), write_id: basics.chance.uuid(), facets, content: now };
  return { id: doc.id, expect: doc.version, body };
};

/**
 * Ends every request of an asker whose time is over.
 *
 * @returns how many
 */
export const expireRequests = async (ports: ExpirePorts): Promise<number> => {
  const { store, basics } = ports;
  const utc = basics.clock.utc();
  const writes: StateWrite[] = [];
  for await (const doc of findAll(store, requestedByAskers)) {
    const content = contentOf('case', doc);
    if (content !== undefined && isLapsed(content, utc)) writes.push(writeOf(ports, doc, content));
  }
  // Refused means that a person was faster, whose word came before the end: then it does not wait any more.
  const outcomes = writes.length === 0 ? [] : await store.bulk(writes);
  return outcomes.filter(({ kind }) => kind === 'written').length;
};
