import React, { useState } from 'react';
import { EuiButtonEmpty, EuiCallOut } from '@elastic/eui';
import { Prompt, useParams } from 'react-router-dom';
import { saveGuardDraft } from '../../../../common/api/routes';
import { SEEN_NOTHING, type GuardDraftView } from '../../../../common/api/drafts';
import type { GuardView } from '../../../../common/api/views';
import { ModeBadge } from '../../../components/facts/badges';
import { CodeEditor, type Caret } from '../../../components/code/code_editor';
import { Loaded } from '../../../components/layout/loaded';
import { PageLink, PolicyLink } from '../../../components/text/links';
import { PageFrame } from '../../../components/layout/page_frame';
import { ProblemCallout } from '../../../components/layout/problem_callout';
import { Section } from '../../../components/layout/section';
import { useServices } from '../../../components/data/services';
import { useAction } from '../../../components/data/use_action';
import { say } from '../../../i18n';
import { ChangesSoFar } from '../diff/changes_so_far';
import { GUARDS } from '../paths';
import { usePolicies } from '../use_policies';
import { useWarnBeforeLeaving } from '../editor/use_warn_before_leaving';
import { GuardActions } from './guard_actions';
import { GuardCheckResult } from './guard_check_result';
import { useGuardCheck } from './use_guard_check';

const templateFor = (guard: string): string => `package reflex.guards.${guard}

# What is not allowed waits for a person, or is denied: the policy that asks says which.
default allow := false

allow if {
	input.act.action == "block_ip"
	input.event.confidence >= 0.8
}
`;

const AskedBy = ({ guard, inForce }: { guard: string; inForce: GuardView | undefined }) => (
  <Section
    title={say('guards.col.asked', 'Asked by')}
    note={say('guard.how', 'a policy asks it with {field}', { field: `guard: ${guard}` })}
  >
    {inForce === undefined || inForce.asked_by.length === 0 ? (
      <p className="rfx-subdued">{say('guard.unasked', 'No policy in force asks it.')}</p>
    ) : (
      <ul className="rfx-rows">
        {inForce.asked_by.map(({ policy, mode }) => (
          <li key={policy}>
            <PolicyLink id={policy} /> <ModeBadge mode={mode} />
          </li>
        ))}
      </ul>
    )}
  </Section>
);

/** The text was changed in the repository, or released by others, since the draft was made. */
const Overtaken = ({ draft, onTaken }: { draft: GuardDraftView; onTaken: () => void }) => {
  const { api } = useServices();
  const { guard, source, base_hash = SEEN_NOTHING, base_source } = draft;
  const take = useAction(() => api.call(saveGuardDraft, { params: { guard }, body: { source, seen: base_hash } }));
  const goOn = async (): Promise<void> => {
    if ((await take.run(undefined)) !== undefined) onTaken();
  };
  return (
    <EuiCallOut
      size="s"
      color="warning"
      title={
        base_source === undefined
          ? say('guard.gone', 'Others removed this guard since the draft was made')
          : say('guard.overtaken', 'Others changed this guard since the draft was made')
      }
    >
      <EuiButtonEmpty size="xs" isLoading={take.pending} onClick={() => void goOn()}>
        {say('guard.seen', 'I have looked at both: go on with the draft')}
      </EuiButtonEmpty>
      {take.problem && (
        <ProblemCallout title={say('draft.problem', 'The draft was not saved')} problem={take.problem} />
      )}
    </EuiCallOut>
  );
};

interface EditorProps {
  readonly guard: string;
  readonly start: string;
  readonly draft: GuardDraftView | undefined;
  readonly inForce: GuardView | undefined;
  readonly onChanged: () => void;
}

const Editor = ({ guard, start, draft, inForce, onChanged }: EditorProps) => {
  const [source, setSource] = useState(start);
  const [saved, setSaved] = useState(draft?.source ?? inForce?.source ?? '');
  const [caret, setCaret] = useState<Caret>();
  const check = useGuardCheck(guard, source);
  const unsaved = source !== saved;
  useWarnBeforeLeaving(unsaved);
  const before = draft?.base_source ?? inForce?.source;
  return (
    <div className="rfx-columns rfx-columns--even">
      <div>
        <Prompt when={unsaved && source !== start} message={say('edit.leave', 'The text is not saved. Leave it?')} />
        {draft?.is_overtaken === true && <Overtaken draft={draft} onTaken={onChanged} />}
        {draft?.deleted === true && (
          <EuiCallOut
            size="s"
            color="danger"
            title={say(
              'guard.deleted',
              'This draft removes the guard: the next release will not have it. Saving a text keeps it.',
            )}
          />
        )}
        <Section
          title={say('edit.text', 'Text')}
          note={
            <span role="status">{unsaved ? say('edit.unsaved', 'not saved yet') : say('edit.saved', 'saved')}</span>
          }
        >
          <CodeEditor
            label={say('guard.label', 'Text of the guard (Rego)')}
            value={source}
            onChange={setSource}
            markers={check.pending ? [] : (check.result?.faults ?? [])}
            caret={caret}
            lines={20}
          />
          <GuardActions
            guard={guard}
            source={source}
            unsaved={unsaved || draft?.deleted === true}
            draft={draft}
            inForce={inForce}
            onSaved={(text) => {
              setSaved(text);
              onChanged();
            }}
          />
        </Section>
      </div>
      <div>
        <GuardCheckResult check={check} onGo={({ line, column }) => setCaret({ line, column })} />
        <AskedBy guard={guard} inForce={inForce} />
        {before !== undefined && <ChangesSoFar before={before} after={source} />}
      </div>
    </div>
  );
};

/** One Rego guard: what it says, who asks it, and changing it as a draft. */
export const GuardPage = () => {
  const { guard } = useParams<{ guard: string }>();
  const name = decodeURIComponent(guard);
  const resource = usePolicies();
  return (
    <PageFrame
      title={say('guard.title', 'Guard {guard}', { guard: name })}
      about={say('edit.about', 'draft: decides nothing until it is released')}
      actions={<PageLink to={GUARDS}>{say('guard.all', 'All guards')}</PageLink>}
    >
      <Loaded resource={resource} what={name}>
        {({ guards = [], guard_drafts = [] }) => {
          const inForce = guards.find((each) => each.guard === name);
          const draft = guard_drafts.find((each) => each.guard === name);
          return (
            <Editor
              key={name}
              guard={name}
              start={draft?.source ?? inForce?.source ?? templateFor(name)}
              draft={draft}
              inForce={inForce}
              onChanged={resource.again}
            />
          );
        }}
      </Loaded>
    </PageFrame>
  );
};
