import { Effect, Option, Schema } from "effect"
import { PersonInput } from "../src/contexts/onboarding/contract/Person.ts"
import { CommandFailed } from "./Operator.ts"

const decode = Schema.decodeUnknownEffect(PersonInput)

interface PersonFlags {
  readonly email: Option.Option<string>
  readonly phone: Option.Option<string>
  readonly response: Option.Option<string>
  readonly client: Option.Option<string>
}

/** Who is meant by the flags; at least one of them has to be there. */
export const decodedPerson = ({ client, email, phone, response }: PersonFlags) => {
  const given = { email, phone, responseId: response, clientId: client }
  const named = Object.entries(given).flatMap(([name, value]) => Option.isSome(value) ? [[name, value.value]] : [])
  return Effect.mapError(
    decode(Object.fromEntries(named)),
    ({ message }) =>
      new CommandFailed({
        message: `name the person by --email, --phone, --response or --client (${message.split("\n", 1).join("")})`
      })
  )
}
