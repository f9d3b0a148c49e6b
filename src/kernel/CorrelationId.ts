import { randomUUID } from "node:crypto"

const pattern = /^[A-Za-z0-9._-]{8,64}$/

/** The caller's correlation id where it is one, else a new one: of version 4, which Node makes from random bytes that it has in stock. */
export const correlationIdOf = (given: string | undefined): string =>
  given !== undefined && pattern.test(given) ? given : randomUUID()
