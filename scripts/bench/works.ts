import { catalogueSize, classificationId, productId } from "./seedCatalogue.ts"

/** What a server is asked to do, many times. */
export interface Work {
  readonly name: "get" | "list" | "filter" | "create"
  readonly title: string
  readonly requests: ReadonlyArray<Request>
}

export interface Request {
  readonly method: "GET" | "POST"
  readonly path: string
  readonly body?: string
}

const many = <A>(count: number, make: (n: number) => A) => Array.from({ length: count }, (_, n) => make(n))

const listPath = (parameters: Readonly<Record<string, string>>) =>
  `/v1/products?${new URLSearchParams({ limit: "20", ...parameters })}`

/** Its members in the order of the contract, in which `manualFields` are told. */
const bodyOf = (n: number) => ({
  name: `Arroz integral cozido ${n}`,
  language: "pt-BR",
  aliases: [{ language: "en", name: `Brown rice, cooked ${n}`, kind: "translation" }],
  isFood: true,
  shoppingName: "Arroz integral",
  edibleYield: 0.95,
  conservationDays: 5,
  brandId: classificationId("brand", 1 + n % 200),
  categoryId: classificationId("category", 1 + n % 50),
  nutrients: {
    energyKcal: 124,
    water: 70.1,
    protein: { value: 2.6, unit: "g" },
    totalFat: 1,
    carbohydrate: 25.8,
    dietaryFiber: 2.7,
    ash: 0.5,
    calcium: { value: 5, unit: "mg" },
    iron: 0.3,
    magnesium: 59,
    phosphorus: 106,
    potassium: 75,
    sodium: { value: 0.001, unit: "g" },
    zinc: 0.7,
    vitaminC: { value: 0, qualifier: "trace" }
  },
  portions: [{ name: "colher de sopa", grams: 25 }, { name: "xícara", grams: 160 }],
  allergens: { gluten: { state: "free", evidence: "label" } }
})

const words = ["arroz", "feijao", "MAÇÃ", "leite", "queijo", "frango", "batata", "café"]

/** The work that is measured, the one that writes last. */
export const works: ReadonlyArray<Work> = [
  {
    name: "get",
    title: "GET one",
    requests: many(1000, (n) => ({ method: "GET", path: `/v1/products/${productId(1 + (n * 7919) % catalogueSize)}` }))
  },
  {
    name: "list",
    title: "GET 20, newest first",
    requests: many(20, (n) => ({ method: "GET", path: listPath({ page: `${n + 1}` }) }))
  },
  {
    name: "filter",
    title: "GET 20 by name and protein, sorted",
    requests: words.map((word) => ({
      method: "GET",
      path: listPath({ "name[like]": word, "nutrients.protein[gte]": "10", sort: "name" })
    }))
  },
  {
    name: "create",
    title: "POST one",
    requests: many(200, (n) => ({ method: "POST", path: "/v1/products", body: JSON.stringify(bodyOf(n)) }))
  }
]

/** A request as it goes over the wire. */
export const messageOf = ({ body, method, path }: Request, port: number, token: string) => {
  const head = [
    `${method} ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "accept: application/json",
    `authorization: Bearer ${token}`
  ]
  if (body === undefined) return `${head.join("\r\n")}\r\n\r\n`
  const more = ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`]
  return `${[...head, ...more].join("\r\n")}\r\n\r\n${body}`
}
