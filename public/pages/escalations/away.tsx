import React, { useCallback, useState } from 'react';
import { EuiButton, EuiButtonEmpty, EuiFieldText, EuiFormRow } from '@elastic/eui';
import { endAbsence, listAbsences, setAbsence, type AbsenceView } from '../../../common/api/routes';
import { ReasonDialog } from '../../components/dialogs/reason_dialog';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { useMay, useStatusPart } from '../../components/data/use_live';
import { useResource } from '../../components/data/use_resource';
import { focusPage } from '../../components/layout/focus_page';
import { ProblemCallout } from '../../components/layout/problem_callout';
import { MomentText } from '../../components/text/moment_text';
import { say } from '../../i18n';

interface DialogProps {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** What a field for date and time holds, in UTC; undefined while it is none. */
const instantOf = (text: string): string | undefined => {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
};

const MomentField = (props: { label: string; name: string; value: string; onChange: (value: string) => void }) => (
  <EuiFormRow label={props.label}>
    <EuiFieldText
      compressed
      // The field of the browser: it knows the calendar and the time zone of the person.
      type="datetime-local"
      name={props.name}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  </EuiFormRow>
);

const GoAway = ({ onDone, onClose }: DialogProps) => {
  const { api } = useServices();
  const [standIn, setStandIn] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const begins = instantOf(from);
  const ends = instantOf(until);
  const go = useAction((reason: string) =>
    api.call(setAbsence, {
      body: {
        stand_in: standIn.trim(),
        until: ends ?? '',
        reason,
        ...(begins === undefined ? {} : { from: begins }),
      },
    }),
  );
  const blocked =
    standIn.trim() === ''
      ? say('absence.no_stand_in', 'say who stands in')
      : ends === undefined
        ? say('absence.no_until', 'say until when')
        : undefined;
  const confirm = async (reason: string): Promise<void> => {
    if ((await go.run(reason)) !== undefined) onDone();
  };
  return (
    <ReasonDialog
      title={say('absence.title', 'You are away')}
      confirm={say('absence.confirm', 'Let them stand in')}
      suggestions={[say('absence.suggest.leave', 'on leave'), say('absence.suggest.shift', 'off shift')]}
      blocked={blocked}
      blockedAt={standIn.trim() === '' ? '[name=stand_in]' : '[name=until]'}
      pending={go.pending}
      problem={go.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'absence.about',
          'Where a policy names you, whoever stands in approves for you, for 30 days at the most. They need the right to approve themselves, and never approve what you or they asked for. Together you count as one person.',
        )}
      </p>
      <EuiFormRow
        label={say('absence.stand_in', 'Who stands in')}
        helpText={say('absence.stand_in.help', 'the name with which they log in, letter by letter')}
      >
        <EuiFieldText compressed name="stand_in" value={standIn} onChange={(event) => setStandIn(event.target.value)} />
      </EuiFormRow>
      <MomentField label={say('absence.from', 'From (empty: now)')} name="from" value={from} onChange={setFrom} />
      <MomentField label={say('absence.until', 'Until')} name="until" value={until} onChange={setUntil} />
    </ReasonDialog>
  );
};

const EndAway = ({ absence, onDone, onClose }: DialogProps & { readonly absence: AbsenceView }) => {
  const { api } = useServices();
  const { id, who, stand_in } = absence;
  const end = useAction((reason: string) => api.call(endAbsence, { params: { absence_id: id }, body: { reason } }));
  const confirm = async (reason: string): Promise<void> => {
    if ((await end.run(reason)) !== undefined) onDone();
  };
  return (
    <ReasonDialog
      title={say('absence.end.title', 'End the absence of {who}?', { who })}
      confirm={say('absence.end.confirm', 'End it')}
      suggestions={[say('absence.end.suggest', 'back again')]}
      pending={end.pending}
      problem={end.problem}
      onConfirm={(reason) => void confirm(reason)}
      onClose={onClose}
    >
      <p>
        {say(
          'absence.end.about',
          '{stand_in} approves nothing for {who} any more. What they approved and what waits for others does not count.',
          { stand_in, who },
        )}
      </p>
    </ReasonDialog>
  );
};

const AbsenceLine = ({ absence, onDone }: { readonly absence: AbsenceView; readonly onDone: () => void }) => {
  const caller = useStatusPart('caller');
  const mayStop = useMay('respond');
  const [open, setOpen] = useState(false);
  const { who, stand_in, from, until, also } = absence;
  return (
    <li>
      <strong>{who}</strong> {say('absence.line', 'is away, {stand_in} stands in:', { stand_in })}{' '}
      <MomentText at={from} /> – <MomentText at={until} />
      {also && <> {say('absence.also', '{stand_in} is away too: {also}', { stand_in, also: also.join(', ') })}</>}{' '}
      {(mayStop || caller?.name === who) && (
        <EuiButtonEmpty size="xs" onClick={() => setOpen(true)}>
          {say('absence.end', 'End…')}
        </EuiButtonEmpty>
      )}
      {open && (
        <EndAway
          absence={absence}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            onDone();
          }}
        />
      )}
    </li>
  );
};

/** Approvers who are away, and who stands in; whoever may approve says here that they are. */
export const Away = () => {
  const { api } = useServices();
  const mayApprove = useMay('approve');
  const isAlone = useStatusPart('caller')?.single_user === true;
  const [open, setOpen] = useState(false);
  const { value, problem, again } = useResource(
    useCallback(() => api.call(listAbsences), [api]),
    ['absences'],
  );
  const absences = value?.absences ?? [];
  const done = (): void => {
    setOpen(false);
    again();
    focusPage();
  };
  return (
    <div className="rfx-small" role="group" aria-label={say('absence.group', 'Who is away')}>
      {problem && <ProblemCallout title={say('absence.unknown', 'Not known who is away')} problem={problem} />}
      {absences.length > 0 && (
        <ul className="rfx-rows">
          {absences.map((absence) => (
            <AbsenceLine key={absence.id} absence={absence} onDone={done} />
          ))}
        </ul>
      )}
      {mayApprove && !isAlone && (
        <EuiButton size="s" onClick={() => setOpen(true)}>
          {say('absence.button', 'I am away…')}
        </EuiButton>
      )}
      {open && <GoAway onDone={done} onClose={() => setOpen(false)} />}
    </div>
  );
};
