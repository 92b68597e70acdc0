import { endDemo } from '../../common/api/routes';
import { err, ok } from '../../common/result';
import { refusal } from '../runner/record/refusal';
import { serve } from './bind';
import type { RouteParts } from './route_parts';

/** One button ends the demo and clears it. */
export const demoRoutes = (parts: RouteParts): void => {
  serve(parts, endDemo, async () => {
    if (!parts.endDemo) return err(refusal('not_here', 'no demo runs here'));
    return ok({ cleared: await parts.endDemo() });
  });
};
