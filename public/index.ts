import { ReflexPlugin } from './plugin';

export { renderApplication } from './application';

/** For loaders of earlier versions that browsers keep: they take the whole plugin from this module. */
export const plugin = (): ReflexPlugin => new ReflexPlugin();
