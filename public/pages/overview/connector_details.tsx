import React, { useCallback, useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { listConnectors, testConnector } from '../../../common/api/routes';
import { ConnectorAction } from '../../components/facts/connector_action';
import { ConnectorTest } from '../../components/facts/connector_test';
import { useAction } from '../../components/data/use_action';
import { useServices } from '../../components/data/services';
import { useMay } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { Loaded } from '../../components/layout/loaded';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { SinceText } from '../../components/text/moment_text';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';

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
                <ConnectorAction key={action.action} action={action} />
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
