import React, { useState } from 'react';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import { discardQuarantined, requeueQuarantined, type QuarantineEntryView } from '../../../common/api/routes';
import { useTell } from '../../components/layout/announcer';
import { CodeEditor } from '../../components/code/code_editor';
import { CodeView } from '../../components/code/code_view';
import { MomentText } from '../../components/text/moment_text';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { Sentence } from '../../components/text/sentence';
import { Section } from '../../components/layout/section';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { say } from '../../i18n';
import { discardReasons, editable, reasonWord, resolvedWord } from './quarantine_words';

interface EntryPanelProps {
  readonly entry: QuarantineEntryView;
  readonly mayResolve: boolean;
  readonly onResolved: () => void;
}

const Faults = ({ entry: { fields } }: Pick<EntryPanelProps, 'entry'>) => (
  <ul className="rfx-plain-list">
    {fields.map(({ path, message }) => (
      <li key={`${path} ${message}`}>
        {path !== '' && <code>{path}</code>} <Sentence text={message} />
      </li>
    ))}
  </ul>
);

type Step = 'requeue' | 'discard' | undefined;

/** What came, what is wrong with it, and what to do about it. */
export const EntryPanel = ({ entry, mayResolve, onResolved }: EntryPanelProps) => {
  const { api } = useServices();
  const tell = useTell();
  const [text, setText] = useState(() => editable(entry.original ?? ''));
  const [step, setStep] = useState<Step>();
  const params = { entry_id: entry.id };
  const requeue = useAction((reason: string) => api.call(requeueQuarantined, { params, body: { text, reason } }));
  const discard = useAction((reason: string) => api.call(discardQuarantined, { params, body: { reason } }));
  const done = (what: string): void => {
    tell(what);
    setStep(undefined);
    onResolved();
  };
  const resolved = resolvedWord(entry);
  return (
    <Section title={say('quarantine.entry', 'What came: {reason}', { reason: reasonWord(entry.reason) })}>
      <Faults entry={entry} />
      {entry.resolution ? (
        <>
          <p>
            {resolved}, <MomentText at={entry.resolution.at} />: {entry.resolution.reason}
          </p>
          <CodeView code={text} label={say('quarantine.original', 'As it came')} />
        </>
      ) : (
        <>
          {entry.message ? (
            <>
              <CodeView code={text} label={say('quarantine.original', 'As it came')} />
              <p className="rfx-subdued">
                {say(
                  'quarantine.message',
                  'A message of a channel only rings: the alert itself is read from its index. Mend the template of the action in its monitor.',
                )}
              </p>
            </>
          ) : (
            <CodeEditor
              label={say('quarantine.edit_event', 'Event, to mend and hand in again')}
              value={text}
              onChange={setText}
              lines={8}
            />
          )}
          <p className="rfx-row-actions">
            {!entry.message && (
              <EuiButton
                fill
                size="s"
                isDisabled={!mayResolve || text.trim() === ''}
                onClick={() => setStep('requeue')}
              >
                {say('quarantine.requeue', 'Hand in again…')}
              </EuiButton>
            )}
            <EuiButtonEmpty size="s" isDisabled={!mayResolve} onClick={() => setStep('discard')}>
              {say('quarantine.discard', 'Discard…')}
            </EuiButtonEmpty>
          </p>
        </>
      )}
      {step === 'requeue' && (
        <ReasonDialog
          title={say('quarantine.requeue.title', 'Hand in again')}
          confirm={say('quarantine.requeue.confirm', 'Hand in')}
          suggestions={[
            say('quarantine.why.mended', 'mended a field'),
            say('quarantine.why.again', 'the cause is gone'),
          ]}
          pending={requeue.pending}
          problem={requeue.problem}
          onConfirm={(reason) =>
            void requeue.run(reason).then((answer) => answer && done(say('quarantine.requeue.done', 'Handed in again')))
          }
          onClose={() => setStep(undefined)}
        >
          <p>
            {say(
              'quarantine.requeue.about',
              'It is decided like any other event, in your name: what it leads to needs somebody else’s approval.',
            )}
          </p>
        </ReasonDialog>
      )}
      {step === 'discard' && (
        <ReasonDialog
          title={say('quarantine.discard.title', 'Discard')}
          confirm={say('quarantine.discard.confirm', 'Discard')}
          color="danger"
          suggestions={discardReasons()}
          pending={discard.pending}
          problem={discard.problem}
          onConfirm={(reason) =>
            void discard.run(reason).then((answer) => answer && done(say('quarantine.discard.done', 'Discarded')))
          }
          onClose={() => setStep(undefined)}
        >
          <p>
            {say('quarantine.discard.about', 'Nothing will be done about it. It stays on record with your reason.')}
          </p>
        </ReasonDialog>
      )}
    </Section>
  );
};
