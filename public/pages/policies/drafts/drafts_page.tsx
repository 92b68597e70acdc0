import React, { useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { DraftsBacktest } from '../backtest/drafts_backtest';
import type { GuardDraftView } from '../../../../common/api/drafts';
import { EmptyNote } from '../../../components/layout/empty_note';
import { PageLink } from '../../../components/text/links';
import { MomentText } from '../../../components/text/moment_text';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { ToneText } from '../../../components/text/tone_text';
import { useMay } from '../../../components/data/use_live';
import { say } from '../../../i18n';
import { draftState, guardDraftState } from './draft_state';
import { editPath, guardPath, NEW } from '../paths';
import { PoliciesFrame } from '../frame/policies_frame';
import { ProposeDialog } from './propose_dialog';
import { usePolicies, type Policies } from '../use_policies';

const guardRow = (draft: GuardDraftView) => {
  const [tone, word] = guardDraftState(draft);
  return {
    key: `guards/${draft.guard}`,
    cells: [
      <PageLink key="id" to={guardPath(draft.guard)}>
        {say('change.guard', 'Guard {guard}', { guard: draft.guard })}
      </PageLink>,
      <ToneText key="state" tone={tone}>
        {word}
      </ToneText>,
      draft.base_source === undefined ? say('change.guard.added', 'new guard') : say('drafts.change', 'change'),
      draft.author,
      <MomentText key="at" at={draft.updated_at} />,
    ],
  };
};

const List = ({
  drafts,
  guard_drafts = [],
  onChanged,
}: Pick<Policies, 'drafts' | 'guard_drafts'> & { onChanged: () => void }) => {
  const may = useMay('author');
  const [proposing, setProposing] = useState(false);
  return (
    <Section
      title={say('drafts.title', 'Drafts ({count})', { count: drafts.length + guard_drafts.length })}
      note={say('drafts.note', 'decide nothing until they are released')}
      actions={
        <EuiButton size="s" isDisabled={!may} onClick={() => setProposing(true)}>
          {say('drafts.propose', 'Propose for release…')}
        </EuiButton>
      }
    >
      <SmallTable
        caption={say('policies.drafts', 'Drafts')}
        columns={[
          { name: say('layer.col.policy', 'Policy') },
          { name: say('drafts.col.state', 'State') },
          { name: say('drafts.col.kind', 'Kind') },
          { name: say('drafts.col.by', 'Saved by') },
          { name: say('drafts.col.at', 'Saved at') },
        ]}
        rows={[
          ...drafts.map((draft) => {
            const [tone, word] = draftState(draft);
            return {
              key: draft.id,
              cells: [
                <PageLink key="id" to={editPath(draft.id)}>
                  {draft.id}
                </PageLink>,
                <ToneText key="state" tone={tone}>
                  {word}
                </ToneText>,
                draft.base_hash === undefined ? say('drafts.new', 'new policy') : say('drafts.change', 'change'),
                draft.author,
                <MomentText key="at" at={draft.updated_at} />,
              ],
            };
          }),
          ...guard_drafts.map(guardRow),
        ]}
      />
      {proposing && (
        <ProposeDialog
          drafts={drafts}
          guards={guard_drafts}
          onClose={() => setProposing(false)}
          onProposed={onChanged}
        />
      )}
    </Section>
  );
};

/** Changed policies that are not released yet. */
export const DraftsPage = () => {
  const resource = usePolicies();
  return (
    <PoliciesFrame resource={resource}>
      {({ drafts, guard_drafts = [] }) =>
        drafts.length + guard_drafts.length === 0 ? (
          <EmptyNote
            iconType="documentEdit"
            title={say('drafts.none', 'No drafts')}
            actions={<PageLink to={NEW}>{say('policies.new', 'New policy')}</PageLink>}
          >
            <p>
              {say('drafts.none.about', 'Open a policy and change it: the change is kept here until it is released.')}
            </p>
          </EmptyNote>
        ) : (
          <>
            <List drafts={drafts} guard_drafts={guard_drafts} onChanged={resource.again} />
            <DraftsBacktest />
          </>
        )
      }
    </PoliciesFrame>
  );
};
