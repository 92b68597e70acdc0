import type { RepositoryView } from '../../../../common/api/routes';
import type { Tone } from '../../../format/act_status';
import { say } from '../../../i18n';

/** How the repository is, in words. */
export const repositoryState = ({ state }: Pick<RepositoryView, 'state'>): readonly [Tone, string] => {
  switch (state) {
    case 'ready':
      return ['good', say('repository.ready', 'followed')];
    case 'starting':
      return ['busy', say('repository.starting', 'not looked at yet')];
    case 'elsewhere':
      return ['warn', say('repository.elsewhere', 'another agent’s repository counts')];
    case 'rewritten':
      return ['bad', say('repository.rewritten', 'its history was rewritten')];
    case 'trouble':
      return ['bad', say('repository.trouble', 'not usable')];
  }
};
