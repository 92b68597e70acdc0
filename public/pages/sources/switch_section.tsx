import React, { useCallback } from 'react';
import { getSwitch, type SourceSwitchView } from '../../../common/api/routes';
import type { Intake } from '../../../common/flow/intake';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Facts } from '../../components/facts/facts';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { SinceText } from '../../components/text/moment_text';
import { sourceName } from '../../components/text/source_links';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';
import { SwitchButton } from './switch_button';

const TOPICS = ['source_switch'] as const;

const State = ({ view: { off } }: { view: SourceSwitchView }) =>
  off ? (
    <ToneText tone="warn">{say('switch.is_off', 'switched off: what it sends makes no case')}</ToneText>
  ) : (
    <ToneText tone="good">{say('switch.is_on', 'on')}</ToneText>
  );

/** Whether a source is switched off, by whom and why, and where an admin switches it. */
export const SwitchSection = ({ source }: { source: Intake }) => {
  const { api } = useServices();
  const { type, id } = source;
  const resource = useResource(
    useCallback(() => api.call(getSwitch, { params: { type, id } }), [api, type, id]),
    TOPICS,
  );
  const name = sourceName(source);
  const title = say('switch.title', 'Whether {source} is taken', { source: name });
  return (
    <Section title={title}>
      <Loaded resource={resource} what={title}>
        {(view) => (
          <>
            <Facts
              facts={[
                { name: say('switch.state', 'State'), value: <State view={view} /> },
                view.by === undefined ? undefined : { name: say('switch.by', 'Switched by'), value: view.by },
                view.at === undefined
                  ? undefined
                  : { name: say('switch.at', 'Switched'), value: <SinceText at={view.at} /> },
                view.reason === undefined ? undefined : { name: say('switch.why', 'Why'), value: view.reason },
              ]}
            />
            <SwitchButton sources={[source]} name={name} isOff={view.off} onDone={resource.again} />
          </>
        )}
      </Loaded>
    </Section>
  );
};
