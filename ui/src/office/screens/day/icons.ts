// A picture for each flag, beside its words.
import CalendarClock from "@lucide/svelte/icons/calendar-clock";
import ChevronsUp from "@lucide/svelte/icons/chevrons-up";
import ClockAlert from "@lucide/svelte/icons/clock-alert";
import Copy from "@lucide/svelte/icons/copy";
import FileQuestionMark from "@lucide/svelte/icons/file-question-mark";
import ImageOff from "@lucide/svelte/icons/image-off";
import MapPinOff from "@lucide/svelte/icons/map-pin-off";
import Phone from "@lucide/svelte/icons/phone";
import ShieldAlert from "@lucide/svelte/icons/shield-alert";
import Split from "@lucide/svelte/icons/split";
import Timer from "@lucide/svelte/icons/timer";
import TriangleAlert from "@lucide/svelte/icons/triangle-alert";

const ICONS = {
  terlalu_cepat: Timer, langkah_serentak: Timer, urutan: ChevronsUp, tahap_tanpa_bukti: FileQuestionMark, foto_sama: ImageOff, jauh: MapPinOff,
  hp_sama: Phone, nomor_pribadi: ShieldAlert, dua_catatan: Split, jam_tablet: ClockAlert, di_luar_jam: ClockAlert, catatan_sama: Copy, ganda: Copy,
  dilatih_dua_kali: CalendarClock,
};
export const flagIcon = (code: string) => ICONS[code as keyof typeof ICONS] ?? TriangleAlert;
