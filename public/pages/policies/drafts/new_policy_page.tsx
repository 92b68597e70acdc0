import React from 'react';
import { PageLink } from '../../../components/text/links';
import { PageFrame } from '../../../components/layout/page_frame';
import { Section } from '../../../components/layout/section';
import { say } from '../../../i18n';
import { IN_FORCE } from '../paths';
import { TEMPLATES } from './templates';

/** What the new policy is for; each choice opens a text that is valid as it is. */
export const NewPolicyPage = () => (
  <PageFrame
    title={say('new.title', 'New policy')}
    about={say('new.about', 'a draft decides nothing: it is proposed, approved by somebody else, and released')}
    actions={<PageLink to={IN_FORCE}>{say('policy.all', 'All policies')}</PageLink>}
  >
    <div className="rfx-templates">
      {TEMPLATES.map(({ id, title, about }) => (
        <Section
          key={id}
          title={title()}
          actions={
            <PageLink to={`/policies/new/${id}`} label={say('new.start', 'Start with: {title}', { title: title() })}>
              {say('new.start.short', 'Start')}
            </PageLink>
          }
        >
          <p>{about()}</p>
        </Section>
      ))}
    </div>
  </PageFrame>
);
