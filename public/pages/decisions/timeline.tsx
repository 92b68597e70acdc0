import React from 'react';
import type { ActionRecord } from '../../../common/flow/outcome';
import { MomentText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { commandStateWords, toldWords } from '../../format/command_state';
import { durationText } from '../../format/duration';
import { say } from '../../i18n';

/** In one of these the effect of a command is at its target. */
const IN_EFFECT: ReadonlySet<ActionRecord['state']> = new Set([
  'succeeded',
  'verified_present',
  'reason_added',
] as const);

/** What is sent for a command whose effect is in place tells the target how long to keep it. */
const isTold = ({ state, n }: ActionRecord, records: readonly ActionRecord[]): boolean =>
  state === 'sent' && records.some((each) => each.n < n && IN_EFFECT.has(each.state));

const Entry = ({ record, told }: { readonly record: ActionRecord; readonly told: boolean }) => {
  const { state, at, text, error, by, attempt, duration_ms, command } = record;
  const { word, tone } = told ? toldWords(command) : commandStateWords(state);
  return (
    <li className="rfx-timeline__entry">
      <span className="rfx-tabular rfx-timeline__time">
        <MomentText at={at} />
      </span>
      <div>
        <ToneText tone={tone}>{word}</ToneText>
        <span className="rfx-small rfx-subdued">
          {attempt !== undefined && attempt > 1 && ` ${say('timeline.attempt', 'attempt {attempt}', { attempt })}`}
          {duration_ms !== undefined &&
            ` ${say('timeline.took', 'took {length}', { length: durationText(duration_ms) })}`}
          {by !== undefined && ` ${say('timeline.by', 'by {by}', { by })}`}
        </span>
        {text && (
          <div className="rfx-small">
            <Sentence text={text} />
          </div>
        )}
        {error && (
          <div className="rfx-small rfx-tone--bad">
            <Sentence text={error.message} />{' '}
            <span className="rfx-subdued">({[error.code, error.status].filter(Boolean).join(' ')})</span>
          </div>
        )}
      </div>
    </li>
  );
};

/** What was done for one act, command by command: each claim of a case has a command of its own. */
export const Timeline = ({ actions }: { actions: readonly ActionRecord[] }) => {
  const commands = [...new Set(actions.map(({ command }) => command.command_id))];
  if (commands.length === 0) {
    return (
      <p className="rfx-subdued rfx-small">{say('timeline.none', 'No command was given to a connector for it.')}</p>
    );
  }
  return (
    <>
      {commands.map((id) => {
        const records = actions.filter(({ command }) => command.command_id === id);
        const connector = records[0]?.command.connector ?? '?';
        return (
          <div key={id} className="rfx-timeline">
            <h3 className="rfx-timeline__title">
              {say('timeline.title', 'Command to {connector}', { connector })}{' '}
              <code className="rfx-small rfx-subdued">{id}</code>
            </h3>
            <ol>
              {records.map((record) => (
                <Entry key={record.n} record={record} told={isTold(record, records)} />
              ))}
            </ol>
          </div>
        );
      })}
    </>
  );
};
