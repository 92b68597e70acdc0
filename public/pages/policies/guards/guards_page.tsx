import React, { useState } from 'react';
import { EuiButton, EuiFieldText, EuiFormRow } from '@elastic/eui';
import { useHistory } from 'react-router-dom';
import type { GuardDraftView } from '../../../../common/api/drafts';
import type { GuardView } from '../../../../common/api/policy_views';
import { EmptyNote } from '../../../components/layout/empty_note';
import { PageLink, PolicyLink } from '../../../components/text/links';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { useMay } from '../../../components/data/use_live';
import { countText } from '../../../format/numbers';
import { say } from '../../../i18n';
import { guardPath } from '../paths';
import { PoliciesFrame } from '../frame/policies_frame';
import { usePolicies, type Policies } from '../use_policies';
import { guardDraftState } from '../drafts/draft_state';

const NAME = /^[a-z][a-z0-9_]{0,79}$/;

const AskedBy = ({ policies }: { policies: GuardView['asked_by'] }) =>
  policies.length === 0 ? (
    <span className="rfx-subdued">{say('guards.unasked', 'no policy')}</span>
  ) : (
    <>
      {policies.map(({ policy }) => (
        <div key={policy}>
          <PolicyLink id={policy} />
        </div>
      ))}
    </>
  );

const DraftWord = ({ draft }: { draft: GuardDraftView | undefined }) => {
  if (draft === undefined) return <span className="rfx-subdued">—</span>;
  const [tone, word] = guardDraftState(draft);
  return <ToneText tone={tone}>{word}</ToneText>;
};

const linesIn = (source: string): number => source.trimEnd().split('\n').length;

const List = ({ guards = [], guard_drafts = [] }: Policies) => {
  const drafts = new Map(guard_drafts.map((draft) => [draft.guard, draft]));
  const names = [...new Set([...guards.map(({ guard }) => guard), ...drafts.keys()])].sort();
  const known = new Map(guards.map((guard) => [guard.guard, guard]));
  return (
    <SmallTable
      caption={say('guards.title', 'Guards')}
      columns={[
        { name: say('guards.col.guard', 'Guard'), width: '25%' },
        { name: say('guards.col.asked', 'Asked by') },
        { name: say('guards.col.lines', 'Lines'), number: true, width: '90px' },
        { name: say('guards.col.draft', 'Draft'), width: '25%' },
      ]}
      rows={names.map((name) => ({
        key: name,
        cells: [
          <PageLink key="name" to={guardPath(name)}>
            {name}
          </PageLink>,
          <AskedBy key="asked" policies={known.get(name)?.asked_by ?? []} />,
          countText(linesIn((known.get(name) ?? drafts.get(name))?.source ?? '')),
          <DraftWord key="draft" draft={drafts.get(name)} />,
        ],
      }))}
    />
  );
};

const NewGuard = () => {
  const history = useHistory();
  const may = useMay('author');
  const [name, setName] = useState('');
  const isWrong = name !== '' && !NAME.test(name);
  return (
    <Section title={say('guards.new', 'New guard')} note={say('guards.new.note', 'a policy asks it by this name')}>
      <form
        className="rfx-filters"
        onSubmit={(event) => {
          event.preventDefault();
          if (NAME.test(name)) history.push(guardPath(name));
        }}
      >
        <EuiFormRow
          label={say('guards.new.name', 'Name')}
          isInvalid={isWrong}
          error={isWrong ? [say('guards.new.rule', 'small letters, digits and _, beginning with a letter')] : []}
        >
          <EuiFieldText compressed value={name} isInvalid={isWrong} onChange={(event) => setName(event.target.value)} />
        </EuiFormRow>
        <EuiFormRow hasEmptyLabelSpace>
          <EuiButton size="s" type="submit" isDisabled={!may || !NAME.test(name)}>
            {say('guards.new.write', 'Write it')}
          </EuiButton>
        </EuiFormRow>
      </form>
    </Section>
  );
};

/** Rego guards in force and as drafts, and which policies ask them. */
export const GuardsPage = () => {
  const resource = usePolicies();
  return (
    <PoliciesFrame resource={resource}>
      {(policies) => (
        <>
          {(policies.guards ?? []).length + (policies.guard_drafts ?? []).length === 0 ? (
            <EmptyNote iconType="documentEdit" title={say('guards.none', 'No guard is in force')}>
              <p>
                {say(
                  'guards.none.about',
                  'A guard is a rule in Rego that a judging policy asks. Write one here, or in policies/guards of the repository.',
                )}
              </p>
            </EmptyNote>
          ) : (
            <Section
              title={say('guards.title', 'Guards')}
              note={say('guards.note', 'rules in Rego, asked by policies; released together with them')}
            >
              <List {...policies} />
            </Section>
          )}
          <NewGuard />
        </>
      )}
    </PoliciesFrame>
  );
};
