import React from 'react';
import { Redirect, Route, Switch, useLocation } from 'react-router-dom';
import { ErrorBoundary } from '../components/layout/error_boundary';
import { useLive } from '../components/data/use_live';
import { say } from '../i18n';
import { AskPage } from './ask/ask_page';
import { EntityPage } from './ask/entity_page';
import { BrakesPage } from '../pages/brakes/brakes_page';
import { ConnectorsRoutes } from '../pages/connectors/connectors_routes';
import { ContainmentsPage } from '../pages/containments/containments_page';
import { BesidePage } from '../pages/containments/beside_page';
import { HistoryPage } from '../pages/containments/history_page';
import { DecisionPage } from '../pages/decisions/decision_page';
import { DecisionsPage } from '../pages/decisions/decisions_page';
import { EscalationsPage } from '../pages/escalations/escalations_page';
import { OverviewPage } from '../pages/overview/overview_page';
import { QuarantinePage } from '../pages/quarantine/quarantine_page';
import { PoliciesRoutes } from '../pages/policies/policies_routes';
import { SecretsPage } from '../pages/secrets/secrets_page';
import { TokensPage } from '../pages/tokens/tokens_page';
import { SetupPage } from '../pages/setup/setup_page';
import { SourcesRoutes } from '../pages/sources/sources_routes';
import { Banners } from './banners';
import { HeaderBar } from './header_bar';
import { LoadingSteps } from './loading_steps';

const Pages = () => (
  <Switch>
    <Route exact path="/overview" component={OverviewPage} />
    <Route path="/escalations/:caseId?/:actId?" component={EscalationsPage} />
    <Route exact path="/containments" component={ContainmentsPage} />
    <Route exact path="/containments/beside" component={BesidePage} />
    <Route exact path="/containments/history" component={HistoryPage} />
    <Route exact path="/brakes" component={BrakesPage} />
    <Route path="/connectors" component={ConnectorsRoutes} />
    <Route exact path="/decisions" component={DecisionsPage} />
    <Route exact path="/decisions/:decisionId" component={DecisionPage} />
    <Route exact path="/ask" component={AskPage} />
    <Route exact path="/entity" component={EntityPage} />
    <Route path="/policies" component={PoliciesRoutes} />
    <Route exact path="/quarantine" component={QuarantinePage} />
    <Route exact path="/secrets" component={SecretsPage} />
    <Route exact path="/setup" component={SetupPage} />
    <Route path="/sources" component={SourcesRoutes} />
    <Route exact path="/tokens" component={TokensPage} />
    <Redirect to="/overview" />
  </Switch>
);

/** Header and banners on every page; the page itself once the host is ready. */
export const ApplicationLayout = () => {
  const { pathname } = useLocation();
  const loading = useLive(({ status }) => status?.loading ?? false);
  return (
    <div className="rfx">
      <a className="rfx-skip" href="#rfx-main" onClick={(event) => skipToMain(event)}>
        {say('app.skip', 'Skip to the page')}
      </a>
      <HeaderBar />
      <Banners />
      <main id="rfx-main" tabIndex={-1} className="rfx-main">
        <ErrorBoundary place={pathname}>{loading ? <LoadingSteps /> : <Pages />}</ErrorBoundary>
      </main>
    </div>
  );
};

/** The hash of the address is the page's route, so the link must not change it. */
const skipToMain = (event: React.MouseEvent): void => {
  event.preventDefault();
  document.getElementById('rfx-main')?.focus();
};
