import React from 'react';
import { Route, Switch } from 'react-router-dom';
import { ConnectorPage } from './connector_page';
import { ConnectorsPage } from './connectors_page';
import { NewConnectorPage } from './form/new_connector_page';

/** The pages of connectors. */
export const ConnectorsRoutes = () => (
  <Switch>
    <Route exact path="/connectors" component={ConnectorsPage} />
    <Route exact path="/connectors/new" component={NewConnectorPage} />
    <Route exact path="/connectors/:name" component={ConnectorPage} />
  </Switch>
);
