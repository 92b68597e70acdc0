import { err, ok, type Result } from '../../../../common/result';
import type { SourceDocument, SourceName } from '../../ports';
import { refusal, type Refusal } from '../../record/refusal';
import type { SourceDesk } from './desk';

export const notSeen = ({ kind, id }: SourceName, why: string): string =>
  `the ${kind} \`${id}\` cannot be seen: ${why}`;

/** A source as it is now, or why it cannot be had. */
export const mustExist = async (
  { api }: Pick<SourceDesk, 'api'>,
  source: SourceName,
): Promise<Result<SourceDocument, Refusal>> => {
  const looked = await api.get(source);
  switch (looked.kind) {
    case 'found':
      return ok(looked.source);
    case 'missing':
      return err(refusal('not_found', `there is no ${source.kind} \`${source.id}\``));
    case 'refused':
      return err(refusal('invalid', notSeen(source, looked.message)));
  }
};
