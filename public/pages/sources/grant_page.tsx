import React from 'react';
import { useParams } from 'react-router-dom';
import { MAPPED_TYPES } from '../../../common/api/routes';
import { INTAKE_TYPES } from '../../../common/flow/event';
import { EmptyNote } from '../../components/layout/empty_note';
import { PageFrame } from '../../components/layout/page_frame';
import { PageLink } from '../../components/text/links';
import { isGrantable, sourceName } from '../../components/text/source_links';
import { say } from '../../i18n';
import { GrantSection } from './grant_section';
import { SOURCES } from './paths';
import { ReadingSection } from './reading_section';
import { SwitchSection } from './switch_section';

/** Whether one source of events is taken and what it may say, by the name that its events have. */
export const GrantPage = () => {
  const { type: wanted, id } = useParams<{ type: string; id: string }>();
  const type = INTAKE_TYPES.find((each) => each === wanted);
  const mapped = MAPPED_TYPES.find((each) => each === wanted);
  return (
    <PageFrame title={`${wanted}:${id}`} actions={<PageLink to={SOURCES}>{say('source.all', 'All sources')}</PageLink>}>
      {type !== undefined && isGrantable({ type, id }) ? (
        <React.Fragment key={sourceName({ type, id })}>
          <SwitchSection source={{ type, id }} />
          {mapped !== undefined && <ReadingSection source={{ type: mapped, id }} />}
          <GrantSection source={{ type, id }} />
        </React.Fragment>
      ) : (
        <EmptyNote iconType="search" title={say('grant.no_such', 'Nothing can be granted to such a source')} />
      )}
    </PageFrame>
  );
};
