import ical, { ICalEventBusyStatus, ICalEventTransparency } from "ical-generator"
import type { Menu } from "../contract/Menu.ts"

const startOf = (date: string, hour: string | null) => new Date(`${date}T${hour ?? "00:00"}:00Z`)

/** A menu as iCalendar (RFC 5545): an event for each slot, of an hour in floating time, or of the whole day where it has no hour. */
export const menuCalendar = (menu: Menu): string => {
  const calendar = ical({ name: menu.name, prodId: { company: "Cardapio", product: "Menus" } })
  for (const slot of menu.plan.flatMap(({ days }) => days.flatMap(({ slots }) => slots))) {
    if (slot.date === null) continue
    const start = startOf(slot.date, slot.hour)
    calendar.createEvent({
      id: slot.id,
      sequence: menu.version,
      stamp: new Date(menu.updatedAt.epochMilliseconds),
      start,
      ...slot.hour === null
        ? { allDay: true }
        : { floating: true, end: new Date(start.getTime() + 3_600_000) },
      summary: `${slot.mealType}: ${slot.mealName}`,
      busystatus: ICalEventBusyStatus.FREE,
      transparency: ICalEventTransparency.TRANSPARENT,
      ...slot.note === null ? {} : { description: slot.note }
    })
  }
  return calendar.toString()
}
