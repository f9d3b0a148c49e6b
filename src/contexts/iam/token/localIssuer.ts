/** `iss` and `aud` of our own tokens: no address, so that no other issuer can be configured by that name. */
export const localIssuer = "cardapio"

/** How far the clocks of those who sign and verify may be apart. */
export const leewaySeconds = 60
