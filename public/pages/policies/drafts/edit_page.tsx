import React, { useState } from 'react';
import { useParams } from 'react-router-dom';
import { EmptyNote } from '../../../components/layout/empty_note';
import { Loaded } from '../../../components/layout/loaded';
import { PageLink } from '../../../components/text/links';
import { PageFrame } from '../../../components/layout/page_frame';
import { say } from '../../../i18n';
import { DraftEditor } from './draft_editor';
import { DRAFTS, NEW } from '../paths';
import { TEMPLATES } from './templates';
import { usePolicies, type Policies } from '../use_policies';

interface Start {
  readonly id: string | undefined;
  readonly source: string;
}

/** What was saved on this page last. */
interface Saved {
  readonly id: string;
  readonly source: string;
}

/** What the editor opens with: the draft, else the text in force, else a template. */
const startOf = (
  policies: Policies,
  { policyId, template }: { policyId?: string; template?: string },
  saved: Saved | undefined,
): Start | undefined => {
  if (policyId === undefined) {
    const found = TEMPLATES.find((each) => each.id === template);
    return found && { id: undefined, source: found.source };
  }
  const id = decodeURIComponent(policyId);
  const listed =
    policies.drafts.find((each) => each.id === id)?.source ?? policies.policies.find((each) => each.id === id)?.source;
  // What was saved just now is there, whether the list has it yet or not.
  const source = listed ?? (saved?.id === id ? saved.source : undefined);
  return source === undefined ? undefined : { id, source };
};

/** Changing a policy, as a draft. */
export const EditPage = () => {
  const params = useParams<{ policyId?: string; template?: string }>();
  const resource = usePolicies();
  const [saved, setSaved] = useState<Saved>();
  const title = params.policyId === undefined ? say('new.title', 'New policy') : decodeURIComponent(params.policyId);
  return (
    <PageFrame
      title={title}
      about={say('edit.about', 'draft: decides nothing until it is released')}
      actions={<PageLink to={DRAFTS}>{say('edit.all', 'All drafts')}</PageLink>}
    >
      <Loaded resource={resource} what={title}>
        {(policies) => {
          const start = startOf(policies, params, saved);
          return start === undefined ? (
            <EmptyNote
              iconType="search"
              title={say('edit.none', 'There is neither a policy nor a draft “{title}”', { title })}
            >
              <PageLink to={NEW}>{say('policies.new', 'New policy')}</PageLink>
            </EmptyNote>
          ) : (
            <DraftEditor
              key={start.id ?? params.template}
              start={start}
              draft={policies.drafts.find((each) => each.id === start.id)}
              inForce={policies.policies.find((each) => each.id === start.id)}
              takenIds={policies.policies.map((each) => each.id)}
              onSaved={(kept) => {
                setSaved(kept);
                resource.again();
              }}
            />
          );
        }}
      </Loaded>
    </PageFrame>
  );
};
