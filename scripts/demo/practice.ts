import type { ClientInput } from "../../src/contexts/recipes/contract/Client.ts"
import type { Weekday } from "../../src/contexts/recipes/contract/Menu.ts"
import type { RecipeInput } from "../../src/contexts/recipes/contract/Recipe.ts"
import type { FoodKey } from "./foods.ts"

type Line = Omit<NonNullable<RecipeInput["ingredients"]>[number], "productId"> & { readonly food?: FoodKey }

const of = (food: FoodKey, name: string, quantity: number, unit: string, more: Partial<Line> = {}): Line => ({
  food,
  name,
  quantity,
  unit,
  ...more
})

export interface DemoRecipe extends Omit<RecipeInput, "ingredients"> {
  readonly lines: ReadonlyArray<Line>
}

export const recipes = {
  porridge: {
    name: "Mingau de aveia com banana",
    totalMinutes: 10,
    lines: [
      of("oats", "aveia em flocos", 4, "colher de sopa"),
      of("banana", "banana-prata", 1, "un"),
      of("yogurt", "iogurte natural", 100, "g"),
      { name: "canela" }
    ],
    instructions: [
      { text: "Cozinhe a aveia com 200 ml de água por 5 minutos, mexendo." },
      { text: "Misture o iogurte fora do fogo e cubra com a banana em rodelas e a canela." }
    ]
  },
  sandwich: {
    name: "Pão francês com queijo minas",
    totalMinutes: 5,
    lines: [of("bread", "pão francês", 1, "un"), of("cheese", "queijo minas frescal", 40, "g")],
    instructions: [{ text: "Abra o pão, recheie com o queijo e aqueça na chapa." }]
  },
  fruitBowl: {
    name: "Mamão com iogurte e aveia",
    totalMinutes: 5,
    lines: [
      of("papaya", "mamão papaia", 150, "g"),
      of("yogurt", "iogurte natural", 1, "un"),
      of("oats", "aveia em flocos", 1, "colher de sopa")
    ],
    instructions: [{ text: "Corte o mamão, junte o iogurte e polvilhe a aveia." }]
  },
  rice: {
    name: "Arroz branco soltinho",
    servings: 6,
    totalMinutes: 25,
    lines: [
      of("rice", "arroz branco", 300, "g", { cooking: "amountRaw" }),
      of("oil", "azeite", 1, "colher de sopa"),
      of("onion", "cebola", 0.5, "un", { note: "picada" })
    ],
    instructions: [
      { text: "Refogue a cebola no azeite e junte o arroz lavado." },
      { text: "Cubra com 600 ml de água quente, tempere com sal e cozinhe tampado em fogo baixo até secar." }
    ]
  },
  beans: {
    name: "Feijão carioca da casa",
    servings: 8,
    totalMinutes: 60,
    lines: [
      of("beans", "feijão carioca", 400, "g", { cooking: "amountRaw" }),
      of("oil", "azeite", 1, "colher de sopa"),
      of("onion", "cebola", 1, "un", { note: "picada" })
    ],
    instructions: [
      { text: "Deixe o feijão de molho de um dia para o outro e cozinhe na pressão por 25 minutos." },
      { text: "Refogue a cebola, louro e sal, junte uma concha de grãos amassados e apure com o caldo." }
    ]
  },
  chicken: {
    name: "Frango grelhado com limão",
    servings: 4,
    totalMinutes: 20,
    lines: [
      of("chicken", "peito de frango em bifes", 520, "g", { cooking: "amountRaw" }),
      of("oil", "azeite", 1, "colher de sopa")
    ],
    instructions: [{
      text: "Tempere os bifes com limão, sal e pimenta e grelhe 4 minutos de cada lado em frigideira bem quente."
    }]
  },
  fish: {
    name: "Pescada assada com tomate",
    servings: 2,
    totalMinutes: 35,
    lines: [
      of("fish", "filé de pescada", 320, "g", { cooking: "amountRaw" }),
      of("tomato", "tomates", 2, "un", { note: "em rodelas" }),
      of("onion", "cebola", 1, "un", { note: "em anéis" }),
      of("oil", "azeite", 1, "colher de sopa")
    ],
    instructions: [{ text: "Cubra os filés com tomate, cebola e azeite e asse a 200 °C por 25 minutos." }]
  },
  salad: {
    name: "Salada de folhas e tomate",
    servings: 2,
    totalMinutes: 10,
    lines: [
      of("lettuce", "alface crespa", 120, "g"),
      of("tomato", "tomate", 1, "un"),
      of("oil", "azeite", 1, "colher de chá")
    ],
    instructions: [{ text: "Lave, seque e rasgue as folhas; junte o tomate e tempere na hora." }]
  },
  soup: {
    name: "Sopa de abóbora, cenoura e couve",
    servings: 4,
    totalMinutes: 40,
    lines: [
      of("squash", "abóbora cabotiá", 600, "g", { note: "em cubos" }),
      of("carrot", "cenouras", 2, "un"),
      of("kale", "couve-manteiga", 100, "g", { note: "em tiras finas" }),
      of("onion", "cebola", 1, "un"),
      of("chicken", "peito de frango desfiado", 300, "g", { cooking: "amountRaw" }),
      of("oil", "azeite", 1, "colher de sopa")
    ],
    instructions: [
      { text: "Refogue a cebola, cozinhe a abóbora, a cenoura e o frango em água até amaciarem." },
      { text: "Bata a metade, devolva à panela e finalize com a couve." }
    ]
  },
  omelette: {
    name: "Omelete de queijo e tomate",
    totalMinutes: 10,
    lines: [
      of("egg", "ovos", 2, "un"),
      of("cheese", "queijo minas frescal", 30, "g"),
      of("tomato", "tomate", 0.5, "un"),
      of("oil", "azeite", 1, "colher de chá")
    ],
    instructions: [{ text: "Bata os ovos, doure na frigideira com o azeite e recheie antes de dobrar." }]
  },
  orange: { name: "Laranja", lines: [of("orange", "laranja-pera", 1, "un")] },
  yogurt: { name: "Iogurte natural", lines: [of("yogurt", "iogurte natural", 1, "un")] }
} as const satisfies Record<string, DemoRecipe>

