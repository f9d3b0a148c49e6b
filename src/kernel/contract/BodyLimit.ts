import { ByteSize, Context } from "effect"

/** How large a body an endpoint takes: 1 MiB unless it is annotated with another size. */
export const BodyLimit = Context.Reference<ByteSize.ByteSize>("cardapio/kernel/contract/BodyLimit", {
  defaultValue: () => ByteSize.mebibytes(1)
})

/** What is said of a limit. */
export const largestBody = (limit: ByteSize.ByteSize) => `at most ${ByteSize.format(limit)}`
