// Answers to a returned visit, as `amend` takes them.
import type { FieldToFix, ReturnedPage } from "$api/surface";

export type Answers = Record<string, string>;

/** Only what was answered: `[field, value]`, a step as `step.CODE` with `true` or `false`. */
export const toAmend = (answers: Answers): [string, string][] => Object.entries(answers);

/** A value of a field as it is shown, with the words of a choice; empty when it was not filled. */
export function shownValue(field: FieldToFix, label: (words: FieldToFix["label"]) => string): string {
  const choice = field.choices.find((known) => known.code === field.value);
  if (choice) return label(choice.label);
  return field.value === null || field.value === undefined ? "" : String(field.value);
}

/** The lead's words: the reason in words, and below it what the lead wrote. */
export function words(page: Pick<ReturnedPage, "reason_label" | "reason_text">, label: (words: FieldToFix["label"]) => string): string {
  return [page.reason_label ? label(page.reason_label) : "", page.reason_text ?? ""].filter((part, index, all) => part && all.indexOf(part) === index).join("\n");
}
