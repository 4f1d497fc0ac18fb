/** A secret in groups of four, as it is read and typed. */
export const inFours = (text: string): string => text.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')

/** What was typed as a code, without the blanks and dashes that people put in. */
export const plainCode = (text: string): string => text.replace(/[\s-]/g, '').normalize('NFKC')
