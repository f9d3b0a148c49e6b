/** What amounts of ingredients are measured in. A mass is `factor` grams, a volume `factor` millilitres (US customary where both exist). */
export interface UnitDefinition {
  readonly code: string
  readonly kind: "mass" | "volume" | "piece" | "portion"
  /** Grams or millilitres of one; null where the product says what one is. */
  readonly factor: number | null
  /** What people write. `c`, `t` and `T` count in this case alone. */
  readonly english: ReadonlyArray<string>
  readonly portuguese: ReadonlyArray<string>
}

/** Every unit, by the code that is answered. Factors: international avoirdupois and US customary definitions, metric kitchen measures. */
export const units = [
  {
    code: "kg",
    kind: "mass",
    factor: 1000,
    english: ["kg", "kilogram", "kilogramme", "kilo"],
    portuguese: ["quilo", "quilograma"]
  },
  { code: "g", kind: "mass", factor: 1, english: ["g", "gr", "gram", "gramme", "gm"], portuguese: ["grama"] },
  { code: "mg", kind: "mass", factor: 0.001, english: ["mg", "milligram"], portuguese: ["miligrama"] },
  {
    code: "mcg",
    kind: "mass",
    factor: 0.000001,
    english: ["mcg", "µg", "μg", "ug", "microgram"],
    portuguese: ["micrograma"]
  },
  { code: "oz", kind: "mass", factor: 28.349523125, english: ["oz", "ounce"], portuguese: ["onça"] },
  { code: "lb", kind: "mass", factor: 453.59237, english: ["lb", "pound"], portuguese: ["libra"] },
  { code: "l", kind: "volume", factor: 1000, english: ["l", "liter", "litre", "lt"], portuguese: ["litro"] },
  { code: "dl", kind: "volume", factor: 100, english: ["dl", "deciliter", "decilitre"], portuguese: ["decilitro"] },
  { code: "cl", kind: "volume", factor: 10, english: ["cl", "centiliter", "centilitre"], portuguese: ["centilitro"] },
  { code: "ml", kind: "volume", factor: 1, english: ["ml", "milliliter", "millilitre"], portuguese: ["mililitro"] },
  {
    code: "cup",
    kind: "volume",
    factor: 240,
    english: ["cup", "c"],
    portuguese: ["xícara", "xícara (chá)", "xícara de chá", "xíc", "xíc (chá)", "xc", "chávena", "chávena (chá)"]
  },
  {
    code: "coffeeCup",
    kind: "volume",
    factor: 50,
    english: [],
    portuguese: ["xícara (café)", "xícara de café", "xícara de cafezinho"]
  },
  {
    code: "glass",
    kind: "volume",
    factor: 200,
    english: ["glass"],
    portuguese: ["copo", "copo americano", "copo (americano)"]
  },
  {
    code: "tablespoon",
    kind: "volume",
    factor: 15,
    english: ["tablespoon", "tbsp", "tbs", "tbl", "tblsp", "T"],
    portuguese: ["colher de sopa", "colher (sopa)", "c sopa", "c de sopa", "c (sopa)", "col sopa", "col (sopa)", "cs"]
  },
  {
    code: "dessertspoon",
    kind: "volume",
    factor: 10,
    english: ["dessertspoon", "dsp", "dstsp"],
    portuguese: ["colher (sobremesa)", "colher de sobremesa", "c sobremesa"]
  },
  {
    code: "coffeespoon",
    kind: "volume",
    factor: 2.5,
    english: [],
    portuguese: ["colher (café)", "colher de café", "colher de cafezinho", "c café"]
  },
  {
    code: "teaspoon",
    kind: "volume",
    factor: 5,
    english: ["teaspoon", "tsp", "ts", "t"],
    portuguese: ["colher de chá", "colher (chá)", "c chá", "c de chá", "c (chá)", "col chá", "col (chá)"]
  },
  { code: "pinch", kind: "volume", factor: 0.3125, english: ["pinch"], portuguese: ["pitada"] },
  { code: "dash", kind: "volume", factor: 0.625, english: ["dash"], portuguese: [] },
  {
    code: "flOz",
    kind: "volume",
    factor: 29.5735295625,
    english: ["fl oz", "floz", "fluid ounce", "fl ounce"],
    portuguese: []
  },
  { code: "pint", kind: "volume", factor: 473.176473, english: ["pint", "pt"], portuguese: [] },
  { code: "quart", kind: "volume", factor: 946.352946, english: ["quart", "qt"], portuguese: [] },
  { code: "gallon", kind: "volume", factor: 3785.411784, english: ["gallon", "gal"], portuguese: ["galão"] },
  {
    code: "impFlOz",
    kind: "volume",
    factor: 28.4130625,
    english: ["imp fl oz", "uk fl oz", "imperial fl oz", "imperial fluid ounce"],
    portuguese: []
  },
  {
    code: "impPint",
    kind: "volume",
    factor: 568.26125,
    english: ["imp pint", "uk pint", "imperial pint"],
    portuguese: []
  },
  {
    code: "piece",
    kind: "piece",
    factor: null,
    english: ["piece", "pc", "pcs", "unit", "each", "whole"],
    portuguese: ["un", "und", "unid", "unidade", "pedaço"]
  },
  { code: "portion", kind: "portion", factor: null, english: ["portion"], portuguese: ["porção"] }
] as const satisfies ReadonlyArray<UnitDefinition>

