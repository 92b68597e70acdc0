/** What is wrong with one parameter of a connector's configuration. Never holds a value that may be a secret. */
export interface ParameterFault {
  /** Such as `actions.block_ip.execute.path`. */
  readonly path: string;
  readonly message: string;
}
