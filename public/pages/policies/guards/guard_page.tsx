import React from 'react';
import { useParams } from 'react-router-dom';
import { discardGuardDraft, saveGuardDraft } from '../../../../common/api/routes';
import type { DraftChange, GuardDraftView } from '../../../../common/api/drafts';
import type { GuardView } from '../../../../common/api/policy_views';
import { ModeBadge } from '../../../components/facts/badges';
import { Loaded } from '../../../components/layout/loaded';
import { PageLink, PolicyLink } from '../../../components/text/links';
import { PageFrame } from '../../../components/layout/page_frame';
import { Section } from '../../../components/layout/section';
import { useServices } from '../../../components/data/services';
import { say } from '../../../i18n';
import { ChangesSoFar } from '../diff/changes_so_far';
import { DraftActions } from '../editor/draft_actions';
import { OvertakenNotice } from '../editor/overtaken_notice';
import { TextEditor } from '../editor/text_editor';
import { useText } from '../editor/use_text';
import { guardPath, GUARDS } from '../paths';
import { usePolicies } from '../use_policies';
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

interface GuardEditorProps {
  readonly guard: string;
  readonly draft: GuardDraftView | undefined;
  readonly inForce: GuardView | undefined;
  readonly onSaved: () => void;
}

const overtakenTitle = ({ base_source }: GuardDraftView): string =>
  base_source === undefined
    ? say('guard.gone', 'Others removed this guard since the draft was made')
    : say('guard.overtaken', 'Others changed this guard since the draft was made');

const GuardEditor = ({ guard, draft, inForce, onSaved }: GuardEditorProps) => {
  const { api } = useServices();
  const kept = draft?.source ?? inForce?.source;
  const text = useText(kept ?? templateFor(guard), kept);
  const check = useGuardCheck(guard, text.source);
  const before = draft?.base_source ?? inForce?.source;
  const save = (body: DraftChange) => api.call(saveGuardDraft, { params: { guard }, body });
  return (
    <TextEditor
      text={text}
      label={say('guard.label', 'Text of the guard (Rego)')}
      faults={check.pending ? [] : (check.result?.faults ?? [])}
      draft={draft}
      removes={say(
        'guard.deleted',
        'This draft removes the guard: the next release will not have it. Saving a text keeps it.',
      )}
      notices={
        draft?.is_overtaken === true && (
          <OvertakenNotice title={overtakenTitle(draft)} draft={draft} save={save} onSaved={onSaved} />
        )
      }
      actions={
        <DraftActions
          id={guard}
          text={text}
          draft={draft}
          isInForce={inForce !== undefined}
          remove={{
            label: say('guard.remove', 'Remove this guard…'),
            about: say(
              'guard.remove.about',
              'It goes on being asked until a candidate with this draft is released, which is refused while a policy asks it.',
            ),
          }}
          path={guardPath(guard)}
          save={save}
          discard={() => api.call(discardGuardDraft, { params: { guard } })}
          onSaved={onSaved}
        />
      }
      beside={(go) => (
        <>
          <GuardCheckResult check={check} onGo={go} />
          <AskedBy guard={guard} inForce={inForce} />
          {before !== undefined && <ChangesSoFar before={before} after={text.source} />}
        </>
      )}
    />
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
        {({ guards = [], guard_drafts = [] }) => (
          <GuardEditor
            key={name}
            guard={name}
            draft={guard_drafts.find((each) => each.guard === name)}
            inForce={guards.find((each) => each.guard === name)}
            onSaved={resource.again}
          />
        )}
      </Loaded>
    </PageFrame>
  );
};
