import React, { useCallback, useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { getMapping, previewMapping, putMapping, type MappingView, type SourceView } from '../../../common/api/routes';
import { useTell } from '../../components/layout/announcer';
import { Loaded } from '../../components/layout/loaded';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { Section } from '../../components/layout/section';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { say } from '../../i18n';
import { MappingEditor } from './mapping_editor';
import { formOf, mappingOf, type MappingForm } from './mapping_fields';
import { PreviewTable, type Preview } from './preview_table';

interface EditorProps {
  readonly source: SourceView;
  readonly saved: MappingView;
  readonly onSaved: () => void;
}

const NO_TOPICS: readonly string[] = [];

const Editor = ({ source, saved, onSaved }: EditorProps) => {
  const { api } = useServices();
  const tell = useTell();
  const may = useMay('admin');
  const { kind, id } = source;
  // What the change is made on: if somebody else saves meanwhile, saving says so instead of overwriting.
  const [base, setBase] = useState(saved);
  const [form, setForm] = useState<MappingForm>(formOf(saved.mapping));
  const [preview, setPreview] = useState<Preview>();
  const [saving, setSaving] = useState(false);
  const tried = useAction(() => api.call(previewMapping, { params: { kind, id }, body: { mapping: mappingOf(form) } }));
  const save = useAction((reason: string) =>
    api.call(putMapping, {
      params: { kind, id },
      body: { version: base.version, mapping: mappingOf(form), reason },
    }),
  );
  const tryOut = async (): Promise<void> => setPreview(await tried.run(undefined));
  const confirm = async (reason: string): Promise<void> => {
    const now = await save.run(reason);
    if (now === undefined) return;
    setBase(now);
    setForm(formOf(now.mapping));
    tell(say('mapping.saved', 'the mapping is saved'));
    setSaving(false);
    onSaved();
  };
  return (
    <>
      <MappingEditor form={form} level={source.level} disabled={!may} onChange={setForm} />
      <div className="rfx-draft-actions">
        <EuiButton size="s" isLoading={tried.pending} onClick={() => void tryOut()}>
          {say('mapping.preview', 'Try on past alerts')}
        </EuiButton>
        <EuiButton size="s" fill isDisabled={!may} onClick={() => setSaving(true)}>
          {say('mapping.save', 'Save…')}
        </EuiButton>
      </div>
      {tried.problem && (
        <ProblemCallout title={say('mapping.preview.failed', 'It could not be tried')} problem={tried.problem} />
      )}
      {preview && !tried.problem && <PreviewTable preview={preview} />}
      {saving && (
        <ReasonDialog
          title={say('mapping.save.title', 'Save the mapping of {name}?', { name: source.name })}
          confirm={say('mapping.save.confirm', 'Save')}
          pending={save.pending}
          problem={save.problem}
          onConfirm={(reason) => void confirm(reason)}
          onClose={() => {
            save.reset();
            setSaving(false);
          }}
        >
          <p>
            {say(
              'mapping.save.about',
              'Events that come from now on are read by it; those that came stay as they are.',
            )}
          </p>
        </ReasonDialog>
      )}
    </>
  );
};

/** From where the fields of the events of a source come, with a trial on alerts that were. */
export const MappingSection = ({ source, onChanged }: { source: SourceView; onChanged: () => void }) => {
  const { api } = useServices();
  const { kind, id } = source;
  const resource = useResource(
    useCallback(() => api.call(getMapping, { params: { kind, id } }), [api, kind, id]),
    NO_TOPICS,
  );
  return (
    <Section
      title={say('mapping.title', 'Mapping')}
      note={say(
        'mapping.note',
        'places: document.host.name, bucket.service, trigger.name, finding.tag.user:, or = and a fixed text',
      )}
    >
      <Loaded resource={resource} what={say('mapping.title', 'Mapping')}>
        {(saved) => <Editor source={source} saved={saved} onSaved={onChanged} />}
      </Loaded>
    </Section>
  );
};