export type UnitCode = (typeof units)[number]["code"]

const codes: ReadonlyArray<UnitCode> = units.map(({ code }) => code)
export const unitCodes: ReadonlySet<string> = new Set(codes)

/** Words for what a product gives the mass of; each line says the same thing in English and Portuguese. */
const portionWords: ReadonlyArray<Pick<UnitDefinition, "english" | "portuguese">> = [
  { english: ["slice"], portuguese: ["fatia", "rodela"] },
  { english: ["clove"], portuguese: ["dente"] },
  { english: ["can", "tin"], portuguese: ["lata"] },
  { english: ["handful"], portuguese: ["mão cheia", "punhado"] },
  { english: ["bunch"], portuguese: ["maço", "molho"] },
  { english: ["sprig"], portuguese: ["ramo", "raminho", "galho"] },
  { english: ["leaf", "leaves"], portuguese: ["folha"] },
  { english: ["stalk", "stick", "rib"], portuguese: ["talo"] },
  { english: ["head"], portuguese: ["cabeça", "pé"] },
  { english: ["package", "packet", "pack", "pkg"], portuguese: ["pacote", "embalagem"] },
  { english: ["sachet", "envelope"], portuguese: ["sachê", "saquinho"] },
  { english: ["jar"], portuguese: ["pote", "frasco", "vidro"] },
  { english: ["bottle"], portuguese: ["garrafa"] },
  { english: ["box", "carton"], portuguese: ["caixa", "caixinha"] },
  { english: ["bag"], portuguese: ["saco"] },
  { english: ["sheet"], portuguese: ["folha de massa"] },
  { english: ["steak"], portuguese: ["bife"] },
  { english: ["fillet", "filet"], portuguese: ["filé"] },
  { english: ["breast"], portuguese: ["peito"] },
  { english: ["ear"], portuguese: ["espiga"] },
  { english: ["cube"], portuguese: ["cubo"] },
  { english: ["tablet"], portuguese: ["tablete"] },
  { english: ["bar"], portuguese: ["barra"] },
  { english: ["ladle"], portuguese: ["concha"] },
  { english: ["scoop"], portuguese: ["bola"] },
  { english: ["serving", "portion"], portuguese: ["porção"] },
  { english: ["strip"], portuguese: ["tira"] },
  { english: ["knob"], portuguese: ["noz"] },
  { english: ["drizzle"], portuguese: ["fio"] },
  { english: ["wedge"], portuguese: ["gomo"] },
  { english: ["loaf"], portuguese: ["pão"] },
  { english: ["drop"], portuguese: ["gota"] },
  { english: ["plate"], portuguese: ["prato"] },
  { english: ["pot"], portuguese: ["panela"] },
  { english: ["rasher"], portuguese: ["fatia de bacon"] },
  { english: ["bulb"], portuguese: ["bulbo"] },
  { english: ["splash"], portuguese: ["golpe"] },
  { english: ["stem"], portuguese: ["haste"] },
  { english: ["punnet"], portuguese: ["bandeja"] },
  { english: ["container"], portuguese: ["recipiente"] },
  { english: ["rack"], portuguese: ["costela inteira"] },
  { english: ["scallop"], portuguese: ["escalope"] }
]

