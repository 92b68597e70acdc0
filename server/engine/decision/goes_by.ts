import { VOICE_FIELDS, type VoiceField } from '../../../common/flow/voice';
import type { CompiledAction } from '../policy/compiled';
import { isReadBy } from './claimed';

/** Fields of authority that a policy looks at: where a source only claims one of them, the policy may ask a person. */
export const goesBy = ({ when, severities }: Pick<CompiledAction, 'when' | 'severities'>): readonly VoiceField[] =>
  VOICE_FIELDS.filter((field) => isReadBy(field, when) || (field === 'severity' && severities !== undefined));
