import type { Target, TargetType } from '../../common/flow/decision';
import { say } from '../i18n';

export const targetTypeWord = (type: TargetType): string => {
  switch (type) {
    case 'ip':
      return say('target.ip', 'address');
    case 'host':
      return say('target.host', 'host');
    case 'user':
      return say('target.user', 'user');
    case 'domain':
      return say('target.domain', 'domain');
    case 'file':
      return say('target.file', 'file');
    case 'process':
      return say('target.process', 'process');
  }
};

/** `203.0.113.7`, or `/tmp/x on web-01`; says so if the event does not tell what to act on. */
export const targetText = ({ value, host }: Target): string => {
  if (value === '') return say('target.not_told', 'a target that the event does not name');
  return host === undefined ? value : say('target.on_host', '{value} on {host}', { value, host });
};
