import React from 'react';
import { Route, Switch } from 'react-router-dom';
import { ConnectorPage } from './connector_page';
import { ConnectorsPage } from './connectors_page';

/** The pages of connectors. */
export const ConnectorsRoutes = () => (
  <Switch>
    <Route exact path="/connectors" component={ConnectorsPage} />
    <Route exact path="/connectors/:name" component={ConnectorPage} />
  </Switch>
);
