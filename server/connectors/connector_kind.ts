import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import type { JsonSchema } from '../../common/codec/codecs';
import { err, type Result } from '../../common/result';
import type { Egress } from '../../common/entity/egress';
import type { BlockLists, Connector } from '../runner/ports';
import type { Secrets } from './http/credentials';
import type { ParameterFault } from './http/parameter_fault';
import { lookupBySystem, type Lookup } from './http/resolve_host';
import { withWholeNames } from '../../common/codec/whole_names';

/** One configured connector. `parameters` name secrets by reference only. */
export interface ConnectorConfig {
  /** What policies call it. */
  readonly name: string;
  readonly kind: string;
  readonly parameters: unknown;
}

/** What a connector needs of the machine besides the network. */
export interface ConnectorWorld {
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
  readonly lookup: Lookup;
  /** Where the installation lets connectors go; default everywhere. */
  readonly egress?: Egress;
  /** Where lists that Reflex serves are kept; missing where it serves none. */
  readonly lists?: BlockLists;
}

export const THIS_MACHINE: ConnectorWorld = { utc: () => Date.now(), lookup: lookupBySystem };

/** A kind of enforcement system that connectors can be made for. */
export interface ConnectorKind {
  readonly kind: string;
  readonly title: string;
  /** JSON Schema of `parameters`, as plain data. */
  readonly parameters: JsonSchema;
  /** Makes a connector, or tells everything that is wrong with its parameters. Reaches no network. */
  readonly make: (
    config: ConnectorConfig,
    secrets: Secrets,
    world?: ConnectorWorld,
  ) => Result<Connector, readonly ParameterFault[]>;
}

interface KindDefinition<Parameters> {
  readonly kind: string;
  readonly title: string;
  readonly parameters: JsonSchema;
  /** Gets parameters that fit the schema. */
  readonly build: (
    given: { readonly name: string; readonly parameters: Parameters },
    secrets: Secrets,
    world: ConnectorWorld,
  ) => Result<Connector, readonly ParameterFault[]>;
}

/** Branches of a schema that only say that they were not the right one. */
const NOISE = new Set(['anyOf', 'oneOf', 'if', 'not']);

const faultOf = ({ instancePath, keyword, params, message }: ErrorObject): ParameterFault => {
  const path = instancePath.slice(1).replace(/\//g, '.').replace(/~1/g, '/').replace(/~0/g, '~');
  const within = (key: unknown): string => (path === '' ? String(key) : `${path}.${String(key)}`);
  const detail = params as Record<string, unknown>;
  if (keyword === 'additionalProperties')
    return { path: within(detail.additionalProperty), message: 'is not a known parameter' };
  if (keyword === 'required') return { path: within(detail.missingProperty), message: 'is missing' };
  if (keyword === 'enum')
    return {
      path,
      message: `must be one of ${(detail.allowedValues as unknown[]).map((each) => `\`${String(each)}\``).join(', ')}`,
    };
  // The message names the rule, never the value: it may be a secret that was written in the wrong place.
  return { path, message: message ?? 'is not valid' };
};

/** Turns a definition into a kind whose `make` checks the parameters against their schema first. */
export const defineKind = <Parameters>({
  kind,
  title,
  parameters,
  build,
}: KindDefinition<Parameters>): ConnectorKind => {
  let compiled: ValidateFunction | undefined;
  return {
    kind,
    title,
    parameters,
    make: (config, secrets, world = THIS_MACHINE) => {
      // At the first use: who lists kinds makes none.
      const validate = (compiled ??= new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(parameters));
      const given = withWholeNames(parameters, config.parameters);
      if (!validate(given)) {
        const faults = (validate.errors ?? []).filter((each) => !NOISE.has(each.keyword)).map(faultOf);
        return err(faults);
      }
      return build({ name: config.name, parameters: given as Parameters }, secrets, world);
    },
  };
};
