import { useCallback, useEffect, useMemo, useState } from 'react';
import { listContainments } from '../../../common/api/routes';
import type { ContainmentView } from '../../../common/api/views';
import { ok } from '../../../common/result';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { say } from '../../i18n';
import type { EffectIds } from './filter_containments';

/** What is in effect on the thing that a text names, however it is spelt. */
export interface SameThing {
  readonly state: 'none' | 'asking' | 'told' | 'failed';
  readonly ids: EffectIds;
  readonly rows: readonly ContainmentView[];
  readonly alsoAs: readonly string[];
  /** Why it could not be asked. */
  readonly why: string;
}

const NOTHING: SameThing = { state: 'none', ids: new Set(), rows: [], alsoAs: [], why: '' };
const TYPING_MS = 400;
/** No name that is longer is looked for. */
const MOST_CHARACTERS = 512;

/** The text once the typing has paused. */
const usePaused = (text: string): string => {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setPaused(text), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return paused;
};

/**
 * Asks the host which containments are about the thing that a text names. Only the host has the inventory, which says
 * that a name and an address are one host.
 */
export const useSameThing = (typed: string): SameThing => {
  const { api } = useServices();
  const text = typed.trim().slice(0, MOST_CHARACTERS);
  const asked = usePaused(text);
  const load = useCallback(async () => {
    if (asked === '') return ok(undefined);
    const answer = await api.call(listContainments, { query: { target: asked } });
    return answer.ok ? ok({ asked, ...answer.value }) : answer;
  }, [api, asked]);
  const { value, problem } = useResource(load, ['effect']);
  return useMemo(() => {
    if (text === '') return NOTHING;
    if (value?.asked !== text)
      return problem && asked === text
        ? { ...NOTHING, state: 'failed', why: problem.message }
        : { ...NOTHING, state: 'asking' };
    const { containments: rows, here_only: here, also_as: alsoAs = [] } = value;
    const ids = new Set([...rows, ...(here?.containments ?? [])].map(({ effect_id }) => effect_id));
    // What others contain is not known then, so that nothing found does not mean that there is nothing.
    const isWhole = here === undefined || here.state === 'asked';
    const why = isWhole ? '' : say('same_thing.away', 'the state does not answer');
    return { state: isWhole ? 'told' : 'failed', ids, rows, alsoAs, why };
  }, [text, asked, value, problem]);
};
