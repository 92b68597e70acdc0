import React, { type ReactNode } from 'react';
import type { ConnectorView } from '../../../common/api/routes';
import { offlineWords } from '../../format/connector_words';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import { Sentence } from '../text/sentence';
import { ToneText } from '../text/tone_text';

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

interface ConnectorActionProps {
  readonly action: Action;
  /** How its effect ends. */
  readonly ends?: string;
  /** What can be ordered of it. */
  readonly orders?: ReactNode;
}

/** One action of a connector: what it takes away, needs and does with who is off. */
export const ConnectorAction = ({ action, ends, orders }: ConnectorActionProps) => {
  const { promises, cannot, milder, d3fend, openc2 } = action;
  return (
    <li>
      <div className="rfx-rows__line">
        <strong>{actionTitle(action.action)}</strong>
        {cannot !== undefined && <ToneText tone="bad">{say('connector.cannot', 'cannot act now')}</ToneText>}
        {orders}
      </div>
      <div className="rfx-small">
        {cannot !== undefined && <Sentence text={cannot} />}
        {ends !== undefined && <div>{ends}</div>}
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
