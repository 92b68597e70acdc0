import type { MappedSource, PastDocument } from '../../../common/api/routes';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { AgentWith } from '../agent/views';
import { recordOf } from '../record/records';
import { isJsonObject } from '../../../common/codec/json_object';

/* Documents of a source of which the original is on record, so that somebody can try them again. */

const MOST_EACH = 20;
const MOST_SUMMARY = 4_096;
/** What the quarantine and the records keep of an original at most, characters; longer ones are their beginning. */
const MOST_TEXT = 60_000;

/** Of an original that is too large there is a note in its place. */
const isNote = (raw: unknown): boolean => isJsonObject(raw) && 'note' in raw && ('head' in raw || 'element' in raw);

/** As it can be tried: of a document of an index the hit that it was. */
const textOf = ({ event, voice, intake }: ReceivedEvent): string => {
  const { raw, ...fields } = event;
  const document = raw ?? fields;
  const index = voice?.read?.index;
  return JSON.stringify(
    intake.type === 'index' && index !== undefined ? { _index: index, _source: document } : document,
    null,
    2,
  );
};

const decided = async (
  { parts }: AgentWith<'evidence'>,
  { type, id }: MappedSource,
): Promise<readonly PastDocument[]> => {
  const { entries } = await parts.evidence.find({
    family: 'decisions',
    where: { 'intake.type': [type], 'intake.id': id, effectless: false },
    limit: MOST_EACH,
    order: 'newest',
  });
  const seen = new Set<string>();
  return entries.flatMap(({ body }): readonly PastDocument[] => {
    const { event, decision } = recordOf('decisions', body);
    // A case that was decided again has the same document.
    if (seen.has(event.case_id)) return [];
    seen.add(event.case_id);
    return [
      {
        kind: 'decision',
        id: decision.decision_id,
        at: event.received_at,
        summary: decision.summary.slice(0, MOST_SUMMARY),
        text: textOf(event),
        whole: !isNote(event.event.raw),
      },
    ];
  });
};

const refused = async (
  { parts }: AgentWith<'evidence'>,
  { type, id }: MappedSource,
): Promise<readonly PastDocument[]> => {
  const { entries } = await parts.evidence.find({
    family: 'quarantine',
    where: { 'intake.type': [type], 'intake.id': id },
    limit: MOST_EACH,
    order: 'newest',
  });
  return entries.flatMap(({ id: entry, at, body }): readonly PastDocument[] => {
    const { original, fields, reason } = recordOf('quarantine', body);
    if (original === undefined) return [];
    const [first] = fields;
    const summary = first === undefined ? reason : `${first.path} ${first.message}`.trim();
    const whole = original.length < MOST_TEXT;
    return [{ kind: 'quarantine', id: entry, at, summary: summary.slice(0, MOST_SUMMARY), text: original, whole }];
  });
};

/** The newest of them, decided and refused ones. */
export const pastDocuments = async (
  agent: AgentWith<'evidence'>,
  source: MappedSource,
): Promise<readonly PastDocument[]> => {
  const found = (await Promise.all([decided(agent, source), refused(agent, source)])).flat();
  return [...found].sort((one, other) => (one.at < other.at ? 1 : -1));
};
