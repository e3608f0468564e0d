/** A word of the campaign definition in both languages. */
export type Label = { id: string; en: string };
