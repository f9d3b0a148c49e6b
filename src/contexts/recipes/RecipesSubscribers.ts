import { Layer } from "effect"
import type { SqlClient } from "effect/sql"
import type { EventBus } from "../../kernel/EventBus.ts"
import type { Subscription } from "../../kernel/EventWorkers.ts"
import type { ResponseLookup } from "../onboarding/contract/ResponseLookup.ts"
import type { ProductLookup } from "../products/contract/ProductLookup.ts"
import { OnClientChanged } from "./events/OnClientChanged.ts"
import { OnClientDiscarded } from "./events/OnClientDiscarded.ts"
import { OnFormResponsePurged } from "./events/OnFormResponsePurged.ts"
import { OnFormResponseReceived } from "./events/OnFormResponseReceived.ts"
import { OnMealChanged } from "./events/OnMealChanged.ts"
import { OnMealDiscarded } from "./events/OnMealDiscarded.ts"
import { OnMealRestored } from "./events/OnMealRestored.ts"
import { OnMealsOutdated } from "./events/OnMealsOutdated.ts"
import { OnMealTotalsChanged } from "./events/OnMealTotalsChanged.ts"
import { OnMenuArchived } from "./events/OnMenuArchived.ts"
import { OnMenuChanged } from "./events/OnMenuChanged.ts"
import { OnMenuDiscarded } from "./events/OnMenuDiscarded.ts"
import { OnMenuPublished } from "./events/OnMenuPublished.ts"
import { OnMenusOutdated } from "./events/OnMenusOutdated.ts"
import { OnPersonErased } from "./events/OnPersonErased.ts"
import { OnProductChanged } from "./events/OnProductChanged.ts"
import { OnProductDiscarded } from "./events/OnProductDiscarded.ts"
import { OnProductRestored } from "./events/OnProductRestored.ts"
import { OnRecipeChanged } from "./events/OnRecipeChanged.ts"
import { OnRecipeDiscarded } from "./events/OnRecipeDiscarded.ts"
import { OnRecipeRestored } from "./events/OnRecipeRestored.ts"
import { OnRecipesOutdated } from "./events/OnRecipesOutdated.ts"
import { OnRecipeTotalsChanged } from "./events/OnRecipeTotalsChanged.ts"
import { OnTagChanged } from "./events/OnTagChanged.ts"
import { OnUserDisabled } from "./events/OnUserDisabled.ts"
import { OnUserEnabled } from "./events/OnUserEnabled.ts"
import { MealRepo } from "./meal/MealRepo.ts"
import { MenuRepo } from "./menu/MenuRepo.ts"
import { RecipeRepo } from "./recipe/RecipeRepo.ts"

/** What the reactions of this context write through, over the pool of events. */
export const RecipesReactionServices = Layer.mergeAll(RecipeRepo.layer, MealRepo.layer, MenuRepo.layer)
type Own = Layer.Success<typeof RecipesReactionServices>

/** What this context reacts to. */
export const recipesSubscribers: ReadonlyArray<
  Subscription<SqlClient.SqlClient | EventBus | ProductLookup | ResponseLookup | Own>
> = [
  OnProductChanged,
  OnProductDiscarded,
  OnProductRestored,
  OnRecipesOutdated,
  OnRecipeChanged,
  OnRecipeDiscarded,
  OnRecipeRestored,
  OnRecipeTotalsChanged,
  OnMealsOutdated,
  OnMealChanged,
  OnMealDiscarded,
  OnMealRestored,
  OnMealTotalsChanged,
  OnClientChanged,
  OnClientDiscarded,
  OnTagChanged,
  OnFormResponseReceived,
  OnFormResponsePurged,
  OnPersonErased,
  OnUserDisabled,
  OnUserEnabled,
  OnMenusOutdated,
  OnMenuArchived,
  OnMenuChanged,
  OnMenuDiscarded,
  OnMenuPublished
]
