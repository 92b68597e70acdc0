import React, { useRef, useState } from 'react';
import { EuiButton, EuiButtonEmpty, EuiCallOut } from '@elastic/eui';
import { putGrant, type GrantView } from '../../../common/api/routes';
import type { Intake } from '../../../common/flow/intake';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useTell } from '../../components/layout/announcer';
import { sourceName } from '../../components/text/source_links';
import { say } from '../../i18n';
import { GrantFacts } from './grant_facts';
import { formFault, grantForm, grantOf, type GrantForm } from './grant_fields';
import { GrantFormFields } from './grant_form';
import { GrantPreview, GrantPreviewNote } from './grant_preview';

interface GrantEditorProps {
  readonly source: Intake;
  /** What is in force now, as far as it is known here. */
  readonly current: GrantView;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

/** Somebody saved meanwhile: what was typed stays, and is begun anew from what is in force now. */
const MovedOn = ({ current, onAgain }: { current: GrantView; onAgain: () => void }) => (
  <EuiCallOut
    size="s"
    color="warning"
    iconType="alert"
    role="alert"
    title={say(
      'grant.moved',
      '{by} saved version {version} meanwhile. What you change here was made on an older one.',
      {
        by: current.by ?? say('grant.moved.somebody', 'somebody'),
        version: current.version,
      },
    )}
  >
    <EuiButton size="s" color="warning" onClick={onAgain}>
      {say('grant.moved.again', 'Begin anew from version {version}', { version: current.version })}
    </EuiButton>
  </EuiCallOut>
);

interface SaveDialogProps {
  readonly source: Intake;
  readonly form: GrantForm;
  readonly version: number;
  readonly onSaved: () => void;
  /** Of the dialog; somebody else was faster. */
  readonly onMoved: () => void;
  readonly onClose: () => void;
}

const SaveDialog = ({ source, form, version, onSaved, onMoved, onClose }: SaveDialogProps) => {
  const { api } = useServices();
  const tell = useTell();
  const name = sourceName(source);
  const save = useAction((reason: string) =>
    api.call(putGrant, { params: source, body: { version, grant: grantOf(form, reason), reason } }),
  );
  const confirm = async (reason: string): Promise<void> => {
    if ((await save.run(reason)) === undefined) return;
    tell(say('grant.saved', 'what {source} may say is saved', { source: name }));
    onSaved();
  };
  const close = (): void => {
    if (save.problem?.code === 'changed') onMoved();
    onClose();
  };
  return (
    <ReasonDialog
      title={say('grant.save.title', 'Let {source} say this?', { source: name })}
      confirm={say('grant.save.confirm', 'Grant')}
      suggestions={[
        say('grant.reason.vendor', 'its vendor tests its rules'),
        say('grant.reason.ours', 'our own detection engine'),
      ]}
      pending={save.pending}
      problem={save.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={close}
    >
      <GrantFacts grant={grantOf(form, '')} />
      <GrantPreviewNote source={source} grant={grantOf(form, '')} />
      <p>
        {say(
          'grant.save.about',
          'It counts for events that come in from now on. For 24 hours you may not approve acts that this source asks for.',
        )}
      </p>
    </ReasonDialog>
  );
};

/** Says anew what a source may say; the reason goes on record, and the version that it was made on counts. */
export const GrantEditor = ({ source, current, onSaved, onClose }: GrantEditorProps) => {
  const [base, setBase] = useState(current);
  const [form, setForm] = useState<GrantForm>(grantForm(current.grant));
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const fault = formFault(form);
  const hasMoved = current.version !== base.version;
  const beginAnew = (): void => {
    setBase(current);
    setForm(grantForm(current.grant));
  };
  const fields = useRef<HTMLDivElement>(null);
  const trySave = (): void => {
    setTried(true);
    if (fault === undefined) setSaving(true);
    else fields.current?.querySelector<HTMLElement>(`[name="${fault.field}"]`)?.focus();
  };
  return (
    <div
      ref={fields}
      role="group"
      aria-label={say('grant.form', 'What {source} may say', { source: sourceName(source) })}
    >
      {hasMoved && <MovedOn current={current} onAgain={beginAnew} />}
      <GrantFormFields form={form} onChange={setForm} name={`grant-${source.type}-${source.id}`} />
      {tried && fault !== undefined && (
        <p role="alert" className="rfx-tone--bad">
          {fault.text}
        </p>
      )}
      <GrantPreview source={source} grant={fault === undefined ? grantOf(form, '') : undefined} />
      <div className="rfx-draft-actions">
        <EuiButtonEmpty size="s" onClick={onClose}>
          {say('dialog.cancel', 'Cancel')}
        </EuiButtonEmpty>
        <EuiButton size="s" fill isDisabled={hasMoved} onClick={trySave}>
          {say('grant.save', 'Grant…')}
        </EuiButton>
      </div>
      {saving && (
        <SaveDialog
          source={source}
          form={form}
          version={base.version}
          onSaved={() => {
            setSaving(false);
            onSaved();
            onClose();
          }}
          onMoved={onSaved}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  );
};
