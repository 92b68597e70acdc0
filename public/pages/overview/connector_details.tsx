import React, { useCallback, useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { listConnectors, testConnector, type ConnectorView } from '../../../common/api/routes';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { Loaded } from '../../components/layout/loaded';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { SinceText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { offlineWords } from './connector_words';
import { ConnectorTest } from './connector_test';

type Action = ConnectorView['actions'][number];

const shareText = (share: number): string =>
  say('connector.share', '{percent} %', { percent: Math.round(share * 100) });

const Promises = ({ promises }: { promises: NonNullable<Action['promises']> }) => {
  const { disruption, offline, needs, second_observer } = promises;
  return (
    <>
      <div>
        {say('connector.disruption', 'takes away {share} of what its target does', {
          share: shareText(disruption.usual),
        })}
        {Object.entries(disruption.by_tag ?? {}).map(([tag, share]) => (
          <span key={tag}>
            {', '}
            {say('connector.disruption.tag', '{share} of {tag}', { share: shareText(share), tag })}
          </span>
        ))}
      </div>
      <div>{offlineWords(offline)}</div>
      {second_observer !== undefined && (
        <div>{say('connector.observer', 'confirmed by {observer}', { observer: second_observer })}</div>
      )}
      {needs.length > 0 && <div>{say('connector.needs', 'needs: {needs}', { needs: needs.join(', ') })}</div>}
    </>
  );
};

const OneAction = ({ action }: { action: Action }) => {
  const { promises, cannot, milder, d3fend, openc2 } = action;
  return (
    <li>
      <div className="rfx-rows__line">
        <strong>{actionTitle(action.action)}</strong>
        {cannot !== undefined && <ToneText tone="bad">{say('connector.cannot', 'cannot act now')}</ToneText>}
      </div>
      <div className="rfx-small">
        {cannot !== undefined && <Sentence text={cannot} />}
        {promises === undefined ? (
          <div className="rfx-subdued">
            {say('connector.unstated', 'Its configuration does not say what it disrupts and needs: add `promises`.')}
          </div>
        ) : (
          <Promises promises={promises} />
        )}
        {milder.length > 0 && (
          <div>{say('connector.milder', 'milder: {actions}', { actions: milder.map(actionTitle).join(', ') })}</div>
        )}
        {d3fend !== undefined && openc2 !== undefined && (
          <div className="rfx-subdued">
            D3FEND {d3fend}, OpenC2 {openc2.action} {openc2.target}
          </div>
        )}
      </div>
    </li>
  );
};

const Details = ({ name }: { name: string }) => {
  const { api } = useServices();
  const resource = useResource(
    useCallback(() => api.call(listConnectors), [api]),
    ['connector', 'effect'],
  );
  const mayTest = useMay('admin');
  const test = useAction((action: string) => api.call(testConnector, { params: { name }, body: { action } }));
  const start = async (action: string): Promise<void> => {
    if ((await test.run(action)) !== undefined) resource.again();
  };
  return (
    <Loaded resource={resource} what={say('connector.details.what', 'What {name} promises', { name })}>
      {({ connectors }) => {
        const view = connectors.find((each) => each.name === name);
        if (view === undefined) return <p>{say('connector.gone', 'This host does not have it any more.')}</p>;
        const isBusy = test.pending || view.test?.state === 'running';
        return (
          <>
            <div className="rfx-small rfx-subdued">
              {view.seen_at === undefined ? (
                say('connector.never_seen', 'No effect of it was seen at its target yet.')
              ) : (
                <>
                  {say('connector.seen', 'An effect was last seen')} <SinceText at={view.seen_at} />
                </>
              )}
            </div>
            <ul className="rfx-rows">
              {view.actions.map((action) => (
                <OneAction key={action.action} action={action} />
              ))}
            </ul>
            {mayTest &&
              view.actions
                .filter(({ undo }) => undo !== undefined)
                .map(({ action }) => (
                  <EuiButton
                    key={action}
                    size="s"
                    isDisabled={isBusy}
                    onClick={() => void start(action)}
                    aria-label={say('connector.test.label', 'Test {action} of {name}', {
                      action: actionTitle(action),
                      name,
                    })}
                  >
                    {say('connector.test', 'Test {action}', { action: actionTitle(action) })}
                  </EuiButton>
                ))}
            {test.problem !== undefined && (
              <ProblemCallout title={say('connector.test.refused', 'It was not tested')} problem={test.problem} />
            )}
            {view.test !== undefined && <ConnectorTest test={view.test} />}
          </>
        );
      }}
    </Loaded>
  );
};

/** What a connector promises of each action, and its self-test; fetched once somebody wants to see it. */
export const ConnectorDetails = ({ name }: { name: string }) => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <EuiButtonEmpty
        size="xs"
        flush="left"
        aria-expanded={open}
        aria-label={say('connector.details.label', 'What {name} promises, and its self-test', { name })}
        onClick={() => setOpen(!open)}
      >
        {open ? say('connector.details.hide', 'Less') : say('connector.details', 'What it promises, and its self-test')}
      </EuiButtonEmpty>
      {open && <Details name={name} />}
    </>
  );
};
