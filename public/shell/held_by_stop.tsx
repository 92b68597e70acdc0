import React, { useCallback } from 'react';
import { EuiCheckbox } from '@elastic/eui';
import { getHeldByStop } from '../../common/api/routes';
import { useServices } from '../components/data/services';
import { useResource } from '../components/data/use_resource';
import { countText } from '../format/numbers';
import { say } from '../i18n';

interface HeldByStopProps {
  readonly scope: string;
  readonly again: boolean;
  readonly onChange: (again: boolean) => void;
}

/** What waits only because of the order, and whether that is decided again along with the resume. */
export const HeldByStop = ({ scope, again, onChange }: HeldByStopProps) => {
  const { api } = useServices();
  const { value, problem } = useResource(
    useCallback(() => api.call(getHeldByStop, { query: { scope } }), [api, scope]),
    ['case'],
  );
  if (value === undefined)
    return (
      <p className="rfx-subdued">
        {problem
          ? say('resume.held.unknown', 'Not known how many acts only this order held: {why}', { why: problem.message })
          : say('resume.held.counting', 'Counting the acts that only this order held…')}
      </p>
    );
  if (value.acts === 0 && value.at_least === undefined)
    return <p>{say('resume.held.none', 'No act waits only because of this order.')}</p>;
  return (
    <>
      <EuiCheckbox
        id="decide-again"
        checked={again}
        onChange={(event) => onChange(event.target.checked)}
        label={
          value.at_least === true
            ? say('resume.held.at_least', 'Decide the {count} or more acts that only this order held again now', {
                count: countText(value.acts),
              })
            : say(
                'resume.held',
                '{acts, plural, one {Decide the # act that only this order held again now} other {Decide the # acts that only this order held again now}}',
                { acts: value.acts },
              )
        }
      />
      <p className="rfx-small rfx-subdued">
        {say(
          'resume.held.about',
          'By the policies in force and all brakes; it approves nothing. What they leave to a person goes on waiting, such as events that are too old by now.',
        )}
      </p>
    </>
  );
};
