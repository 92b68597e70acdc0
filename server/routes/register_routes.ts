import { absenceRoutes } from './absences';
import { actRoutes } from './acts';
import { askRoutes } from './ask';
import { authzenRoutes } from './authzen';
import { auditRoutes } from './audit';
import { backtestRoutes } from './backtest';
import { brakeRoutes } from './brakes';
import { brakesViewRoutes } from './brakes_view';
import { comparisonRoutes } from './comparison';
import { connectorRoutes } from './connectors';
import { containmentRoutes } from './containments';
import { decisionRoutes } from './decisions';
import { demoRoutes } from './demo';
import { escalationRoutes } from './escalations';
import { evaluateRoutes } from './evaluate';
import { grantRoutes } from './grants';
import { switchRoutes } from './source_switch';
import { guardRoutes } from './guards';
import { intakeRoutes } from './intake';
import { inventoryRoutes } from './inventory';
import { listRoutes } from './lists';
import { liveRoute } from './live';
import { metricsRoute } from './metrics';
import { openApiRoute } from './openapi';
import { orderRoutes } from './orders';
import { handOverRoutes } from './hand_overs';
import { outcomeRoutes } from './outcomes';
import { overviewRoutes } from './overview';
import { policyRoutes } from './policies';
import { policyRepositoryRoutes } from './policy_repository';
import { quarantineRoutes } from './quarantine';
import { releaseRoutes } from './releases';
import { rhythmRoutes } from './rhythm';
import type { RouteParts } from './route_parts';
import { secretRoutes } from './secrets';
import { setupRoutes } from './setup';
import { sharedSignalRoutes } from './shared_signals';
import { sourceHealthRoutes } from './source_health';
import { sourceReadingRoutes } from './source_reading';
import { sourceRoutes } from './sources';
import { tokenRoutes } from './tokens';
import { webhookRoutes } from './webhooks';

/** Each takes of the parts what its file names. */
const BY_CONTRACT: ReadonlyArray<(parts: RouteParts) => void> = [
  intakeRoutes,
  webhookRoutes,
  listRoutes,
  evaluateRoutes,
  authzenRoutes,
  overviewRoutes,
  decisionRoutes,
  escalationRoutes,
  containmentRoutes,
  orderRoutes,
  policyRoutes,
  guardRoutes,
  policyRepositoryRoutes,
  releaseRoutes,
  backtestRoutes,
  comparisonRoutes,
  rhythmRoutes,
  brakeRoutes,
  brakesViewRoutes,
  inventoryRoutes,
  quarantineRoutes,
  sourceHealthRoutes,
  sourceRoutes,
  sourceReadingRoutes,
  grantRoutes,
  switchRoutes,
  outcomeRoutes,
  handOverRoutes,
  demoRoutes,
  tokenRoutes,
  connectorRoutes,
  sharedSignalRoutes,
  secretRoutes,
  setupRoutes,
  askRoutes,
  actRoutes,
  absenceRoutes,
  auditRoutes,
];

/** The routes that have a contract in `common/api/routes`. */
export const registerContracts = (parts: RouteParts): void => {
  for (const register of BY_CONTRACT) register(parts);
};

/**
 * Everything that is served under `/api/reflex`.
 *
 * @returns ends the streams of all pages
 */
export const registerRoutes = (parts: RouteParts, version: string): (() => void) => {
  registerContracts(parts);
  metricsRoute(parts);
  openApiRoute(parts, version);
  return liveRoute(parts);
};
