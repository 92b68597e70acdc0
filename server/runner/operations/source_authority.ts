import type { ReceivedEvent } from '../../../common/flow/event';
import type { Intake } from '../../../common/flow/intake';
import type { ShiftWith } from '../agent/views';
import { contentOf, find } from '../keeping/state_docs';
import { changedLately, type ChangedBy } from '../record/changed_lately';
import { mayBeSamePerson } from '../record/person';
import { grantKey } from '../sources/grants';
import { presetId } from '../keeping/kinds/sources';
import { grantId } from '../sources/source_documents';

/* Who gave a source the authority by which it asks for an act: with a grant, with a mapping, or with a preset. */

const MOST_MAPPINGS = 10_000;
const CHOSE = 'chose how documents are read of';
const LATELY = 'less than 24 h ago: somebody else approves what it asks for';

/** Where an event came from, and by whose grant it may speak. */
const sourcesOf = ({ intake, voice }: ReceivedEvent): readonly Intake[] => {
  const sources = [intake, ...(voice?.handed ? [voice.handed.from] : [])];
  // Who asks has the grant of its token.
  return sources.flatMap((source) =>
    source.type === 'asker' ? [source, { type: 'webhook' as const, id: source.id }] : [source],
  );
};

const grantsOf = async ({ parts }: ShiftWith<'store'>, source: Intake): Promise<readonly ChangedBy[]> => {
  const content = contentOf('grant', await parts.store.get(grantId(source)));
  if (content === undefined) return [];
  // Who withdraws gives nothing.
  return [...(content.earlier ?? []), ...(content.grant === null ? [] : [content])];
};

const mappingsOf = async ({ parts }: ShiftWith<'store'>, source: Intake): Promise<readonly ChangedBy[]> => {
  if (source.type !== 'alerting' && source.type !== 'detector') return [];
  const found = await find(parts.store, 'mapping', { limit: MOST_MAPPINGS, fresh: true });
  return found
    .map(({ content }) => content)
    .filter(({ monitor_ids }) => monitor_ids.includes(source.id))
    .flatMap((content) => [...(content.earlier ?? []), content]);
};

/** Going back to the settings is a choice as well: other fields count then. */
const presetsOf = async ({ parts }: ShiftWith<'store'>, source: Intake): Promise<readonly ChangedBy[]> => {
  const content = contentOf('source_preset', await parts.store.get(presetId(source)));
  return content === undefined ? [] : [...(content.earlier ?? []), content];
};

/**
 * Why somebody may not approve what an event leads to: they granted or mapped its source, or chose its preset, within
 * the last 24 hours. Undefined if they did not.
 */
export const gaveAuthority = async (
  shift: ShiftWith<'clock' | 'store'>,
  received: ReceivedEvent,
  by: string,
): Promise<string | undefined> => {
  const now = shift.parts.clock.utc();
  for (const source of sourcesOf(received)) {
    const name = grantKey(source);
    const isTheirs = (change: ChangedBy): boolean => mayBeSamePerson(change.by, by);
    const granted = changedLately(await grantsOf(shift, source), now).find(isTheirs);
    if (granted)
      return `\`${granted.by}\`, who may be \`${by}\`, granted \`${name}\` what it may say less than 24 h ago: somebody else approves what it asks for`;
    const mapped = changedLately(await mappingsOf(shift, source), now).find(isTheirs);
    if (mapped)
      return `\`${mapped.by}\`, who may be \`${by}\`, mapped the fields of \`${name}\` less than 24 h ago: somebody else approves what it asks for`;
    const chose = changedLately(await presetsOf(shift, source), now).find(isTheirs);
    if (chose) return `\`${chose.by}\`, who may be \`${by}\`, ${CHOSE} \`${name}\` ${LATELY}`;
  }
  return undefined;
};
