/**
 * The functions that a guard may use: those that Open Policy Agent compiles into the module itself. None reaches the
 * network, asks for the time or for chance, prints, or needs anything of whoever runs it.
 */
export const GUARD_BUILTINS: ReadonlySet<string> = new Set([
  'abs', 'all', 'and', 'any', 'array.concat', 'array.reverse', 'array.slice', 'assign',
  'base64.decode', 'base64.encode', 'base64.is_valid', 'base64url.decode', 'base64url.encode',
  'bits.and', 'bits.lsh', 'bits.negate', 'bits.or', 'bits.rsh', 'bits.xor', 'cast_array', 'ceil', 'concat', 'contains',
  'count', 'div', 'endswith', 'eq', 'equal', 'floor', 'format_int', 'glob.match', 'graph.reachable', 'gt', 'gte',
  'indexof', 'internal.member_2', 'internal.member_3', 'intersection', 'is_array', 'is_boolean', 'is_null', 'is_number',
  'is_object', 'is_set', 'is_string', 'json.filter', 'json.is_valid', 'json.marshal', 'json.remove', 'json.unmarshal',
  'lower', 'lt', 'lte', 'max', 'min', 'minus', 'mul', 'neq', 'net.cidr_contains', 'net.cidr_intersects',
  'numbers.range', 'object.filter', 'object.get', 'object.keys', 'object.remove', 'object.union', 'or', 'plus',
  'product', 'regex.find_all_string_submatch_n', 'regex.is_valid', 'regex.match', 'rem', 'replace', 'round', 'set_diff',
  'sort', 'split', 'startswith', 'substring', 'sum', 'to_number', 'trim', 'trim_left', 'trim_prefix', 'trim_right',
  'trim_space', 'trim_suffix', 'type_name', 'union', 'upper', 'walk',
]); // prettier-ignore
