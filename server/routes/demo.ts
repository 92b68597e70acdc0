import { endDemo } from '../../common/api/routes';
import { err, ok } from '../../common/result';
import { refusal } from '../runner/record/refusal';
import { serve, type Binding } from './bind';
import type { RouteParts } from './route_parts';

/** One button ends the demo and clears it. */
export const demoRoutes = (parts: Binding & Pick<RouteParts, 'endDemo'>): void => {
  serve(parts, endDemo, async () => {
    const cleared = await parts.endDemo();
    return cleared === undefined ? err(refusal('not_here', 'no demo runs here')) : ok({ cleared });
  });
};
