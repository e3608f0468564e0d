// The states of a stall: each has its own icon, so that they are told apart without colour.
import AlarmClock from "@lucide/svelte/icons/alarm-clock";
import ArrowRightLeft from "@lucide/svelte/icons/arrow-right-left";
import Ban from "@lucide/svelte/icons/ban";
import Check from "@lucide/svelte/icons/check";
import CircleDashed from "./CircleDashed.svelte";
import CircleDot from "@lucide/svelte/icons/circle-dot";
import DoorClosed from "@lucide/svelte/icons/door-closed";
import PackageCheck from "@lucide/svelte/icons/package-check";
import Store from "@lucide/svelte/icons/store";
import TrendingUp from "@lucide/svelte/icons/trending-up";
import UserCheck from "@lucide/svelte/icons/user-check";
import Users from "@lucide/svelte/icons/users";
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import CircleHelp from "@lucide/svelte/icons/circle-question-mark";
import Clock from "@lucide/svelte/icons/clock";
import CornerUpLeft from "@lucide/svelte/icons/corner-up-left";
import GraduationCap from "@lucide/svelte/icons/graduation-cap";
import ThumbsUp from "@lucide/svelte/icons/thumbs-up";
import type { ReasonIcon, Tile } from "$api/surface";
import type { Component } from "svelte";

export type Icon = Component<{ size?: number | string; strokeWidth?: number; class?: string }>;

export const TILE_ICONS: Record<Tile | "kios", Icon> = {
  belum: CircleDashed,
  janji: AlarmClock,
  didatangi: CircleDot,
  diajari: Check,
  akun: UserCheck,
  tayang: PackageCheck,
  aktif: TrendingUp,
  tutup: DoorClosed,
  menolak: Ban,
  pendamping: Users,
  pindah: ArrowRightLeft,
  kios: Store,
};

export const REASON_ICONS: Record<ReasonIcon, Icon> = {
  thumb: ThumbsUp,
  clock: Clock,
  cap: GraduationCap,
  calendar: CalendarClock,
  question: CircleHelp,
  check: Check,
  return: CornerUpLeft,
};
