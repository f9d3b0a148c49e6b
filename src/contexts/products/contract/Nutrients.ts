export type NutrientUnit = "kcal" | "kJ" | "g" | "mg" | "mcg" | "IU"

export interface NutrientDefinition {
  readonly code: string
  /** Canonical unit: the one stored and answered, per 100 g or 100 ml of edible portion. */
  readonly unit: NutrientUnit
  /** INFOODS component tag, spelled as in the SR28 definition file. */
  readonly infoods: string | null
  /** Nutrient number of USDA SR28. */
  readonly sr: string | null
}

/** Every nutrient that a food can carry, in the order in which it is shown; a code never changes its meaning. */
export const nutrients = [
  { code: "energyKcal", unit: "kcal", infoods: "ENERC_KCAL", sr: "208" },
  { code: "energyKj", unit: "kJ", infoods: "ENERC_KJ", sr: "268" },
  { code: "water", unit: "g", infoods: "WATER", sr: "255" },
  { code: "protein", unit: "g", infoods: "PROCNT", sr: "203" },
  { code: "totalFat", unit: "g", infoods: "FAT", sr: "204" },
  { code: "carbohydrate", unit: "g", infoods: "CHOCDF", sr: "205" },
  { code: "availableCarbohydrate", unit: "g", infoods: "CHOAVL", sr: null },
  { code: "dietaryFiber", unit: "g", infoods: "FIBTG", sr: "291" },
  { code: "sugar", unit: "g", infoods: "SUGAR", sr: "269" },
  { code: "salt", unit: "g", infoods: null, sr: null },
  { code: "alcohol", unit: "g", infoods: "ALC", sr: "221" },
  { code: "ash", unit: "g", infoods: "ASH", sr: "207" },
  { code: "addedSugar", unit: "g", infoods: null, sr: null },
  { code: "sucrose", unit: "g", infoods: "SUCS", sr: "210" },
  { code: "glucose", unit: "g", infoods: "GLUS", sr: "211" },
  { code: "fructose", unit: "g", infoods: "FRUS", sr: "212" },
  { code: "lactose", unit: "g", infoods: "LACS", sr: "213" },
  { code: "maltose", unit: "g", infoods: "MALS", sr: "214" },
  { code: "galactose", unit: "g", infoods: "GALS", sr: "287" },
  { code: "starch", unit: "g", infoods: "STARCH", sr: "209" },
  { code: "solubleFiber", unit: "g", infoods: "FIBSOL", sr: null },
  { code: "insolubleFiber", unit: "g", infoods: "FIBINS", sr: null },
  { code: "polyols", unit: "g", infoods: null, sr: null },
  { code: "sorbitol", unit: "g", infoods: null, sr: null },
  { code: "inositol", unit: "g", infoods: null, sr: null },
  { code: "polydextrose", unit: "g", infoods: null, sr: null },
  { code: "inulin", unit: "g", infoods: null, sr: null },
  { code: "sucralose", unit: "g", infoods: null, sr: null },
  { code: "galactooligosaccharides", unit: "g", infoods: null, sr: null },
  { code: "fructooligosaccharides", unit: "g", infoods: null, sr: null },
  { code: "otherCarbohydrate", unit: "g", infoods: null, sr: null },
  { code: "organicAcids", unit: "g", infoods: null, sr: null },
  { code: "saturatedFat", unit: "g", infoods: "FASAT", sr: "606" },
  { code: "monounsaturatedFat", unit: "g", infoods: "FAMS", sr: "645" },
  { code: "polyunsaturatedFat", unit: "g", infoods: "FAPU", sr: "646" },
  { code: "transFat", unit: "g", infoods: "FATRN", sr: "605" },
  { code: "cholesterol", unit: "mg", infoods: "CHOLE", sr: "601" },
  { code: "omega3", unit: "g", infoods: "FAPUN3", sr: null },
  { code: "omega6", unit: "g", infoods: "FAPUN6", sr: null },
  { code: "omega7", unit: "g", infoods: null, sr: null },
  { code: "omega9", unit: "g", infoods: null, sr: null },
  { code: "butyricAcid", unit: "g", infoods: "F4D0", sr: "607" },
  { code: "caproicAcid", unit: "g", infoods: "F6D0", sr: "608" },
  { code: "caprylicAcid", unit: "g", infoods: "F8D0", sr: "609" },
  { code: "capricAcid", unit: "g", infoods: "F10D0", sr: "610" },
  { code: "lauricAcid", unit: "g", infoods: "F12D0", sr: "611" },
  { code: "myristicAcid", unit: "g", infoods: "F14D0", sr: "612" },
  { code: "palmiticAcid", unit: "g", infoods: "F16D0", sr: "613" },
  { code: "stearicAcid", unit: "g", infoods: "F18D0", sr: "614" },
  { code: "oleicAcid", unit: "g", infoods: null, sr: null },
  { code: "linoleicAcid", unit: "g", infoods: "F18D2CN6", sr: "675" },
  { code: "alphaLinolenicAcid", unit: "g", infoods: "F18D3CN3", sr: "851" },
  { code: "arachidonicAcid", unit: "g", infoods: "F20D4N6", sr: "855" },
  { code: "epa", unit: "mg", infoods: "F20D5", sr: "629" },
  { code: "dpa", unit: "mg", infoods: "F22D5", sr: "631" },
  { code: "dha", unit: "mg", infoods: "F22D6", sr: "621" },
  { code: "sodium", unit: "mg", infoods: "NA", sr: "307" },
  { code: "potassium", unit: "mg", infoods: "K", sr: "306" },
  { code: "calcium", unit: "mg", infoods: "CA", sr: "301" },
  { code: "phosphorus", unit: "mg", infoods: "P", sr: "305" },
  { code: "magnesium", unit: "mg", infoods: "MG", sr: "304" },
  { code: "iron", unit: "mg", infoods: "FE", sr: "303" },
  { code: "zinc", unit: "mg", infoods: "ZN", sr: "309" },
  { code: "copper", unit: "mg", infoods: "CU", sr: "312" },
  { code: "manganese", unit: "mg", infoods: "MN", sr: "315" },
  { code: "chloride", unit: "mg", infoods: "CLD", sr: null },
  { code: "fluoride", unit: "mg", infoods: "FLD", sr: "313" },
  { code: "boron", unit: "mg", infoods: null, sr: null },
  { code: "silicon", unit: "mg", infoods: null, sr: null },
  { code: "sulfur", unit: "mg", infoods: null, sr: null },
  { code: "selenium", unit: "mcg", infoods: "SE", sr: "317" },
  { code: "iodine", unit: "mcg", infoods: "ID", sr: null },
  { code: "molybdenum", unit: "mcg", infoods: "MO", sr: null },
  { code: "chromium", unit: "mcg", infoods: "CR", sr: null },
  { code: "vitaminARae", unit: "mcg", infoods: "VITA_RAE", sr: "320" },
  { code: "vitaminARe", unit: "mcg", infoods: null, sr: null },
  { code: "vitaminAIu", unit: "IU", infoods: "VITA_IU", sr: "318" },
  { code: "retinol", unit: "mcg", infoods: "RETOL", sr: "319" },
  { code: "betaCarotene", unit: "mcg", infoods: "CARTB", sr: "321" },
  { code: "alphaCarotene", unit: "mcg", infoods: "CARTA", sr: "322" },
  { code: "betaCryptoxanthin", unit: "mcg", infoods: "CRYPX", sr: "334" },
  { code: "lycopene", unit: "mcg", infoods: "LYCPN", sr: "337" },
  { code: "luteinZeaxanthin", unit: "mcg", infoods: "LUT+ZEA", sr: "338" },
  { code: "vitaminB1", unit: "mg", infoods: "THIA", sr: "404" },
  { code: "vitaminB2", unit: "mg", infoods: "RIBF", sr: "405" },
  { code: "vitaminB3", unit: "mg", infoods: "NIA", sr: "406" },
  { code: "vitaminB5", unit: "mg", infoods: "PANTAC", sr: "410" },
  { code: "vitaminB6", unit: "mg", infoods: "VITB6A", sr: "415" },
  { code: "biotin", unit: "mcg", infoods: "BIOT", sr: null },
  { code: "folate", unit: "mcg", infoods: "FOL", sr: "417" },
  { code: "folateDfe", unit: "mcg", infoods: "FOLDFE", sr: "435" },
  { code: "folicAcid", unit: "mcg", infoods: "FOLAC", sr: "431" },
  { code: "foodFolate", unit: "mcg", infoods: "FOLFD", sr: "432" },
  { code: "vitaminB12", unit: "mcg", infoods: "VITB12", sr: "418" },
  { code: "vitaminC", unit: "mg", infoods: "VITC", sr: "401" },
  { code: "vitaminD", unit: "mcg", infoods: "VITD", sr: "328" },
  { code: "vitaminD2", unit: "mcg", infoods: "ERGCAL", sr: "325" },
  { code: "vitaminD3", unit: "mcg", infoods: "CHOCAL", sr: "326" },
  { code: "vitaminE", unit: "mg", infoods: "TOCPHA", sr: "323" },
  { code: "vitaminK", unit: "mcg", infoods: "VITK1", sr: "430" },
  { code: "vitaminK2", unit: "mcg", infoods: null, sr: null },
  { code: "choline", unit: "mg", infoods: "CHOLN", sr: "421" },
  { code: "betaine", unit: "mg", infoods: "BETN", sr: "454" },
  { code: "tryptophan", unit: "g", infoods: "TRP_G", sr: "501" },
  { code: "threonine", unit: "g", infoods: "THR_G", sr: "502" },
  { code: "isoleucine", unit: "g", infoods: "ILE_G", sr: "503" },
  { code: "leucine", unit: "g", infoods: "LEU_G", sr: "504" },
  { code: "lysine", unit: "g", infoods: "LYS_G", sr: "505" },
  { code: "methionine", unit: "g", infoods: "MET_G", sr: "506" },
  { code: "cystine", unit: "g", infoods: "CYS_G", sr: "507" },
  { code: "phenylalanine", unit: "g", infoods: "PHE_G", sr: "508" },
  { code: "tyrosine", unit: "g", infoods: "TYR_G", sr: "509" },
  { code: "valine", unit: "g", infoods: "VAL_G", sr: "510" },
  { code: "arginine", unit: "g", infoods: "ARG_G", sr: "511" },
  { code: "histidine", unit: "g", infoods: "HISTN_G", sr: "512" },
  { code: "alanine", unit: "g", infoods: "ALA_G", sr: "513" },
  { code: "asparticAcid", unit: "g", infoods: "ASP_G", sr: "514" },
  { code: "glutamicAcid", unit: "g", infoods: "GLU_G", sr: "515" },
  { code: "glycine", unit: "g", infoods: "GLY_G", sr: "516" },
  { code: "proline", unit: "g", infoods: "PRO_G", sr: "517" },
  { code: "serine", unit: "g", infoods: "SER_G", sr: "518" },
  { code: "caffeine", unit: "mg", infoods: "CAFFN", sr: "262" },
  { code: "theobromine", unit: "mg", infoods: "THEBRN", sr: "263" },
  { code: "taurine", unit: "mg", infoods: null, sr: null },
  { code: "lCarnitine", unit: "mg", infoods: null, sr: null },
  { code: "guarana", unit: "mg", infoods: null, sr: null },
  { code: "glucuronolactone", unit: "mg", infoods: null, sr: null }
] as const satisfies ReadonlyArray<NutrientDefinition>

export type NutrientCode = (typeof nutrients)[number]["code"]

export const nutrientCodes: ReadonlyArray<NutrientCode> = nutrients.map((nutrient) => nutrient.code)

export const nutrientByCode: ReadonlyMap<NutrientCode, (typeof nutrients)[number]> = new Map(
  nutrients.map((nutrient) => [nutrient.code, nutrient])
)

/** The canonical unit of a nutrient. */
export const unitOf = (code: NutrientCode): NutrientUnit => {
  const nutrient = nutrientByCode.get(code)
  if (nutrient === undefined) throw new Error(`no nutrient has the code ${code}`)
  return nutrient.unit
}

const known: ReadonlySet<string> = new Set(nutrientCodes)

/** Whether a text, such as a key of a request, is a code of the registry. */
export const isNutrientCode = (text: string): text is NutrientCode => known.has(text)
