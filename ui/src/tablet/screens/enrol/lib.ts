// The code of an enrolment as people type, paste or scan it.

export const CODE_LENGTH = 10;
const QR = /^GREBEG:[0-9a-f]+$/i;

/** Upper case, without spaces and hyphens; a text read from a QR code stays as it is. O, I, 0 and 1 are not used. */
export function tidyCode(typed: string): string {
  const text = typed.trim();
  if (QR.test(text)) return text;
  return text.toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, CODE_LENGTH);
}

export const isQr = (code: string): boolean => QR.test(code);
export const isWhole = (code: string): boolean => isQr(code) || code.length === CODE_LENGTH;

/** A typed server address with its scheme; the field's own network speaks http only on this machine. */
export function tidyServer(typed: string): string {
  const text = typed.trim().replace(/\/+$/, "");
  if (!text || /^https?:\/\//i.test(text)) return text;
  return /^(localhost|127\.|\[::1\])/i.test(text) ? `http://${text}` : `https://${text}`;
}
