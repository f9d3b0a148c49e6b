import type { AllergenCode } from "../../products/contract/Product.ts"
import type { Weekday } from "../contract/Menu.ts"
import type { TargetState } from "../contract/Target.ts"

const languages = ["pt-BR", "en"] as const
export type Language = (typeof languages)[number]

/** The language that a reader asks for (`Accept-Language`, RFC 9110 12.5.4): Portuguese unless English is wanted more. */
export const languageOf = (accepted: string | undefined): Language => {
  const weights = (accepted ?? "").split(",").map((range) => {
    const [tag = "", ...parameters] = range.trim().toLowerCase().split(";")
    const quality = parameters.map((parameter) => /^\s*q=([01](?:\.\d+)?)$/.exec(parameter)?.[1]).find(Boolean)
    return { tag, quality: quality === undefined ? 1 : Number(quality) }
  })
  const of = (language: string) =>
    Math.max(-1, ...weights.filter(({ tag }) => tag.startsWith(language)).map(({ quality }) => quality))
  return of("en") > Math.max(0, of("pt")) ? "en" : "pt-BR"
}

interface Words {
  readonly weekdays: Readonly<Record<Weekday, string>>
  readonly week: string
  readonly meal: string
  readonly energyOfDays: string
  readonly average: string
  readonly carbohydrate: string
  readonly protein: string
  readonly fat: string
  readonly alcohol: string
  readonly other: string
  readonly targets: string
  readonly target: string
  readonly wholeWeek: string
  readonly between: (min: string, max: string) => string
  readonly atLeast: (min: string) => string
  readonly atMost: (max: string) => string
  readonly min: string
  readonly max: string
  readonly status: Readonly<Record<TargetState, string>>
  readonly lowerBound: string
  readonly shopping: string
  readonly otherDepartment: string
  readonly byYourself: string
  readonly recipes: string
  readonly servings: (count: string) => string
  readonly portions: (count: string) => string
  readonly pieces: (count: string) => string
  readonly without: string
  readonly diet: string
  readonly attention: string
  readonly contains: string
  readonly mayContain: string
  readonly undeclared: string
  readonly disliked: string
  readonly noLonger: string
  readonly nothingPlanned: string
  readonly nothingToBuy: string
  readonly draft: string
  readonly stale: string
  readonly source: string
  readonly estimates: string
  readonly toTaste: string
  readonly allergens: Readonly<Record<AllergenCode, string>>
  readonly people: (count: string) => string
}

const portuguese: Words = {
  weekdays: {
    monday: "Segunda",
    tuesday: "Terça",
    wednesday: "Quarta",
    thursday: "Quinta",
    friday: "Sexta",
    saturday: "Sábado",
    sunday: "Domingo"
  },
  week: "Semana",
  meal: "Refeição",
  energyOfDays: "Energia por dia",
  average: "Média por dia",
  carbohydrate: "Carboidratos",
  protein: "Proteínas",
  fat: "Gorduras",
  alcohol: "Álcool",
  other: "Sem divisão conhecida",
  targets: "Metas",
  target: "Meta",
  wholeWeek: "semana inteira",
  between: (min, max) => `${min} a ${max}`,
  atLeast: (min) => `no mínimo ${min}`,
  atMost: (max) => `no máximo ${max}`,
  min: "mín.",
  max: "máx.",
  status: { met: "na meta", above: "acima", below: "abaixo", unknown: "incerto" },
  lowerBound: "pelo menos",
  shopping: "Lista de compras",
  otherDepartment: "Outros",
  byYourself: "Para conferir",
  recipes: "Receitas",
  servings: (count) => count === "1" ? "1 porção" : `${count} porções`,
  portions: (count) => `${count} porções`,
  pieces: (count) => `${count}\u00a0un.`,
  without: "Sem",
  diet: "Dieta",
  attention: "Atenção",
  contains: "contém",
  mayContain: "pode conter",
  undeclared: "sem declaração de",
  disliked: "a evitar",
  noLonger: "não está mais disponível",
  nothingPlanned: "Nada planejado ainda.",
  nothingToBuy: "Nada a comprar.",
  draft: "Rascunho",
  stale: "algo mudou desde que foi feita",
  source: "Fontes dos dados",
  estimates: "Valores calculados a partir dos ingredientes; “+” quer dizer pelo menos: falta algum dado.",
  toTaste: "a gosto",
  allergens: {
    gluten: "glúten",
    crustaceans: "crustáceos",
    eggs: "ovos",
    fish: "peixes",
    peanuts: "amendoim",
    soybeans: "soja",
    milk: "leite",
    nuts: "castanhas",
    celery: "aipo",
    mustard: "mostarda",
    sesame: "gergelim",
    sulphites: "sulfitos",
    lupin: "tremoço",
    molluscs: "moluscos",
    latex: "látex"
  },
  people: (count) => count === "1" ? "1 pessoa" : `${count} pessoas`
}

