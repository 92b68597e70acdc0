import React from 'react';
import type { SecretView } from '../../../common/api/routes';
import { ToneText } from '../../components/text/tone_text';
import { Sentence } from '../../components/text/sentence';
import { say } from '../../i18n';

/** Where a secret comes from, in words. */
export const fromWords = (from: SecretView['from']): string => {
  switch (from) {
    case 'file':
      return say('secrets.from.file', 'file of the settings');
    case 'folder':
      return say('secrets.from.folder', 'folder of secrets');
    case 'keystore':
      return say('secrets.from.keystore', 'keystore of Dashboards');
    case 'environment':
      return say('secrets.from.environment', 'environment');
    case 'stored':
      return say('secrets.from.stored', 'stored in OpenSearch, encrypted');
    case 'nowhere':
      return say('secrets.from.nowhere', 'nothing names it');
  }
};

const Word = ({ secret: { state, used_by } }: { secret: SecretView }) => {
  switch (state) {
    case 'there':
      return <ToneText tone="good">{say('secrets.there', 'present')}</ToneText>;
    case 'unreadable':
      return <ToneText tone="bad">{say('secrets.unreadable', 'not readable')}</ToneText>;
    case 'empty':
      return <ToneText tone={used_by.length > 0 ? 'bad' : 'warn'}>{say('secrets.empty', 'empty')}</ToneText>;
    case 'missing':
      return <ToneText tone={used_by.length > 0 ? 'bad' : 'warn'}>{say('secrets.missing', 'missing')}</ToneText>;
  }
};

/** How a secret is; never what it is. */
export const SecretState = ({ secret }: { secret: SecretView }) => (
  <>
    <Word secret={secret} />
    {secret.why !== undefined && (
      <div className="rfx-small">
        <Sentence text={secret.why} />
      </div>
    )}
    {secret.loose !== undefined && (
      <div className="rfx-small">
        <ToneText tone="warn">
          <Sentence text={secret.loose} />
        </ToneText>
      </div>
    )}
  </>
);
