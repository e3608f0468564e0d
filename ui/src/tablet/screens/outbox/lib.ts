// Words for the send box from the tablet's answer.
import Ban from "@lucide/svelte/icons/ban";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import DoorClosed from "@lucide/svelte/icons/door-closed";
import GraduationCap from "@lucide/svelte/icons/graduation-cap";
import MessageCircle from "@lucide/svelte/icons/message-circle";
import PencilLine from "@lucide/svelte/icons/pencil-line";
import ArrowRightLeft from "@lucide/svelte/icons/arrow-right-left";
import ShieldCheck from "@lucide/svelte/icons/shield-check";
import Store from "@lucide/svelte/icons/store";
import Undo2 from "@lucide/svelte/icons/undo-2";
import UserPlus from "@lucide/svelte/icons/user-plus";
import UserX from "@lucide/svelte/icons/user-x";
import type { WaitingIcon, Who } from "$api/surface";
import type { Icon } from "$components/tiles";

export const WAITING_ICONS: Record<WaitingIcon, Icon> = {
  taught: GraduationCap,
  visit: MessageCircle,
  appointment: CalendarClock,
  away: UserX,
  closed: DoorClosed,
  refused: Ban,
  moved: ArrowRightLeft,
  new_trader: UserPlus,
  trader: Store,
  consent: ShieldCheck,
  correction: PencilLine,
  undone: Undo2,
};

/** `Bu Carmi, B-07`; without a name the stall alone. */
export function who(someone: Who, kiosk: (stall: string) => string): string {
  return someone.name ? [someone.name, someone.stall].filter(Boolean).join(", ") : someone.stall ? kiosk(someone.stall) : "–";
}