const english: Words = {
  weekdays: {
    monday: "Monday",
    tuesday: "Tuesday",
    wednesday: "Wednesday",
    thursday: "Thursday",
    friday: "Friday",
    saturday: "Saturday",
    sunday: "Sunday"
  },
  week: "Week",
  meal: "Meal",
  energyOfDays: "Energy by day",
  average: "Average day",
  carbohydrate: "Carbohydrate",
  protein: "Protein",
  fat: "Fat",
  alcohol: "Alcohol",
  other: "Not known from what",
  targets: "Targets",
  target: "Target",
  wholeWeek: "whole week",
  between: (min, max) => `${min} to ${max}`,
  atLeast: (min) => `at least ${min}`,
  atMost: (max) => `at most ${max}`,
  min: "min.",
  max: "max.",
  status: { met: "met", above: "above", below: "below", unknown: "uncertain" },
  lowerBound: "at least",
  shopping: "Shopping list",
  otherDepartment: "Other",
  byYourself: "To look after",
  recipes: "Recipes",
  servings: (count) => count === "1" ? "1 serving" : `${count} servings`,
  portions: (count) => `${count} portions`,
  pieces: (count) => `${count}\u00a0pc.`,
  without: "Without",
  diet: "Diet",
  attention: "Take care",
  contains: "contains",
  mayContain: "may contain",
  undeclared: "does not declare",
  disliked: "to be avoided",
  noLonger: "is no longer available",
  nothingPlanned: "Nothing is planned yet.",
  nothingToBuy: "Nothing to buy.",
  draft: "Draft",
  stale: "something has changed since it was made",
  source: "Sources of the figures",
  estimates: "Figures are computed from the ingredients; “+” means at least: something is not known.",
  toTaste: "to taste",
  allergens: {
    gluten: "gluten",
    crustaceans: "crustaceans",
    eggs: "eggs",
    fish: "fish",
    peanuts: "peanuts",
    soybeans: "soya",
    milk: "milk",
    nuts: "nuts",
    celery: "celery",
    mustard: "mustard",
    sesame: "sesame",
    sulphites: "sulphites",
    lupin: "lupin",
    molluscs: "molluscs",
    latex: "latex"
  },
  people: (count) => count === "1" ? "1 person" : `${count} people`
}

export const wordsOf = (language: Language): Words => language === "en" ? english : portuguese

/** A number as people of a language write it. */
export const numbersOf = (language: Language) => {
  const formats = new Map<number, Intl.NumberFormat>()
  return (value: number, decimals: number): string => {
    const format = formats.get(decimals) ?? new Intl.NumberFormat(language, { maximumFractionDigits: decimals })
    formats.set(decimals, format)
    return format.format(value)
  }
}

/** A day as people of a language write it: 5 abr, or 5 de abril de 2027. */
export const datesOf = (language: Language) => {
  const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" })
  const long = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
  const parse = (date: string) => new Date(`${date}T00:00:00Z`)
  return {
    short: (date: string) => short.format(parse(date)).replace(".", ""),
    range: (from: string, to: string) => long.formatRange(parse(from), parse(to))
  }
}
