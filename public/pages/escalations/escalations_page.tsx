import React, { useCallback, useState } from 'react';
import { EuiButtonEmpty, EuiCallOut } from '@elastic/eui';
import { listEscalations } from '../../../common/api/routes';
import { KeysHelp } from '../../components/dialogs/keys_help';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageLink } from '../../components/text/links';
import { PageFrame } from '../../components/layout/page_frame';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { Away } from './away';
import { escalationKeys } from './escalation_keys';
import { EscalationsView } from './escalations_view';
import { ExpiringSoon } from './expiring_soon';
import { HandOverChannels } from './hand_over_channels';
import { QuestionLoad } from './question_load';
import { ReleasedSince } from './released_since';
import { SecondOpinions } from './second_opinions';

const LeftOut = ({ shown, total }: { shown: number; total: number }) => (
  <EuiCallOut
    size="s"
    color="warning"
    iconType="alert"
    title={say('escalations.more', '{shown} of at least {total} are listed: of each severity the first to expire', {
      shown: countText(shown),
      total: countText(total),
    })}
  >
    <p>
      {say(
        'escalations.more.about',
        'The others follow as these are answered. Filters and selection go by what is listed.',
      )}
    </p>
  </EuiCallOut>
);

/** Acts that wait for a person: what, on what, why, and two answers. */
export const EscalationsPage = () => {
  const { api } = useServices();
  const [help, setHelp] = useState(false);
  const escalations = useResource(
    useCallback(() => api.call(listEscalations), [api]),
    ['case'],
  );
  return (
    <PageFrame
      title={say('nav.escalations', 'Escalations')}
      about={
        <>
          {say('escalations.about', 'acts that the policies leave to a person')}{' '}
          <ExpiringSoon waiting={escalations.value?.escalations ?? []} isCut={escalations.value?.at_least ?? false} />
        </>
      }
      asOf={escalations.value?.as_of}
      actions={
        <EuiButtonEmpty size="xs" iconType="keyboardShortcut" onClick={() => setHelp(true)}>
          {say('escalations.keys', 'Keys')}
        </EuiButtonEmpty>
      }
    >
      <Away />
      <Loaded resource={escalations} what={say('nav.escalations', 'Escalations')}>
        {({ escalations: waiting, total, at_least, load }) => (
          <EscalationsView
            waiting={waiting}
            above={
              <>
                <ReleasedSince waiting={waiting} onChanged={escalations.again} />
                {load && <QuestionLoad load={load} />}
                {at_least && <LeftOut shown={waiting.length} total={total} />}
              </>
            }
            onHelp={() => setHelp(true)}
            onChanged={escalations.again}
            empty={
              <EmptyNote title={say('escalations.none', 'Nothing waits for you')}>
                <p>{say('escalations.none.about', 'What the policies leave to a person appears here by itself.')}</p>
                <p>
                  <PageLink to="/decisions?verdict=escalate">
                    {say('escalations.none.earlier', 'Earlier escalations are among the decisions')}
                  </PageLink>
                </p>
              </EmptyNote>
            }
          />
        )}
      </Loaded>
      <SecondOpinions />
      <HandOverChannels />
      {help && <KeysHelp keys={escalationKeys()} onClose={() => setHelp(false)} />}
    </PageFrame>
  );
};
