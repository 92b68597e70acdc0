import React, { useState } from 'react';
import { EuiCallOut } from '@elastic/eui';
import { Prompt } from 'react-router-dom';
import type { DraftView } from '../../../../common/api/drafts';
import type { PolicyView } from '../../../../common/api/views';
import { CodeEditor, type Caret } from '../../../components/code/code_editor';
import { Section } from '../../../components/layout/section';
import { useCaller } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { CheckResult } from '../check/check_result';
import { ChangesSoFar } from '../diff/changes_so_far';
import { DraftActions } from './draft_actions';
import { ModeSelect } from '../editor/mode_select';
import { ConflictNotice } from '../repository/conflict_notice';
import { TryPanel } from '../try/try_panel';
import { useCheck } from '../check/use_check';
import { useWarnBeforeLeaving } from '../editor/use_warn_before_leaving';

interface DraftEditorProps {
  readonly start: { readonly id: string | undefined; readonly source: string };
  readonly draft: DraftView | undefined;
  readonly inForce: PolicyView | undefined;
  /** Ids of policies in force: a new policy must not take one of them by accident. */
  readonly takenIds: readonly string[];
  readonly onSaved: () => void;
}

const OthersDraft = ({ draft, saved }: { draft: DraftView; saved: string }) => {
  const me = useCaller()?.name;
  if (draft.source === saved || draft.author === me) return null;
  return (
    <EuiCallOut
      size="s"
      color="warning"
      title={say('edit.others', '{author} has saved another text of this draft meanwhile; saving yours replaces it', {
        author: draft.author,
      })}
    />
  );
};

/** Text on the left, what is to be said of it on the right: faults, tests, differences, and a decision to try. */
export const DraftEditor = ({ start, draft, inForce, takenIds, onSaved }: DraftEditorProps) => {
  const [source, setSource] = useState(start.source);
  const [saved, setSaved] = useState(start.id !== undefined ? start.source : '');
  const [caret, setCaret] = useState<Caret>();
  const check = useCheck(source);
  const faults = check.result?.faults ?? [];
  const unsaved = source !== saved;
  useWarnBeforeLeaving(unsaved);
  const id = start.id ?? check.result?.id;
  return (
    <div className="rfx-columns rfx-columns--even">
      <div>
        <Prompt when={unsaved} message={say('edit.leave', 'The text is not saved. Leave it?')} />
        {draft && <OthersDraft draft={draft} saved={saved} />}
        {draft && (
          <ConflictNotice
            policy={start.id}
            source={source}
            onTake={setSource}
            onSaved={(text) => {
              setSaved(text);
              onSaved();
            }}
          />
        )}
        {draft?.deleted === true && (
          <EuiCallOut
            size="s"
            color="danger"
            title={say(
              'edit.deleted',
              'This draft removes the policy: the next release will not have it. Saving a text keeps it.',
            )}
          />
        )}
        <Section
          title={say('edit.text', 'Text')}
          note={
            <span role="status">{unsaved ? say('edit.unsaved', 'not saved yet') : say('edit.saved', 'saved')}</span>
          }
          actions={<ModeSelect source={source} onChange={setSource} />}
        >
          <CodeEditor
            label={say('edit.label', 'Text of the policy (YAML)')}
            value={source}
            onChange={setSource}
            markers={faults}
            caret={caret}
            lines={20}
          />
          <DraftActions
            id={id}
            source={source}
            unsaved={unsaved}
            draft={draft}
            inForce={inForce}
            collides={start.id === undefined && id !== undefined && takenIds.includes(id)}
            onSaved={(text) => {
              setSaved(text);
              onSaved();
            }}
          />
        </Section>
      </div>
      <div>
        <CheckResult check={check} onGo={({ line, column }) => setCaret({ line, column })} />
        {inForce && <ChangesSoFar before={inForce.source} after={source} />}
        <TryPanel source={source} />
      </div>
    </div>
  );
};
