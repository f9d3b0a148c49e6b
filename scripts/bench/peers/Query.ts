/** What a parameter of a statement can be. */
export type Value = string | number | boolean | null | ReadonlyArray<string>

/** Sends one statement through a driver, prepared once for each connection. */
export type Query = <Row extends Record<string, unknown>>(
  statement: string,
  values: ReadonlyArray<Value>
) => Promise<ReadonlyArray<Row>>
