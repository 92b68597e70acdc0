import React from 'react';
import { EuiAccordion } from '@elastic/eui';
import { useId } from 'react';
import { leftOut } from '../../../common/flow/event';
import { eventFields } from '../../format/event_fields';
import { fieldVoices, type HeardEvent } from '../../format/field_voices';
import { say } from '../../i18n';
import { CodeView } from '../code/code_view';
import { ToneText } from '../text/tone_text';
import { CameAs, cameAs, NamesNothing } from './as_said';
import { Facts } from './facts';
import { Mends, mendsOf, MendText } from './mended';
import { SourceVoice } from './source_voice';

/** Every field of an event as it came, whether it counts, and the original alert behind it. */
export const EventFields = ({ heard }: { heard: HeardEvent }) => {
  const id = useId();
  const { event } = heard;
  const voices = fieldVoices(heard);
  const fields = eventFields(event);
  const absent = mendsOf(heard).filter(({ path }) => !fields.some((field) => field.path === path));
  return (
    <>
      <Facts
        look="code"
        facts={[
          ...fields.map(({ path, value }) => {
            const voice = voices.get(path);
            return {
              name: path,
              value: (
                <>
                  <code>{value}</code>
                  <CameAs text={cameAs(heard, path)} />
                  <Mends heard={heard} path={path} />
                  {voice && (
                    <span className="rfx-small">
                      {' '}
                      <ToneText tone={voice.tone}>{voice.text}</ToneText>
                    </span>
                  )}
                </>
              ),
            };
          }),
          ...leftOut(heard).map(({ field, text }) => ({ name: field, value: <NamesNothing text={text} /> })),
          ...absent.map((mend) => ({ name: mend.path, value: <MendText mend={mend} /> })),
        ]}
      />
      <SourceVoice heard={heard} />
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
