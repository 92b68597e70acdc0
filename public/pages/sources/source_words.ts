import type { SourceState, SourceView } from '../../../common/api/routes';
import type { Tone } from '../../format/act_status';
import { say } from '../../i18n';

export const kindWord = ({ kind, level }: Pick<SourceView, 'kind' | 'level'>): string => {
  switch (kind) {
    case 'monitor':
      return levelWord(level);
    case 'workflow':
      return say('source.kind.workflow', 'composite monitor');
    case 'detector':
      return say('source.kind.detector', 'detector');
    case 'threat_intel':
      return say('source.kind.threat_intel', 'threat intelligence monitor');
    case 'correlation':
      return say('source.kind.correlation', 'correlation rule');
  }
};

const levelWord = (level: SourceView['level']): string => {
  switch (level) {
    case 'query':
      return say('source.level.query', 'monitor, per query');
    case 'bucket':
      return say('source.level.bucket', 'monitor, per bucket');
    case 'document':
      return say('source.level.document', 'monitor, per document');
    case 'workflow':
    case 'other':
      return say('source.level.other', 'monitor');
  }
};

export const stateWord = (state: SourceState): readonly [Tone, string] => {
  switch (state) {
    case 'subscribed':
      return ['good', say('source.state.subscribed', 'subscribed')];
    case 'not_subscribed':
      return ['calm', say('source.state.not_subscribed', 'not subscribed')];
    case 'altered':
      return ['warn', say('source.state.altered', 'altered by somebody')];
    case 'gone':
      return ['warn', say('source.state.gone', 'not there any more')];
    case 'unseen':
      return ['warn', say('source.state.unseen', 'subscribed, out of sight')];
    case 'closed':
      return ['calm', say('source.state.closed', 'read from its index')];
  }
};

/** True where undoing has something to do. */
export const mayUndo = ({ state }: SourceView): boolean =>
  state === 'subscribed' || state === 'altered' || state === 'gone';
export const maySubscribe = ({ state }: SourceView): boolean => state === 'not_subscribed' || state === 'altered';
