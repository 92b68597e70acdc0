import React, { useCallback } from 'react';
import { getNeverTouched, type NeverTouchedView } from '../../../common/api/routes';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { ToneText } from '../../components/text/tone_text';
import { Sentence } from '../../components/text/sentence';
import { say } from '../../i18n';

const title = (): string => say('never.title', 'Never touched');

/** What was found in one place stands together. */
const byPlace = (things: NeverTouchedView['things']): ReadonlyArray<readonly [string, readonly string[]]> => {
  const places = new Map<string, string[]>();
  for (const { text, from } of things) places.set(from, [...(places.get(from) ?? []), text]);
  return [...places];
};

const Things = ({ things }: Pick<NeverTouchedView, 'things'>) => (
  <details>
    <summary>{say('never.show', 'Show them, with where each was found')}</summary>
    <ul className="rfx-rows">
      {byPlace(things).map(([from, texts]) => (
        <li key={from}>
          <div className="rfx-rows__line">
            <Sentence text={from} />
          </div>
          <div className="rfx-small">
            <code>{texts.join(', ')}</code>
          </div>
        </li>
      ))}
    </ul>
  </details>
);

/** What Reflex itself stands on: the guard against locking itself out. */
export const NeverTouched = () => {
  const { api } = useServices();
  const resource = useResource(
    useCallback(() => api.call(getNeverTouched), [api]),
    [],
  );
  const count = resource.value?.things.length;
  return (
    <Section title={title()} note={count === undefined ? undefined : say('never.count', '{count} found', { count })}>
      <Loaded resource={resource} what={title()}>
        {({ settled, things, missing }) => (
          <>
            <p className="rfx-small rfx-subdued">
              {say(
                'never.what',
                'This host and the other hosts of the fleet, OpenSearch, connectors, brokers, gateways and name servers. No policy and no person can act on them through Reflex.',
              )}
            </p>
            {!settled && (
              <ToneText tone="warn">
                {say('never.not_settled', 'Not all of it is found yet, so this host starts nothing.')}
              </ToneText>
            )}
            <Things things={things} />
            {missing.map((text) => (
              <div key={text} className="rfx-small">
                <ToneText tone="warn">{say('never.missing', 'Not found')}</ToneText> <Sentence text={text} />
              </div>
            ))}
          </>
        )}
      </Loaded>
    </Section>
  );
};