export type RecipeKey = keyof typeof recipes

/** Meals, by what they are made of; each of one portion. */
export const meals = {
  porridge: { name: "Mingau de aveia com banana", of: ["porridge"] },
  sandwich: { name: "Pão com queijo e laranja", of: ["sandwich", "orange"] },
  fruitBowl: { name: "Mamão com iogurte e aveia", of: ["fruitBowl"] },
  chickenLunch: { name: "Frango, arroz, feijão e salada", of: ["chicken", "rice", "beans", "salad"] },
  fishLunch: { name: "Pescada, arroz e salada", of: ["fish", "rice", "salad"] },
  omeletteLunch: { name: "Omelete, arroz e feijão", of: ["omelette", "rice", "beans"] },
  soup: { name: "Sopa de abóbora com pão", of: ["soup", "sandwich"] },
  omelette: { name: "Omelete com salada", of: ["omelette", "salad"] },
  orange: { name: "Laranja", of: ["orange"] },
  yogurt: { name: "Iogurte natural", of: ["yogurt"] }
} as const satisfies Record<string, { readonly name: string; readonly of: ReadonlyArray<RecipeKey> }>

export type MealKey = keyof typeof meals

export const clients: Record<"ana" | "rui", ClientInput> = {
  ana: {
    name: "Ana Conceição Brandão",
    birthday: "1988-03-14",
    sex: "female",
    notes: "Treina à noite, às terças e quintas.",
    contact: { mainEmail: "ana@example.com", mainPhone: "(11) 98765-4321" },
    address: { city: "São Paulo", state: "SP" },
    restrictions: { diets: ["sem frituras"] },
    targets: [
      { nutrient: "energyKcal", period: "day", min: 1100, max: 1600 },
      { nutrient: "protein", period: "day", min: 60 },
      { nutrient: "dietaryFiber", period: "day", min: 20 },
      { nutrient: "energyShare.fat", period: "day", max: 35 }
    ]
  },
  rui: {
    name: "Rui Araújo",
    birthday: "1975-11-02",
    sex: "male",
    contact: { mainPhone: "+55 21 99876-5432" },
    address: { city: "Rio de Janeiro", state: "RJ" },
    restrictions: { allergens: ["milk"] }
  }
}

export const pattern = [
  { mealType: "Café da manhã", hour: "07:30" },
  { mealType: "Almoço", hour: "12:30" },
  { mealType: "Lanche", hour: "16:00" },
  { mealType: "Jantar", hour: "19:30" }
] as const

/** A week, a meal for each entry of the pattern; null is left to the client. */
export const week: Readonly<Record<Weekday, readonly [MealKey, MealKey, MealKey | null, MealKey | null]>> = {
  monday: ["porridge", "chickenLunch", "orange", "soup"],
  tuesday: ["sandwich", "fishLunch", "yogurt", "omelette"],
  wednesday: ["fruitBowl", "chickenLunch", "orange", "soup"],
  thursday: ["porridge", "omeletteLunch", "yogurt", "soup"],
  friday: ["sandwich", "fishLunch", "orange", "omelette"],
  saturday: ["fruitBowl", "chickenLunch", "yogurt", null],
  sunday: ["porridge", "fishLunch", null, "soup"]
}
