import React, { useCallback, useState } from 'react';
import { EuiButton } from '@elastic/eui';
import { getUndoSuspensions, resumeUndo, type OverdueUndo } from '../../../common/api/routes';
import type { UndoSuspensionView } from '../../../common/api/views';
import { useServices } from '../data/services';
import { useAction } from '../data/use_action';
import { useMay, useStatusPart } from '../data/use_live';
import { useResource } from '../data/use_resource';
import { ReasonDialog } from './reason_dialog';
import { focusPage } from '../layout/focus_page';
import { ProblemCallout } from '../layout/problem_callout';
import { Section } from '../layout/section';
import { SmallTable } from '../layout/small_table';
import { MomentText } from '../text/moment_text';
import { actionTitle, scopeWord } from '../../format/words';
import { say } from '../../i18n';

const ResumeUndo = ({ scope, onClose }: { readonly scope: string; readonly onClose: () => void }) => {
  const { api, live } = useServices();
  const what = scopeWord(scope);
  const resume = useAction((reason: string) => api.call(resumeUndo, { body: { scope, reason } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await resume.run(reason)) === undefined) return;
    await live.refresh();
    onClose();
    focusPage();
  };
  return (
    <ReasonDialog
      title={say('undo.resume.title', 'Undo by itself again: {what}?', { what })}
      confirm={say('undo.resume.confirm', 'Undo again')}
      suggestions={[say('undo.resume.suggest', 'the incident is over')]}
      pending={resume.pending}
      problem={resume.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>{say('undo.resume.about', 'What is past its end is undone within seconds.')}</p>
    </ReasonDialog>
  );
};

const Suspension = ({ suspension }: { suspension: UndoSuspensionView }) => {
  const { scope, who, why, until } = suspension;
  const may = useMay('respond');
  const [open, setOpen] = useState(false);
  return (
    <p>
      <strong>{scopeWord(scope)}</strong> {say('undo.suspended.why', '“{why}”, {who}', { why, who })}{' '}
      {until !== undefined && (
        <>
          {say('undo.suspended.until', 'until')} <MomentText at={until} />
        </>
      )}{' '}
      {may && (
        <EuiButton size="s" onClick={() => setOpen(true)}>
          {say('undo.resume.button', 'Undo again…')}
        </EuiButton>
      )}
      {open && <ResumeUndo scope={scope} onClose={() => setOpen(false)} />}
    </p>
  );
};

const Overdue = ({ overdue, isAll }: { readonly overdue: readonly OverdueUndo[]; readonly isAll: boolean }) => {
  if (overdue.length === 0) return <p>{say('undo.overdue.none', 'Nothing is past its end yet.')}</p>;
  return (
    <>
      <SmallTable
        caption={say('undo.overdue', 'Past their end')}
        columns={[
          { name: say('undo.overdue.what', 'Action') },
          { name: say('undo.overdue.target', 'Target') },
          { name: say('undo.overdue.connector', 'Connector') },
          { name: say('undo.overdue.due', 'Was to end') },
        ]}
        rows={overdue.map(({ effect_id, action, target, connector, due }) => ({
          key: effect_id,
          cells: [actionTitle(action), target, connector, <MomentText key="due" at={due} />],
        }))}
      />
      {!isAll && <p className="rfx-subdued">{say('undo.overdue.more', 'There may be more.')}</p>}
    </>
  );
};

/** Where undoing by itself is suspended, and what is past its end because of that; nothing where it is not. */
export const UndoSuspended = () => {
  const { api } = useServices();
  const suspensions = useStatusPart('undo_suspended') ?? [];
  const key = suspensions.map(({ scope, at }) => `${scope} ${at}`).join('\n');
  const { value, problem } = useResource(
    // eslint-disable-next-line react-hooks/exhaustive-deps -- another suspension has another list
    useCallback(() => api.call(getUndoSuspensions), [api, key]),
    ['effect', 'gate'],
  );
  if (suspensions.length === 0) return null;
  return (
    <Section title={say('undo.suspended', 'Undoing is suspended')}>
      <p>
        {say(
          'undo.suspended.about',
          'Nothing of this is undone by itself. You can lift each containment under Containments. A target that ends effects by itself still does.',
        )}
      </p>
      {suspensions.map((each) => (
        <Suspension key={`${each.scope} ${each.at}`} suspension={each} />
      ))}
      {problem && (
        <ProblemCallout title={say('undo.overdue.unknown', 'Not known what is past its end')} problem={problem} />
      )}
      {value && <Overdue overdue={value.overdue} isAll={value.at_least === undefined} />}
    </Section>
  );
};
