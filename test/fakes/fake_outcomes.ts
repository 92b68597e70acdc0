import type { OutcomeDocument } from '../../common/api/outcome_document';
import type { AlertPosition, FedRecord, OutcomeChannel, OutcomeFeed, Told } from '../../server/runner/ports';
import { recordOf } from '../../server/runner/record/records';
import type { FakeEvidence } from './fake_evidence';

const FAMILIES = ['decisions', 'actions', 'audit'] as const;

/** The feed over records in memory: each family is one shard, and a place in it is the number of its last record. */
export const fakeFeed = (
  evidence: Pick<FakeEvidence, 'records'>,
  visible: (family: string) => number = () => Infinity,
) => {
  const all = (family: (typeof FAMILIES)[number]) => [...(evidence.records.get(family)?.values() ?? [])];
  const shown = (family: (typeof FAMILIES)[number]) => all(family).slice(0, visible(family));
  const feed: OutcomeFeed = {
    end: async () => Object.fromEntries(FAMILIES.map((family) => [family, shown(family).length - 1])),
    since: async (position, most) => {
      const records: FedRecord[] = [];
      let after: AlertPosition = position;
      for (const family of FAMILIES) {
        const from = (position[family] ?? -1) + 1;
        for (const [index, entry] of shown(family).slice(from).entries()) {
          if (records.length === most) return { records, position: after, more: true };
          after = { ...after, [family]: from + index };
          records.push({ family, ...entry, after });
        }
      }
      return { records, position: after, more: false };
    },
    decisions: async (ids) =>
      new Map(
        all('decisions').flatMap(({ body }, index) => {
          const { decision_id } = recordOf('decisions', body).decision;
          const isBefore = (position: AlertPosition): boolean => (position.decisions ?? -1) >= index;
          return ids.includes(decision_id) ? [[decision_id, { body, isBefore }] as const] : [];
        }),
      ),
  };
  return feed;
};

/** Somebody who is told, and answers as a test wants. */
export class FakeReceiver implements OutcomeChannel {
  readonly got: OutcomeDocument[] = [];
  answer: (document: OutcomeDocument) => Told | Promise<Told> = () => ({ kind: 'told' });

  readonly tell = async (document: OutcomeDocument): Promise<Told> => {
    const answer = await this.answer(document);
    if (answer.kind === 'told') this.got.push(document);
    return answer;
  };

  readonly close = async (): Promise<void> => undefined;
}