/** How large pieces are, as lines and portions of foods say it. */
const sizes: ReadonlyArray<readonly [size: string, words: RegExp]> = [
  ["extra large", /^extra[ -](?:large|grandes?)$/],
  ["large", /^(?:large|grandes?)$/],
  ["medium", /^(?:medium(?:[ -]sized?)?|medi[oa]s?)$/],
  ["small", /^(?:small|pequen[oa]s?)$/]
]

/** The size that a part of a text names: `large, beaten`, `medium (2-1/2" dia)`. */
export const sizeIn = (text: string): string | undefined => {
  const parts = text.replace(/\([^)]*\)/g, " ").split(",").map((part) => spaced(part).toLowerCase())
  return sizes.find(([, words]) => parts.some((part) => words.test(part)))?.[0]
}

/** No amounts of an ingredient. */
const notAmounts: ReadonlySet<string> = new Set(["percentual", "kcal", "iu", "%", "percent", "ui"])

const spaced = (word: string) =>
  word.normalize("NFD").replace(/\p{M}/gu, "").replace(/[.()]/g, " ").replace(/\s+/g, " ").trim()

const singular = (word: string) => {
  if (word.length <= 3) return word === "lbs" || word === "ozs" ? word.slice(0, -1) : word
  if (word.endsWith("oes")) return `${word.slice(0, -3)}ao`
  if (/(?:eres|zes|xes|shes|ches|sses)$/.test(word)) return word.slice(0, -2)
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word
}

/** How words of units are compared: without accents, dots, brackets and plurals. */
export const unitKey = (word: string): string => {
  const plain = spaced(word)
  return /^[ct]$/i.test(plain)
    ? plain
    : plain.toLowerCase().split(" ").map(singular).filter((part) => part !== "de" && part !== "da" && part !== "do")
      .join(" ")
}

const byKey = new Map<string, UnitCode>(
  units.flatMap(({ code, english, portuguese }) =>
    [code, ...english, ...portuguese].flatMap((word): ReadonlyArray<readonly [string, UnitCode]> => [
      [unitKey(word), code]
    ])
  )
)

const wordsOf = ({ english, portuguese }: (typeof portionWords)[number]) => [...english, ...portuguese]

const portionSets = new Map<string, number>(
  portionWords.flatMap((words, set) => wordsOf(words).map((word): readonly [string, number] => [unitKey(word), set]))
)

/** The unit that a word stands for, in English or Portuguese; plurals of short ones are `kgs`, `mls`. */
export const unitOf = (word: string): UnitCode | undefined => {
  const key = unitKey(word)
  return byKey.get(key) ?? (/^\p{L}{2}s$/u.test(key) ? byKey.get(key.slice(0, -1)) : undefined)
}

export const isPortionWord = (word: string): boolean => portionSets.has(unitKey(word))

export const isNoAmount = (word: string): boolean => notAmounts.has(word.trim().toLowerCase())

/** The word itself, in the singular, where it is one for a portion. */
export const portionWordOf = (word: string): string | undefined => {
  const key = unitKey(word)
  return portionWords.flatMap(wordsOf).find((each) => unitKey(each) === key)
}

/** Equal for words that mean the same unit or the same portion. */
export const portionKey = (word: string): string => {
  const key = unitKey(word)
  const unit = unitOf(word)
  if (unit !== undefined && unit !== "portion") return `unit ${unit}`
  const set = portionSets.get(key)
  return set === undefined ? `word ${key}` : `set ${set}`
}

export const definitionOf: ReadonlyMap<UnitCode, (typeof units)[number]> = new Map(
  units.map((definition) => [definition.code, definition])
)

/** The units as they are listed: with what portions are called. */
export const listedUnits: ReadonlyArray<UnitDefinition> = units.map((unit) =>
  unit.code === "portion"
    ? {
      ...unit,
      english: portionWords.flatMap(({ english }) => english),
      portuguese: portionWords.flatMap(({ portuguese }) => portuguese)
    }
    : unit
)
