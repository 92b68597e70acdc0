import React from 'react';
import { EuiCallOut } from '@elastic/eui';
import type { ConnectorPresetView } from '../../../../common/api/routes';
import { actionTitle } from '../../../format/words';
import { Sentence } from '../../../components/text/sentence';
import { say } from '../../../i18n';

type Action = ConnectorPresetView['actions'][number];

const ActionNote = ({ action: { action, does, undo, states } }: { action: Action }) => (
  <li>
    <strong>{actionTitle(action)}</strong>: {does};{' '}
    {undo === undefined
      ? say('preset.no_undo', 'nothing takes it back')
      : say('preset.undo', 'taken back: {undo}', { undo })}
    {states.length > 0 && (
      <ul>
        {states.map(({ state, means }) => (
          <li key={state}>
            <code>{state}</code>: {means}
          </li>
        ))}
      </ul>
    )}
  </li>
);

const Listed = ({ title, lines }: { title: string; lines: readonly string[] }) => (
  <>
    <p>
      <strong>{title}</strong>
    </p>
    <ul>
      {lines.map((line) => (
        <li key={line}>
          <Sentence text={line} />
        </li>
      ))}
    </ul>
  </>
);

/** What a preset was made from, how far it was tried, and what it cannot do: before anybody relies on it. */
export const PresetNote = ({ preset }: { preset: ConnectorPresetView }) => {
  const { product, version, mark, looked_at: date, sources, actions, needs, limits } = preset;
  return (
    <EuiCallOut size="s" color="warning" title={`${product}: ${mark}`} className="rfx-form-end">
      <p>
        {say('preset.from', 'Written from {version}, as published when it was looked up on {date}:', { version, date })}
      </p>
      <ul>
        {sources.map((source) => (
          <li key={source}>
            <span className="rfx-value">{source}</span>
          </li>
        ))}
      </ul>
      <ul>
        {actions.map((each) => (
          <ActionNote key={each.action} action={each} />
        ))}
      </ul>
      <Listed title={say('preset.needs', 'What our account needs there')} lines={needs} />
      <Listed title={say('preset.limits', 'What it cannot know or do')} lines={limits} />
      <p>{say('preset.change', 'The form holds examples: put your own values in their place.')}</p>
    </EuiCallOut>
  );
};
