import React from 'react';
import { PageLink } from '../../../components/text/links';
import { PageFrame } from '../../../components/layout/page_frame';
import { say } from '../../../i18n';
import { IN_FORCE } from '../paths';
import { TryPanel } from './try_panel';

/** What would be decided for an event, with the policies that are in force. */
export const TryPage = () => (
  <PageFrame
    title={say('try.title', 'Try an event')}
    actions={<PageLink to={IN_FORCE}>{say('policy.all', 'All policies')}</PageLink>}
  >
    <TryPanel />
  </PageFrame>
);
