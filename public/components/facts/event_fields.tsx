import React from 'react';
import { EuiAccordion } from '@elastic/eui';
import { useId } from 'react';
import type { DetectionEvent } from '../../../common/flow/event';
import { eventFields } from '../../format/event_fields';
import { say } from '../../i18n';
import { CodeView } from '../code/code_view';
import { Facts } from './facts';

/** Every field of an event as it came, and the original alert behind it. */
export const EventFields = ({ event }: { event: DetectionEvent }) => {
  const id = useId();
  return (
    <>
      <Facts
        look="code"
        facts={eventFields(event).map(({ path, value }) => ({ name: path, value: <code>{value}</code> }))}
      />
      {event.raw !== undefined && (
        <EuiAccordion
          id={id}
          paddingSize="s"
          buttonContent={say('event.raw', 'Original alert (evidence, never evaluated)')}
        >
          <CodeView
            code={JSON.stringify(event.raw, null, 2)}
            label={say('event.raw', 'Original alert (evidence, never evaluated)')}
          />
        </EuiAccordion>
      )}
    </>
  );
};
