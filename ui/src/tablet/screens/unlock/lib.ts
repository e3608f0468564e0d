// The PIN pad's thinking: six digits, the first PIN typed twice, and the pauses that the tablet asks for.

export const PIN_LENGTH = 6;

/** One digit more, at most six; anything else changes nothing. */
export const push = (pin: string, key: string): string => (/^\d$/.test(key) && pin.length < PIN_LENGTH ? pin + key : pin);

/** PINs that everybody tries first: one digit, or a straight row. */
export function isWeak(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = new Set(digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0)));
  return steps.size === 1 && (steps.has(0) || steps.has(1) || steps.has(-1));
}

/** Making a PIN: typed once, then the same again. */
export type Making = { first: string | null };
export function made(making: Making, pin: string): "again" | "weak" | "differ" | "done" {
  if (making.first === null) return isWeak(pin) ? "weak" : "again";
  return making.first === pin ? "done" : "differ";
}

/** Seconds as minutes (rounded up) and seconds below one minute. */
export const pause = (seconds: number): [number, number] => (seconds >= 60 ? [Math.ceil(seconds / 60), 0] : [0, Math.max(1, Math.ceil(seconds))]);
