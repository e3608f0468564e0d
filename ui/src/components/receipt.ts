// The receipt code of a day, as it is read aloud: in two groups.

/** `7Q4K0824` becomes `["7Q4K", "0824"]`. */
export function receiptGroups(code: string): [string, string] {
  const half = Math.ceil(code.length / 2);
  return [code.slice(0, half), code.slice(half)];
}
