import type { AskedKind } from '../../common/api/asked';
import type { AssetFacts } from '../../common/flow/decision';
import { say } from '../i18n';

export const kindWord = (kind: AskedKind): string => {
  switch (kind) {
    case 'ip':
      return say('asked.ip', 'address');
    case 'network':
      return say('asked.network', 'network');
    case 'host':
      return say('asked.host', 'host');
    case 'user':
      return say('asked.user', 'user');
    case 'domain':
      return say('asked.domain', 'domain');
    case 'process':
      return say('asked.process', 'process');
    case 'file':
      return say('asked.file', 'file');
    case 'hash':
      return say('asked.hash', 'hash');
    case 'rule':
      return say('asked.rule', 'rule');
    case 'policy':
      return say('asked.policy', 'policy');
    case 'alert':
      return say('asked.alert', 'alert');
    case 'case':
      return say('asked.case', 'case');
    case 'decision':
      return say('asked.decision', 'decision');
  }
};

/** What an entry of the inventory is. */
export const assetKindWord = (type: AssetFacts['type']): string => {
  switch (type) {
    case 'subnet':
      return say('asset.subnet', 'subnet');
    case 'group':
      return say('asset.group', 'group');
    case 'ip':
    case 'host':
    case 'user':
    case 'domain':
    case 'file':
    case 'process':
      return kindWord(type);
  }
};
