// The icon of a result, by what it is: the campaign's own results have one as well.
import ArrowRightLeft from "@lucide/svelte/icons/arrow-right-left";
import Ban from "@lucide/svelte/icons/ban";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import DoorClosed from "@lucide/svelte/icons/door-closed";
import GraduationCap from "@lucide/svelte/icons/graduation-cap";
import MessageCircle from "@lucide/svelte/icons/message-circle";
import Store from "@lucide/svelte/icons/store";
import UserX from "@lucide/svelte/icons/user-x";
import type { SheetOutcome } from "$api/surface";
import type { Icon } from "$components/tiles";

export function outcomeIcon(outcome: SheetOutcome): Icon {
  if (outcome.taught) return GraduationCap;
  if (outcome.group === "menolak") return Ban;
  if (outcome.stall_effect === "closed_now" || outcome.stall_effect === "closed_temporarily") return DoorClosed;
  if (outcome.stall_effect === "moved") return ArrowRightLeft;
  if (outcome.asks.includes("janji")) return CalendarClock;
  if (outcome.group === "tidak_bertemu") return UserX;
  return outcome.contact ? MessageCircle : Store;
}
