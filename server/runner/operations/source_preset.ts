import { MAPPED_TYPES, type MappedSource, type PresetView, type ReadingView } from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { isPreset, PRESET_NAMES, PRESETS } from '../../engine/intake/presets';
import type { AgentWith, WritingAgent } from '../agent/views';
import { presetId, type PresetChoice } from '../keeping/kinds/sources';
import { contentOf } from '../keeping/state_docs';
import { auditRecord, auditRefusal } from '../record/audit';
import { changedLately } from '../record/changed_lately';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { grantKey } from '../sources/grants';
import type { InForce, Readings } from '../sources/reading_book';
import { plannedPreset } from '../sources/source_documents';

/* By which preset the documents of a source are read, as an admin chose on the page. Every change is a version. */

/** A source by its key, as the settings have it. */
const sourceOf = (key: string): readonly MappedSource[] => {
  const colon = key.indexOf(':');
  const type = MAPPED_TYPES.find((each) => each === key.slice(0, colon));
  return type === undefined ? [] : [{ type, id: key.slice(colon + 1) }];
};

/** The presets that are shipped, and the sources of the settings that may have one. */
export const listPresets = ({
  settings,
}: Pick<Readings, 'settings'>): { readonly presets: PresetView[]; readonly sources: MappedSource[] } => ({
  presets: PRESET_NAMES.map((name) => {
    const { title, documents, repetition } = PRESETS[name];
    return { name, title, documents, ...present({ repetition }) };
  }),
  sources: [...settings.keys()].flatMap(sourceOf),
});

const inForceWord = ({ preset, map }: InForce): ReadingView['in_force'] =>
  preset !== undefined ? 'preset' : map === undefined ? 'wire' : 'map';

/** How the documents of a source would be read, and what says so. */
export const readingView = (
  readings: Pick<Readings, 'settings'>,
  source: MappedSource,
  inForce: InForce,
  choice?: PresetChoice,
): ReadingView => {
  const said = readings.settings.get(grantKey(source));
  const { preset, repetition, unknown } = inForce;
  return {
    version: choice?.version ?? 0,
    configured: said !== undefined,
    in_force: inForceWord(inForce),
    own_fields: Object.keys(said?.map ?? {}),
    ...present({
      preset,
      chosen: choice?.preset ?? undefined,
      in_settings: said?.preset,
      repetition,
      unknown,
      by: choice?.by,
      at: choice?.at,
      reason: choice?.reason,
    }),
  };
};

/** By which preset a source is read, as it is stored now. */
export const getReading = async (
  { parts }: AgentWith<'store'>,
  readings: Readings,
  source: MappedSource,
): Promise<ReadingView> => {
  const choice = contentOf('source_preset', await parts.store.get(presetId(source)));
  return readingView(readings, source, readings.by(source, choice?.preset ?? undefined), choice);
};

interface PresetOrder {
  /** Of the state that was shown. */
  readonly version: number;
  /** Null goes back to the settings. */
  readonly preset: string | null;
  readonly by: string;
  readonly reason: string;
}

interface Written {
  readonly choice: PresetChoice | undefined;
  readonly isNew: boolean;
}

/** Chooses a preset, unless somebody else did meanwhile; with its entry in the audit, or not at all. */
export const putPreset = async (
  agent: WritingAgent & AgentWith<'evidence'>,
  readings: Readings,
  source: MappedSource,
  { version, preset, by, reason }: PresetOrder,
): Promise<Result<ReadingView, Refusal>> => {
  const { shift, parts } = agent;
  if (preset !== null && !isPreset(preset))
    return err(refusal('invalid', `there is no preset \`${preset}\`; \`GET /api/reflex/sources/presets\` lists them`));
  if (!shift) return err(NOT_JOINED);
  const viewOf = (choice: PresetChoice | undefined): ReadingView =>
    readingView(readings, source, readings.by(source, choice?.preset ?? undefined), choice);
  const id = presetId(source);
  const content: PresetChoice = {
    source: { type: source.type, id: source.id },
    version: version + 1,
    preset,
    by,
    at: iso(parts.clock.utc()),
    reason,
  };
  const verb = preset === null ? 'withdraw_preset' : 'choose_preset';
  const what = preset === null ? reason : `${preset}: ${reason}`;
  const entry = { verb, by, object: { type: 'source', id: grantKey(source) }, text: what };
  const record = auditRecord(agent);
  const saved = await shift.parts.commits.settle<Result<Written, Refusal>>({
    reads: [id],
    build: (view) => {
      const before = contentOf('source_preset', view.get(id));
      if ((before?.version ?? 0) !== version) {
        if (!view.isFresh(id)) return 'read_again';
        const changed = refusal('changed', 'somebody chose another preset meanwhile; yours was not saved');
        return { docs: [], answer: err({ ...changed, current: viewOf(before) }) };
      }
      if ((before?.preset ?? null) === preset) return { docs: [], answer: ok({ choice: before, isNew: false }) };
      const savers = before === undefined ? [] : [...(before.earlier ?? []), before];
      const next = { ...content, earlier: changedLately(savers, parts.clock.utc()) };
      return {
        docs: [{ ...plannedPreset(next), records: [record(entry)] }],
        answer: ok({ choice: next, isNew: true }),
      };
    },
  });
  const answer = await auditRefusal(agent, entry, saved);
  if (!answer.ok) return answer;
  const { choice, isNew } = answer.value;
  if (choice !== undefined && isNew) await readings.note(choice);
  return ok(viewOf(choice));
};
